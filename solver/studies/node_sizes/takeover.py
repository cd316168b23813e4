"""The rest takes over: failures of single nodes of a mix, played through on one count of who is where.

Pods on the other nodes stay, so only those of the failed node are looked at. The failed node stays in the counts, empty
and closed, which can only make spreading stricter (see `solver.verify.rehearsal`): what is found here holds, and where
nothing is found, there may be something all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.state import ClusterState
from solver.cluster.topology import HOSTNAME
from solver.strategies.feasibility import Feasibility
from solver.strategies.greedy.size import fullness
from solver.verify.rehearsal import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Mask
    from solver.cluster.pod import Pod, PodSpec
    from solver.rules.volume_binding.binding import VolumeBound


class Takeover:
    """A cluster with all pods bound; see `suits` for which."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._state = ClusterState(cluster)
        self._feasible = Feasibility(self._state)
        self._sizes = _sizes(self._state, dict.fromkeys(pod.spec for pod in cluster.bound))
        self._judge: Rehearsal | None = None

    @staticmethod
    def suits(cluster: Cluster) -> bool:
        """Whether a bind can be taken back without a trace: nobody shares a GPU device."""
        return not cluster.shares_devices

    @property
    def exact(self) -> bool:
        """Whether nobody is to be spread over nodes: then it is no matter that a failed one is still in sight."""
        specs = dict.fromkeys(pod.spec for pod in self._cluster.bound)
        return not any(each.hard and each.topology_key == HOSTNAME for spec in specs for each in spec.spread)

    def lost_with(self, name: str) -> tuple[Pod, ...]:
        """The pods that need another node when this one fails."""
        return tuple(pod for pod in self._state.pods_on[self._state.place[name]] if pod.movable)

    def short_of_room(self, name: str) -> bool:
        """Whether the nodes that are left have less room in all than the pods of this one ask for: then it is lost."""
        state, place = self._state, self._state.place[name]
        lost = self.lost_with(name)
        free = np.maximum(state.allocatable - state.requested, 0)
        asked = np.zeros(len(free), dtype=np.int64)
        for pod in lost:
            for resource, amount in pod.spec.requests.items():
                row = state.row(resource)
                if row is not None:
                    asked[row] += amount
        slots = np.maximum(state.pods_allowed - state.pod_count, 0)
        return bool((asked > free.sum(axis=1) - free[:, place]).any()) or len(lost) > slots.sum() - slots[place]

    def survived(self, name: str) -> bool:
        """Whether a node was found for every pod of this one, and nothing is wrong with that."""
        return not self.short_of_room(name) and any(self._found(name, tightest=tightest) for tightest in (True, False))

    def _found(self, name: str, *, tightest: bool) -> bool:
        """Tried pod by pod; then everything is put back."""
        state, place = self._state, self._state.place[name]
        before, vacated = tuple(state.pods_on[place]), state.vacated
        lost = self.lost_with(name)
        for pod in before:
            state.unbind(pod, for_good=True)
        went = self._place(self._ordered(lost, place, narrowest=tightest), place, tightest=tightest)
        goes_to = {pod: state.nodes[state.place_of[pod]] for pod in went}
        for pod, volumes in reversed(went.items()):
            self._feasible.unbind(pod, volumes)
        for pod in before:
            state.bind(pod, place)
        state.vacated = vacated
        return len(went) == len(lost) and not self._judge_of(lost).violations(state.nodes[place], goes_to)

    def _place(self, pods: Sequence[Pod], closed: int, *, tightest: bool) -> dict[Pod, tuple[VolumeBound, ...]]:
        """Each to the node that it leaves least room on, or to the first that takes it; up to the first without.

        Who found one, with what it takes to undo that.
        """
        went: dict[Pod, tuple[VolumeBound, ...]] = {}
        for pod in pods:
            places = np.flatnonzero(self._open(pod.spec, closed))
            if not len(places):
                break
            chosen = int(places[np.argmax(fullness(self._state, places))] if tightest else places[0])
            went[pod] = self._feasible.bind(pod, chosen)
        return went

    def _ordered(self, pods: Iterable[Pod], closed: int, *, narrowest: bool) -> list[Pod]:
        """The largest first, or those before that fewest nodes would take."""
        sizes = self._sizes
        if not narrowest:
            return sorted(pods, key=lambda pod: -sizes[pod.spec])
        specs = dict.fromkeys(pod.spec for pod in pods)
        choice = {spec: int(self._open(spec, closed).sum()) for spec in specs}
        return sorted(pods, key=lambda pod: (choice[pod.spec], -sizes[pod.spec]))

    def _open(self, spec: PodSpec, closed: int) -> Mask:
        mask = self._feasible.nodes(spec)
        mask[closed] = False
        return mask

    def _judge_of(self, pods: Iterable[Pod]) -> Rehearsal:
        """Counted only when there is something to judge, and once for all pods but those whose claims leave a trace."""
        if any(pod.spec.claims for pod in pods):
            return Rehearsal(self._cluster)
        if self._judge is None:
            self._judge = Rehearsal(self._cluster)
        return self._judge


def _sizes(state: ClusterState, specs: Iterable[PodSpec]) -> dict[PodSpec, float]:
    """The largest share of the largest node."""
    most = {name: max(int(state.allocatable[row].max(initial=0)), 1) for name, row in state.rows.items()}
    return {
        spec: max((amount / most[name] for name, amount in spec.requests.items() if name in most), default=0.0)
        for spec in specs
    }
