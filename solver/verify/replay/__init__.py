"""The steps of a plan, one by one, through an independent reading of kube-scheduler's filters.

Each check is scalar: one pod, one node, the counts of this moment. Nothing here is shared with the solver's rules.
Source: https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.placement import Bind, Placement, Step
from solver.verify.conduct import Conduct
from solver.verify.replay.gpu_sharing import GpuSharing
from solver.verify.replay.inter_pod_affinity import InterPodAffinity
from solver.verify.replay.ledger import Ledger
from solver.verify.replay.node_affinity import NodeAffinity
from solver.verify.replay.node_ports import NodePorts
from solver.verify.replay.node_resources_fit import NodeResourcesFit
from solver.verify.replay.node_unschedulable import NodeUnschedulable
from solver.verify.replay.node_volume_limits import NodeVolumeLimits
from solver.verify.replay.pod_topology_spread import PodTopologySpread
from solver.verify.replay.taint_toleration import TaintToleration
from solver.verify.replay.volume_binding import VolumeBinding
from solver.verify.replay.volume_restrictions import VolumeRestrictions
from solver.verify.replay.volume_zone import VolumeZone
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.verify.replay.check import Check


class Replay:
    """A cluster while a plan is carried out. The pods that have a node in the input are on it from the start, unjudged.

    ``arriving`` are the pods that may be bound in the course of it; ``checks`` the filters in kube-scheduler's order,
    without those that are ``waived``. ``devices`` are those that arriving pods get, where somebody says so.
    """

    def __init__(
        self,
        cluster: Cluster,
        arriving: Sequence[Pod],
        waived: Collection[str] = (),
        devices: Mapping[Pod, tuple[int, ...]] | None = None,
    ) -> None:
        self.node_of: dict[Pod, Node] = {}
        self._ledger = Ledger(cluster.storage)
        sharing = GpuSharing(cluster, devices or {})
        checks = (*_checks(cluster, arriving, self._ledger, waived), sharing)
        self.checks = tuple(check for check in checks if check.rule not in waived)
        for pod in cluster.bound:
            node = cluster.node_named.get(pod.node or "")
            if node is not None:
                self._arrive(pod, node)

    def objection(self, pod: Pod, node: Node) -> tuple[str, str] | None:
        """The first filter that would reject the node for the pod now, as rule and reason."""
        for check in self.checks:
            reason = check.objection(pod, node)
            if reason is not None:
                return check.rule, reason
        return None

    def bind(self, pod: Pod, node: Node) -> None:
        """The pod comes to the node, and its waiting claims get their volumes."""
        self._ledger.settle(pod, node)
        self._arrive(pod, node)

    def evict(self, pod: Pod) -> None:
        """The pod leaves; its volumes stay what they are."""
        node = self.node_of.pop(pod)
        for check in self.checks:
            check.leave(pod, node)

    def _arrive(self, pod: Pod, node: Node) -> None:
        self.node_of[pod] = node
        for check in self.checks:
            check.arrive(pod, node)


def _checks(cluster: Cluster, arriving: Sequence[Pod], ledger: Ledger, waived: Collection[str]) -> tuple[Check, ...]:
    """Every filter, in kube-scheduler's order; NodeName has nothing to say of a pod without node."""
    judged: dict[PodSpec, None] = dict.fromkeys(pod.spec for pod in arriving)
    known = dict.fromkeys(pod.spec for pod in (*cluster.bound, *arriving))
    return (
        NodeUnschedulable(),
        TaintToleration(),
        NodeAffinity(),
        NodePorts(),
        NodeResourcesFit(waived),
        VolumeRestrictions(ledger),
        NodeVolumeLimits(ledger),
        VolumeBinding(ledger),
        VolumeZone(ledger),
        PodTopologySpread(cluster.nodes, judged),
        InterPodAffinity(cluster, known),
    )


def replay(placement: Placement, steps: Sequence[Step], waived: Collection[str] = ()) -> tuple[Violation, ...]:
    """What is wrong with the steps, in their order; they must end in the placement.

    A bind that a filter rejects is reported and carried out all the same, so that one mistake does not hide the next; a
    step that cannot be taken at all is reported and skipped.
    """
    cluster = placement.cluster
    arriving = list(dict.fromkeys(step.pod for step in steps if isinstance(step, Bind)))
    state = Replay(cluster, arriving, waived, placement.assigned.get(GpuSharing.rule))
    conduct = Conduct(cluster)
    found: list[Violation] = []
    for number, step in enumerate(steps, 1):
        wrong = conduct.judge(number, step, state.node_of)
        if wrong is not None:
            found.append(wrong)
        elif isinstance(step, Bind):
            found += _bind(state, number, step)
        else:
            state.evict(step.pod)
    return (*found, *_compare(placement, state.node_of))


def _bind(state: Replay, number: int, step: Bind) -> list[Violation]:
    objection = state.objection(step.pod, step.node)
    state.bind(step.pod, step.node)
    if objection is None:
        return []
    rule, reason = objection
    text = f"Step {number} binds {step.pod.key} to {step.node.name}, but {reason}."
    return [Violation(rule, text, step.pod, step.node)]


def _compare(placement: Placement, reached: dict[Pod, Node]) -> list[Violation]:
    """Where the steps lead elsewhere than the placement says."""
    found = []
    for pod in dict.fromkeys((*placement.node_of, *reached)):
        claimed, real = placement.node_of.get(pod), reached.get(pod)
        if claimed is not real:
            text = f"The steps leave {pod.key} on {_name(real)}, the placement says {_name(claimed)}."
            found.append(Violation("Steps", text, pod, claimed))
    return found


def _name(node: Node | None) -> str:
    return "no node" if node is None else node.name
