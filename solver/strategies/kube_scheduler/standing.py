"""How the nodes stand to the pods of one class: kept from pod to pod, and mended where a bind has changed it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from solver.rules.rule import Narrowed, Reach, Rejection
from solver.strategies.kube_scheduler.foresight import Foresight
from solver.strategies.kube_scheduler.messages import contradiction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.columns import Column, Mask, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.rules.profile import Profile
    from solver.rules.rule import Codes, Filter, Score

NOWHERE = -1
"""The rank of a node that is not feasible; every score is at least 0."""


class Standing:
    """The filters and scores of one class of pods, and the columns that come of those that look at one node at a time.

    ``ranks`` holds, where these filters pass, the weighted sum of these scores, and of those that are the same
    everywhere; `NOWHERE` elsewhere. It is true up to the place ``seen`` in the state's journal. Filters and scores that
    reach over the whole cluster are asked anew for every pod. ``confined``: what narrows the pods to some nodes rejects
    them on all others, so that only these have a rank.
    """

    def __init__(self, spec: PodSpec, state: ClusterState, profile: Profile) -> None:
        self.spec = spec
        self.state = state
        self.rejected, self.narrowed = _prefiltered(spec, state, profile)
        self.filters = list(_filters(spec, state, profile))
        self.scores = list(_scores(spec, state, profile))
        self._near_filters = [found for _, found in self.filters if found.reach is Reach.NODE]
        self._wide_scores = [item[1:] for item in self.scores if _is_wide(item[2])]
        self._near_scores = [item[1:] for item in self.scores if item[2].reach is Reach.NODE]
        self._fixed_pass, self._fixed_points = self._fixed()
        self.confined = self.narrowed.keys() <= dict(self.filters).keys()
        self._within = self._possible()
        self.ranks: Column = np.full(len(state.nodes), NOWHERE, dtype=np.int64)
        self.ranks[self._within] = self._ranked(self._within)
        self.seen = len(state.journal)
        self._foresight = self._looking_ahead()
        self._in_a_row = True
        self._followed = -1
        self.active: list[Filter] = []
        self._wide_active: list[Filter] = []

    def begin(self) -> None:
        """A pod of the class is looked at: find out which filters take part, and mend the columns."""
        self.active = [found for _, found in self.filters if found.begin()]
        self._wide_active = [found for found in self.active if found.reach is Reach.CLUSTER]
        journal = self.state.journal
        if self.seen != len(journal):
            changed = journal[self.seen :]
            self._in_a_row = len(changed) == 1 and len(journal) == self._followed
            self.seen = len(journal)
            # In any order: nodes are mended one by one.
            at = self._within if self.narrowed else np.array(list(set(changed)), dtype=np.intp)
            self.ranks[at] = self._ranked(at)
            if self._foresight is not None:
                self._foresight.forget()

    def follow(self, spec: PodSpec, place: int) -> None:
        """A pod of the class has come to the node: between equal pods in a row, nothing else has to be mended."""
        foresight = self._foresight
        self._followed = len(self.state.journal)
        alone = self._in_a_row and self._followed == self.seen + 1
        if alone and foresight is not None and foresight.holds_for(spec):
            self.ranks[place] = foresight.rank(place)
            self.seen += 1

    def best(self) -> tuple[Places, Column]:
        """The feasible nodes, and the total score of each."""
        feasible = self.feasible()
        return feasible, self.totals(feasible)

    def favourite(self) -> int | None:
        """The first by name of the best nodes, None without a feasible one."""
        if self._wide_scores:
            feasible, totals = self.best()
            return int(feasible[totals.argmax()]) if len(feasible) else None
        ranks = self.ranks
        for found in self._wide_active:
            ranks = np.where(found.codes(self.state.everywhere), NOWHERE, ranks)
        place = int(ranks.argmax())
        return place if ranks[place] != NOWHERE else None

    def feasible(self) -> Places:
        """The nodes that pass every filter that takes part."""
        passing: Mask = self.ranks != NOWHERE
        for found in self._wide_active:
            passing &= found.codes(self.state.everywhere) == 0
        return np.flatnonzero(passing)

    def totals(self, feasible: Places) -> Column:
        """The weighted scores of these nodes, added up, given that no others are feasible."""
        totals: Column = self.ranks[feasible]
        for weight, score in self._wide_scores:
            if len(feasible) and score.begin():
                totals += weight * score.points(feasible)
        return totals

    def rejection_at(self, node: int) -> Rejection | None:
        """The first filter that rejects one node, in the state of the moment."""
        at = np.array([node], dtype=np.intp)
        for found in self.active:
            code = int(found.codes(at)[0])
            if code:
                return found.rejection(code, node)
        return None

    def rejections(self, at: Places) -> dict[int, Rejection | None]:
        """The same for many nodes."""
        verdicts: dict[int, Rejection | None] = dict.fromkeys(map(int, at))
        for found, codes, nodes in self._rejected(at):
            for node, code in zip(nodes, codes, strict=True):
                verdicts[int(node)] = found.rejection(int(code), int(node))
        return verdicts

    def reasons(self, at: Places) -> Counter[str]:
        """How many of these nodes give which reason."""
        counts: Counter[str] = Counter()
        for found, codes, nodes in self._rejected(at):
            counts += found.reasons(codes, nodes)
        return counts

    def resolvable(self, at: Places) -> Places:
        """Those of the rejected nodes where evictions could help."""
        helped = [found.resolvable(codes, nodes) for found, codes, nodes in self._rejected(at)]
        return np.sort(np.concatenate([*helped, at[:0]]))

    def _rejected(self, at: Places) -> Iterator[tuple[Filter, Codes, Places]]:
        """Filter by filter, the nodes that it is the first to reject."""
        left = at
        for found in self.active:
            codes = found.codes(left)
            rejected = codes > 0
            if rejected.any():
                yield found, codes[rejected], left[rejected]
                left = left[~rejected]

    def scores_of(self, feasible: Places) -> dict[str, Column]:
        """The weighted score of every plugin that is not skipped, for these nodes."""
        return {name: weight * score.points(feasible) for name, weight, score in self.scores if score.begin()}

    def _possible(self) -> Places:
        """Where the pods can be at all, as far as what they are narrowed to says."""
        if not self.narrowed or not self.confined:
            return self.state.everywhere
        place = self.state.place
        names = frozenset.intersection(*self.narrowed.values())
        return np.array(sorted(place[name] for name in names if name in place), dtype=np.intp)

    def _fixed(self) -> tuple[Mask, Column]:
        """What no bind changes."""
        everywhere = self.state.everywhere
        passing = np.ones(len(everywhere), dtype=np.bool_)
        for _, found in self.filters:
            if found.reach is Reach.NOTHING:
                passing &= found.codes(everywhere) == 0
        points = np.zeros(len(everywhere), dtype=np.int64)
        for _, weight, score in self.scores:
            if score.constant is not None:
                points += weight * score.constant
            elif score.reach is Reach.NOTHING:
                points += weight * score.points(everywhere)
        return passing, points

    def _looking_ahead(self) -> Foresight | None:
        """Possible where pods count by their sums alone, and not worth it for those that are narrowed to few nodes."""
        filters = all(found.sums_alone for found in self._near_filters)
        if self.narrowed or not filters or not all(score.sums_alone for _, score in self._near_scores):
            return None
        return Foresight(self.spec, self.state, self._ranked)

    def _ranked(self, at: Places) -> Column:
        """The ranks of these nodes, looked at again."""
        passing = self._fixed_pass[at]
        for found in self._near_filters:
            passing &= found.codes(at) == 0
        ranks = self._fixed_points[at]
        for weight, score in self._near_scores:
            ranks += weight * score.points(at)
        ranked: Column = np.where(passing, ranks, NOWHERE)
        return ranked


def _filters(spec: PodSpec, state: ClusterState, profile: Profile) -> Iterator[tuple[str, Filter]]:
    """The plugins that have something to check for such pods, in their order."""
    for rule in profile.filters:
        found = rule.filter(spec, state)
        if found is not None:
            yield rule.name, found


def _scores(spec: PodSpec, state: ClusterState, profile: Profile) -> Iterator[tuple[str, int, Score]]:
    """The plugins that score such pods, with their weights."""
    for scorer in profile.scorers:
        score = scorer.rule.score(spec, state)
        if score is not None:
            yield scorer.rule.name, scorer.weight, score


def _is_wide(score: Score) -> bool:
    return score.reach is Reach.CLUSTER and score.constant is None


def _prefiltered(
    spec: PodSpec, state: ClusterState, profile: Profile
) -> tuple[Rejection | None, dict[str, frozenset[str]]]:
    """The first rejection as a whole, or which rules narrow to which nodes."""
    narrowed: dict[str, frozenset[str]] = {}
    for rule in profile.prefilters:
        found = rule.prefilter(spec, state)
        if isinstance(found, Rejection):
            return found, {}
        if isinstance(found, Narrowed):
            narrowed[rule.name] = found.nodes
            if not frozenset.intersection(*narrowed.values()):
                return Rejection("", (contradiction(narrowed),)), {}
    return None, narrowed
