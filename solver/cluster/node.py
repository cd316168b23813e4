"""A node: a machine with allocatable resources, labels and taints.

Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.cluster.resources import PODS, Resources
from solver.cluster.topology import INSTANCE_TYPE, ZONE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from solver.cluster.labels import Labels
    from solver.cluster.taints import Taint


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One machine.

    ``allocatable`` includes ``pods``, the most pods that the node takes. ``images`` maps every name of an image on the
    node to its size in bytes. ``pool`` is the node pool of the scenario that it belongs to; ``declared``: it is a Node
    object of the input, not one that a pool made. ``ready`` plays no part in placement (the taints that go with it do).
    """

    name: str
    allocatable: Resources
    labels: Labels = field(default_factory=dict)
    capacity: Resources = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False
    images: Mapping[str, int] = field(default_factory=dict)
    price_per_hour: Decimal | None = None
    pool: str | None = None
    declared: bool = True
    ready: bool = True

    @property
    def pods_allowed(self) -> int:
        """The most pods on the node."""
        return self.allocatable.get(PODS, 0)

    @property
    def zone(self) -> str | None:
        """The value of the zone label."""
        return self.labels.get(ZONE)

    @property
    def instance_type(self) -> str | None:
        """The value of the instance type label."""
        return self.labels.get(INSTANCE_TYPE)

    def __repr__(self) -> str:
        """Short: labels are long."""
        return f"Node({self.name!r})"
