"""Unserved: what pods without a node request of one resource, in its own unit: GPUs, cores, bytes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.cluster.devices import GPU, asked_milli
from solver.cluster.resources import CPU
from solver.model.linear import total
from solver.objectives.objective import Expression, concerns

if TYPE_CHECKING:
    from solver.cluster.pod import PodSpec
    from solver.model.model import Model
    from solver.objectives.question import Level
    from solver.placement import Placement

_THOUSANDTHS = Fraction(1, 1000)


class UnservedAmount:
    """As pending, each pod counted with what it requests: candidates without a node, and evicted pods.

    Shares of GPUs count as such, in thousandths of a device.
    """

    def __init__(self, resource: str) -> None:
        self.resource = resource

    def expression(self, model: Model, level: Level) -> Expression:
        """What every group leaves unplaced or evicts, times its request."""
        groups = [group for group in model.groups if concerns(group.priority, level)]
        left = (
            (model.unplaced(group) + model.evicted(group)) * requested(group.spec, self.resource) for group in groups
        )
        return Expression(total(left), unit_of(self.resource))

    def value(self, placement: Placement, level: Level) -> Fraction:
        """The requests of all such pods."""
        without = (pod for pod in (*placement.pending, *placement.evicted) if concerns(pod.priority, level))
        return sum(requested(pod.spec, self.resource) for pod in without) * unit_of(self.resource)


def requested(spec: PodSpec, resource: str) -> int:
    """What a pod requests, in whole numbers of the resource's smallest unit."""
    return asked_milli(spec) if resource == GPU else spec.requests.get(resource, 0)


def unit_of(resource: str) -> Fraction:
    """The smallest unit, as a part of one: a thousandth of a core or device; a byte, or a piece."""
    return _THOUSANDTHS if resource in (CPU, GPU) else Fraction(1)
