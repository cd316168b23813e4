"""One scheduling cycle: one pod, all nodes, the state of the moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.kube_scheduler.messages import NO_NODES, outside, unacceptable, unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.columns import Column, Places
    from solver.cluster.pod import Pod
    from solver.cluster.state import ClusterState
    from solver.rules.rule import Rejection
    from solver.strategies.kube_scheduler.nominations import Nominations
    from solver.strategies.kube_scheduler.rotation import Rotation
    from solver.strategies.kube_scheduler.standing import Standing


@dataclass
class Cycle:
    """What one attempt of one pod looks at; what it says holds until something is bound.

    ``nominated`` is the place of the node that the pod is nominated for; when that fits, no other node is looked at.
    ``rotation`` says where to look, and for how long, where not every node is scored.
    """

    pod: Pod
    attempt: int
    state: ClusterState
    standing: Standing
    nominations: Nominations
    nominated: int | None = None
    rotation: Rotation | None = None
    nominated_fits: bool | None = field(init=False, default=None)
    _found: tuple[Places, Places] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Take stock."""
        self.standing.begin()
        if self.nominated is not None and self.rejected is None:
            self.nominated_fits = self.rejection_at(self.nominated) is None

    @property
    def rejected(self) -> Rejection | None:
        """The verdict on the pod as a whole."""
        return self.standing.rejected

    @property
    def is_simple(self) -> bool:
        """Whether nothing but the class of the pod matters."""
        return not (self.nominated is not None or self.standing.narrowed or self.nominations or self.rotation)

    def favourite(self) -> int | None:
        """The first by name of the best nodes."""
        if not self.state.nodes or self.rejected is not None:
            return None
        if self.nominated_fits:
            return self.nominated
        if self.is_simple:
            return self.standing.favourite()
        feasible = self.feasible()
        if len(feasible) < 2:
            return int(feasible[0]) if len(feasible) else None
        return int(feasible[self.standing.totals(feasible).argmax()])

    def best(self) -> Places:
        """All the nodes with the highest total."""
        feasible = self.feasible()
        totals = self.standing.totals(feasible)
        return feasible[totals == totals.max()] if len(feasible) else feasible

    def looked_at(self) -> Places:
        """The nodes that are filtered: up to where the search ends, if it does so before the last."""
        return self._search()[1]

    def searched(self) -> Places:
        """The nodes that may be looked at at all: that which the pod is nominated for before all others."""
        if self.nominated_fits and self.nominated is not None:
            return np.array([self.nominated], dtype=np.intp)
        if not self.standing.narrowed:
            return self.state.everywhere
        names = frozenset.intersection(*self.standing.narrowed.values())
        places = {self.state.place[name] for name in names if name in self.state.place}
        return np.array(sorted(places if self.nominated is None else places | {self.nominated}), dtype=np.intp)

    def feasible(self) -> Places:
        """The nodes that pass; of these, those found before the search ends."""
        return self._search()[0]

    def processed(self) -> int:
        """How many nodes the search has looked at, by which the next one starts further on."""
        if self.rejected is not None or self.nominated_fits:
            return 0
        looked_at = self.looked_at()
        return len(looked_at) + int(self.nominated is not None and self.nominated not in looked_at)

    def _search(self) -> tuple[Places, Places]:
        """The feasible nodes that are found, and the nodes looked at; a search that may end early runs once."""
        if self.nominated_fits:
            return self.searched(), self.searched()
        if self.rotation is None:
            return self._all_feasible(), self.searched()
        if self._found is None:
            self._found = self.rotation.search(self._all_feasible(), self.searched())
        return self._found

    def _all_feasible(self) -> Places:
        """The nodes that pass, with and without the pods that are nominated there."""
        feasible = self.standing.feasible()
        if self.standing.narrowed and not self.standing.confined:
            feasible = np.intersect1d(feasible, self.searched())
        _, crowded = self._looked_at_twice()
        return np.setdiff1d(feasible, [*crowded]) if crowded else feasible

    def rejections(self) -> dict[int, Rejection | None]:
        """The verdict on every node that is looked at."""
        at, crowded = self._looked_at_twice()
        verdicts = self.standing.rejections(at) | crowded
        looked_at = set(map(int, self.looked_at())) if self.rotation is not None else verdicts.keys()
        return {node: verdict for node, verdict in verdicts.items() if node in looked_at}

    def rejection_at(self, node: int) -> Rejection | None:
        """The verdict on one node, in two passes where others are nominated for it."""
        return self._crowded(node) or self.standing.rejection_at(node)

    def scores(self) -> tuple[Places, Mapping[str, Column]]:
        """The feasible nodes, and the weighted score that each plugin gives them."""
        feasible = self.feasible()
        return feasible, self.standing.scores_of(feasible) if len(feasible) else {}

    def message(self) -> str:
        """Why no node is feasible."""
        if not self.state.nodes:
            return NO_NODES
        if self.rejected is not None:
            return unacceptable(len(self.state.nodes), self.rejected)
        at, crowded = self._looked_at_twice()
        reasons = self.standing.reasons(at)
        reasons.update(reason for rejection in crowded.values() for reason in rejection.reasons)
        if self.standing.narrowed:
            reasons[outside(self.standing.narrowed)] += len(self.state.nodes) - len(at) - len(crowded)
        return unavailable(len(self.state.nodes), reasons)

    def resolvable(self) -> Places:
        """The nodes, none of them feasible, where evictions could help."""
        if self.rejected is not None:
            return self.state.everywhere[:0]
        at, crowded = self._looked_at_twice()
        helped = [node for node, rejection in crowded.items() if rejection.resolvable]
        return np.union1d(self.standing.resolvable(at), np.array(helped, dtype=np.intp))

    def _looked_at_twice(self) -> tuple[Places, dict[int, Rejection]]:
        """The nodes to be judged as they are, and the verdicts on those that fail for the pods nominated there."""
        at = self.searched()
        contested = np.intersect1d(at, self.nominations.places_ahead_of(self.pod)) if self.nominations else ()
        found = {int(node): rejection for node in contested if (rejection := self._crowded(int(node))) is not None}
        return np.setdiff1d(at, [*found]) if found else at, found

    def _crowded(self, node: int) -> Rejection | None:
        """The verdict on a node as if the pods nominated for it, of no lower priority, were there."""
        others = self.nominations.ahead_of(self.pod, node)
        if not others:
            return None
        with self.state.trial(node):
            for other in others:
                self.state.bind(other, node)
            return self.standing.rejection_at(node)
