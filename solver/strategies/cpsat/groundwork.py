"""From a cluster and a question to what the model stands on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.cluster.workloads import daemon_pods
from solver.model.ground import Candidates, Ground, Leave, openable
from solver.model.placing import PlacementModel
from solver.objectives.question import BoundPods
from solver.rules import RULES
from solver.rules.grouping import pod_groups
from solver.strategies.cpsat.alone import Alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.model.ground import Depth

LEAVE: Mapping[BoundPods, Leave] = {
    BoundPods.KEEP: Leave(evict=True, move=False, by_preemption=True),
    BoundPods.FIXED: Leave(evict=False, move=False, by_preemption=False),
    BoundPods.MOVABLE: Leave(evict=True, move=True, by_preemption=True),
    BoundPods.EVICTABLE: Leave(evict=True, move=True, by_preemption=False),
}
"""What each policy lets bound pods do; ``movable`` allows preemption as ``keep`` does, beside the moves."""


@dataclass(frozen=True, eq=False)
class Groundwork:
    """The input ``cluster``, the ground with the candidates in it, and the DaemonSet pods of each candidate."""

    cluster: Cluster
    ground: Ground
    daemons: Mapping[Node, tuple[Pod, ...]]

    def with_opened(self, opened: Iterable[Node]) -> Cluster:
        """The input cluster with these candidates opened (the same pods and nodes as the ground has)."""
        nodes = tuple(opened)
        if not nodes:
            return self.cluster
        arriving = tuple(pod for node in nodes for pod in self.daemons[node])
        return replace(self.cluster, nodes=self.cluster.nodes + nodes, pods=self.cluster.pods + arriving)

    def model(self, *, charges_nodes: bool, stop: Callable[[], bool] = bool) -> PlacementModel:
        """The model with every rule in it.

        Raises:
            OutOfTimeError: ``stop`` holds before it is done.
        """
        model = PlacementModel(self.ground, charges_nodes=charges_nodes, stop=stop)
        for rule in RULES:
            with model.stating(rule.name):
                rule.constrain(model)
        model.program.stop = bool
        return model


def groundwork(cluster: Cluster, policy: BoundPods, depth: Depth | None = None) -> Groundwork:
    """Candidates, pod groups and where each group could be; ``depth`` None: every node that could be opened exists."""
    leave = LEAVE[policy]
    candidates = openable(cluster, _restless(cluster, leave), depth)
    daemons = {node: daemon_pods(cluster.daemon_sets, node) for row in candidates for node in row.nodes}
    wide = _widened(cluster, candidates, daemons)
    weighings = tuple(weighing for rule in RULES for weighing in rule.weighings(wide))
    alone = Alone(wide)
    ground = Ground(wide, candidates, pod_groups(wide), alone.most, alone.unmet, leave, weighings)
    return Groundwork(cluster, ground, daemons)


def _restless(cluster: Cluster, leave: Leave) -> int:
    """The number of pods that could come to an opened node."""
    return len(cluster.pending) + (sum(pod.movable for pod in cluster.bound) if leave.move else 0)


def _widened(cluster: Cluster, candidates: tuple[Candidates, ...], daemons: Mapping[Node, tuple[Pod, ...]]) -> Cluster:
    nodes = tuple(node for row in candidates for node in row.nodes)
    arriving = tuple(pod for node in nodes for pod in daemons[node])
    return replace(cluster, nodes=cluster.nodes + nodes, pods=cluster.pods + arriving) if nodes else cluster
