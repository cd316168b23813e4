"""What stands around pods: DaemonSets, disruption budgets, and the selectors of Services and controllers.

Source: https://kubernetes.io/docs/concepts/workloads/
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.cluster.labels import Labels, LabelSelector, Operator, Requirement
from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm
from solver.cluster.pod import Owner, Pod, PodSpec
from solver.cluster.taints import first_untolerated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.node import Node


@dataclass(frozen=True, slots=True)
class DaemonSet:
    """One pod on every node that its affinity and the node's taints allow.

    ``spec`` carries the tolerations that the DaemonSet controller adds. A cordoned node is allowed: the controller's
    tolerations cover it.
    """

    name: str
    spec: PodSpec

    def runs_on(self, node: Node) -> bool:
        """Whether the controller would make a pod for this node."""
        spec = self.spec
        if any(node.labels.get(key) != value for key, value in spec.node_selector.items()):
            return False
        if not spec.node_affinity.allows(node.name, node.labels):
            return False
        return first_untolerated(node.taints, spec.tolerations) is None

    def pod_for(self, node: Node) -> Pod:
        """``NAME-NODE``, pinned to the node by its name as the controller does it."""
        pinned = replace(self.spec, node_affinity=_pinned(self.spec.node_affinity, node.name))
        return Pod(f"{self.name}-{node.name}", pinned, workload=f"DaemonSet {self.spec.namespace}/{self.name}")


def _pinned(affinity: NodeAffinity, node: str) -> NodeAffinity:
    """The required terms, each with the node's name as its only field condition, as the controller leaves them."""
    named = (Requirement("metadata.name", Operator.IN, frozenset({node})),)
    terms = affinity.required or (NodeSelectorTerm(),)
    return replace(affinity, required=tuple(NodeSelectorTerm(term.expressions, named) for term in terms))


@dataclass(frozen=True, slots=True)
class DisruptionBudget:
    """How many more of its pods may be evicted now; those in ``disrupted`` are leaving already and do not count."""

    namespace: str
    name: str
    selector: LabelSelector | None
    disruptions_allowed: int
    disrupted: frozenset[str] = frozenset()

    def covers(self, pod: Pod) -> bool:
        """Whether the budget counts the pod; an empty selector covers every pod of the namespace."""
        if self.namespace != pod.namespace or self.selector is None or pod.name in self.disrupted:
            return False
        return self.selector.matches(pod.spec.labels)

    def restrains_preemption_of(self, pod: Pod) -> bool:
        """The same as kube-scheduler reads it for victims: not for pods without labels, nor with an empty selector."""
        named = bool(pod.spec.labels) and self.selector is not None and bool(self.selector.requirements)
        return named and self.covers(pod)


@dataclass(frozen=True, slots=True)
class Service:
    """A Service's selector; empty: it selects nothing."""

    namespace: str
    name: str
    selector: Labels


@dataclass(frozen=True, slots=True)
class Controller:
    """A ReplicaSet, StatefulSet or ReplicationController with its selector, which default spreading takes."""

    namespace: str
    owner: Owner
    selector: LabelSelector | None


def daemon_pods(daemon_sets: Sequence[DaemonSet], node: Node) -> tuple[Pod, ...]:
    """The DaemonSet pods that come with a node, in the order of the sets."""
    return tuple(daemon_set.pod_for(node) for daemon_set in daemon_sets if daemon_set.runs_on(node))
