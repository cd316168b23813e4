"""Pod classes and pod groups: whom the rules cannot tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.model.groups import PodGroup
from solver.rules import RULES
from solver.rules.selection import Selected, SelectionIndex

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod, PodSpec
    from solver.rules.rule import Rule


class PodClasses:
    """The equivalence classes of a cluster's pods: all signatures, and which of the cluster's selections hold.

    Labels matter only through the selections, so pods of different names and hashes are of one class when everybody who
    asks about labels gets the same answer for them. ``scoring``: tell apart also what only scores read.
    """

    def __init__(self, cluster: Cluster, rules: Iterable[Rule] = RULES, *, scoring: bool = False) -> None:
        self.cluster = cluster
        self.rules = tuple(rules)
        self.scoring = scoring
        specs = {pod.spec: None for pod in cluster.pods}
        self._selections = SelectionIndex(selection for spec in specs for selection in self._asked_by(spec))
        self._known: dict[PodSpec, Hashable] = {}
        self._numbers: dict[Hashable, int] = {}

    def number(self, spec: PodSpec) -> int:
        """The class of a pod, numbered in the order of first request."""
        key = self.key(spec)
        return self._numbers.setdefault(key, len(self._numbers))

    def key(self, spec: PodSpec) -> Hashable:
        """What identifies the class."""
        if spec not in self._known:
            signatures = tuple(self._signature(rule, spec) for rule in self.rules)
            self._known[spec] = (signatures, self._selections.holding(spec))
        return self._known[spec]

    def _signature(self, rule: Rule, spec: PodSpec) -> Hashable:
        signature = rule.signature(spec, self.cluster)
        return (signature, rule.score_signature(spec, self.cluster)) if self.scoring else signature

    def _asked_by(self, spec: PodSpec) -> Iterable[Selected]:
        for rule in self.rules:
            yield from rule.selections(spec, self.cluster)
            if self.scoring:
                yield from rule.score_selections(spec, self.cluster)


def pod_groups(cluster: Cluster) -> tuple[PodGroup, ...]:
    """The bound and pending pods of a cluster in groups, in the order of their first pod.

    Pods of a group share the class, the priority, and what may be done with them: move, preempt, be placed by
    kube-scheduler at all. Where GPU devices are shared, bound pods of a group have the same ones of their nodes, as it
    matters which of them leave. Pods that are held back are in none.
    """
    classes = PodClasses(cluster)
    members: dict[Hashable, list[Pod]] = {}
    for pod in (*cluster.bound, *cluster.pending):
        conduct = (pod.priority, pod.spec.preempts, pod.spec.daemon, pod.spec.static, pod.schedulable)
        members.setdefault((classes.number(pod.spec), *conduct, cluster.devices.get(pod)), []).append(pod)
    return tuple(_group(index, pods, cluster) for index, pods in enumerate(members.values()))


def _group(index: int, pods: list[Pod], cluster: Cluster) -> PodGroup:
    bound: dict[str, list[Pod]] = {}
    for pod in pods:
        if pod.node is not None:
            bound.setdefault(pod.node, []).append(pod)
    return PodGroup(
        index=index,
        spec=pods[0].spec,
        priority=pods[0].priority,
        pending=tuple(pod for pod in pods if pod.node is None),
        bound={cluster.node_named[name]: tuple(group) for name, group in bound.items()},
    )
