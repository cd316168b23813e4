"""Which of a pool's next nodes the pods left over would take, before kube-scheduler is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.state import ClusterState
from solver.placement import widened
from solver.rules.gpu_sharing.assign import named_devices
from solver.strategies.kube_scheduler.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.cluster.columns import Column
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.placement import Placement
    from solver.rules.profile import Profile

_NEVER = 2**62
"""The turn of nodes that are not for choice."""


class Estimate:
    """A placement with fresh nodes of one pool beside it, empty but for the pods of DaemonSets; asked again and again.

    What is asked is taken back, so that every question meets the same nodes.
    """

    def __init__(self, placement: Placement, fresh: Iterable[Node], profile: Profile) -> None:
        self.fresh = tuple(fresh)
        self._profile = profile
        cluster = widened(placement.cluster, self.fresh)
        self._state = ClusterState(cluster, (), named_devices(placement))
        self._standings: dict[PodSpec, Standing] = {}
        self._with_claims: dict[PodSpec, Standing] = {}
        for pod, node in placement.node_of.items():
            self._state.bind(pod, self._state.place[node.name])
        for daemon in cluster.pods[len(placement.cluster.pods) :]:
            self._bind(daemon, self._turns())

    def first_fit(self, pods: Sequence[Pod]) -> dict[Pod, str]:
        """Largest pod first, each on the first of the fresh nodes in use that takes it, else on the next one."""
        turn = self._turns()
        self._with_claims.clear()
        taken: dict[Pod, int] = {}
        for pod in sorted(pods, key=lambda pod: _size(pod, self.fresh[0]), reverse=True):
            place = self._bind(pod, turn)
            if place is not None:
                turn[place] %= len(self.fresh)
                taken[pod] = place
        for pod in reversed(taken):
            self._state.unbind(pod, for_good=True)
        return {pod: self._state.nodes[place].name for pod, place in taken.items()}

    def _turns(self) -> Column:
        """When which node is up: the fresh ones in their order; `first_fit` puts those in use before all others."""
        places = [self._state.place[node.name] for node in self.fresh]
        turn = np.full(len(self._state.nodes), _NEVER, dtype=np.int64)
        turn[places] = len(places) + np.arange(len(places))
        return turn

    def _bind(self, pod: Pod, turn: Column) -> int | None:
        """To the feasible node whose turn comes first, if there is any."""
        standing = self._standing(pod.spec)
        standing.begin()
        feasible = standing.feasible()
        if standing.rejected is not None or not len(feasible):
            return None
        first = int(feasible[turn[feasible].argmin()])
        if turn[first] == _NEVER:
            return None
        self._state.bind(pod, first)
        return first

    def _standing(self, spec: PodSpec) -> Standing:
        """How the nodes stand to such pods; anew for every question with volumes, and for every pod of a DaemonSet."""
        kept = self._with_claims if spec.claims or spec.inline_volumes else self._standings
        if spec in kept:
            return kept[spec]
        made = Standing(spec, self._state, self._profile)
        if not made.narrowed:
            kept[spec] = made
        return made


def _size(pod: Pod, node: Node) -> float:
    """The largest share of a node that any of the requests takes."""
    shares = (amount / max(node.allocatable.get(name, 0), 1) for name, amount in pod.spec.requests.items())
    return max(shares, default=0.0)
