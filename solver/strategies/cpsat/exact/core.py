"""Why a placement has no order of binds: a few carriers whose rules alone leave none, whatever others may do.

The rest of the placement is stripped: a pod that keeps nothing but its labels, and what says where it may be, can be
bound at any time. If the few that keep their required affinity and hard spreading cannot all be bound even so, no
placement has an order in which these few are where they are, those who stay stay, and of the others there are no more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.cluster.pod_affinity import PodAffinity
from solver.cluster.resources import PODS
from solver.placement import Placement
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.conflict import by_verdict, conflicting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod, PodSpec

_TRIES = 2_000
"""Binds tried for each question; where they do not tell, the carriers asked about are not enough."""

Trait = tuple[bool, ...]
"""Which of the core's terms and constraints speak of a pod."""


@dataclass(frozen=True)
class Core:
    """``kept``: specs of carriers, each with the name of the node where its pods arrive."""

    kept: frozenset[tuple[PodSpec, str]]
    cluster: Cluster

    def trait(self, spec: PodSpec) -> Trait:
        """What the core sees of a pod; nothing true: nothing of it."""
        spaces = self.cluster.namespaces
        seen: list[bool] = []
        for carrier in self._carriers:
            seen += [term.matches(spec.namespace, spec.labels, spaces) for term in carrier.affinity.required]
            seen += [
                carrier.namespace == spec.namespace and each.selector is not None and each.selector.matches(spec.labels)
                for each in carrier.spread
                if each.hard
            ]
        return tuple(seen)

    @property
    def _carriers(self) -> Iterable[PodSpec]:
        """In the order of the cluster's pods."""
        chosen = {spec for spec, _ in self.kept}
        return dict.fromkeys(pod.spec for pod in self.cluster.pods if pod.spec in chosen)


def core_of(placement: Placement, stuck: Sequence[Pod], stop: Callable[[], bool] = bool) -> Core | None:
    """As few carriers as it takes; None where volumes play a part, or it takes too long to tell.

    Once ``stop`` holds, nothing more is asked: all that is left then counts as needed. ``stuck`` pods are asked about
    first: they are mostly enough.
    """
    carriers = [pod for pod in placement.newly_bound if pod.spec.affinity.required or _hard(pod.spec)]

    def impossible(kept: Collection[tuple[PodSpec, str]]) -> bool:
        order = bind_order(_stripped(placement, frozenset(kept)), _TRIES, stop)
        return order.steps is None and order.exhausted

    for asked in ([pod for pod in carriers if pod in set(stuck)], carriers):
        kinds = list(dict.fromkeys((pod.spec, placement.node_of[pod].name) for pod in asked))
        if impossible(kinds):
            return Core(frozenset(conflicting(kinds, by_verdict(kinds, impossible))), placement.cluster)
    return None


def _hard(spec: PodSpec) -> bool:
    return any(constraint.hard for constraint in spec.spread)


def _stripped(placement: Placement, kept: frozenset[tuple[PodSpec, str]]) -> Placement:
    """The same pods on the same nodes; only the kept ones keep their rules about others."""
    node_of = {}
    specs: dict[tuple[PodSpec, bool], PodSpec] = {}
    for pod, node in placement.node_of.items():
        which = (pod.spec, (pod.spec, node.name) in kept)
        if which not in specs:
            specs[which] = _bare(*which)
        node_of[replace(pod, spec=specs[which])] = node
    cluster = replace(placement.cluster, pods=tuple(node_of))
    return Placement(cluster, node_of)


def _bare(spec: PodSpec, keeps: bool) -> PodSpec:
    return replace(
        spec,
        requests={PODS: 1} if PODS in spec.requests else {},
        host_ports=(),
        affinity=PodAffinity(spec.affinity.required) if keeps else PodAffinity(),
        anti_affinity=PodAffinity(),
        spread=tuple(constraint for constraint in spec.spread if constraint.hard) if keeps else (),
        claims=(),
        disks=(),
        inline_volumes=(),
        gpu_milli=0,
    )
