"""The start that the relaxation leads to: a cluster filled by its prices, and then improved in neighbourhoods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from solver.strategies.cpsat.fluid.draft import Draft
    from solver.strategies.cpsat.fluid.rows import Ints
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.incumbent import Incumbent
    from solver.strategies.strategy import Watch

_SHARE = 0.7
"""Of the time that is left: what filling may take; what it has not come to then is placed pod by pod."""
_RESERVE = 0.15
"""Of what is left when neighbourhood search begins: kept for everything after it."""
_PAIRS_PER_S = 400
"""How many pairs of group and node earn the start a second: what is small is the exact search's business."""
_LEAST_SHARE, _LEAST_S = 0.15, 5.0
"""But it has this share of the time, up to so many seconds: a relaxation that is nearly tight may prove its plan."""


@dataclass(frozen=True, eq=False)
class Start:
    """A start in the making for the level of cost; ``drawn`` is over the ground of ``work``.

    ``least`` is what cannot be cheaper, beside what is paid for anyway. ``home_of`` names, by key of the pod, the nodes
    that pods are on already, where the cluster is planned as if it were empty. ``rounds_share`` of the time that is
    left after filling is for rounds of improvement, at most.
    """

    work: Groundwork
    drawn: Draft
    least: float
    seed: int
    watch: Watch
    home_of: Mapping[str, str]
    rounds_share: float = 1.0

    def found(self) -> Iterator[Incumbent]:
        """One after the other what can be carried out."""
        from solver.strategies.cpsat.fluid.completed import completed
        from solver.strategies.cpsat.fluid.fill import Fill
        from solver.strategies.cpsat.fluid.neighbourhood import Neighbourhoods

        least = max(self.watch.remaining - self._seconds, 0.0)
        until = max(least, self.watch.remaining * (1 - _SHARE))
        whole = max(self.watch.remaining - until, 1e-9)
        fill = Fill(
            self.drawn, lambda: 0.0 if self._over() else (self.watch.remaining - until) / whole, self.seed, self._homes
        )
        plan = fill.run()
        plan.level()
        yield from completed(plan, self.work, self._over)
        if not plan.left.any():
            reserve = max(least, self.watch.remaining * max(_RESERVE, 1 - self.rounds_share))
            search = Neighbourhoods(fill, self.seed)
            if search.run(self.least, lambda: self._late(reserve)):
                yield from completed(plan, self.work, self._over)

    @property
    def _homes(self) -> Ints | None:
        """Pods of each group (row) on each node (column), as they are now."""
        if not self.home_of:
            return None
        groups, nodes = self.drawn.relaxation.supply.groups, self.work.ground.cluster.nodes
        place = {node.name: at for at, node in enumerate(nodes)}
        homes = np.zeros((len(groups), len(nodes)), dtype=np.int64)
        for row, group in enumerate(groups):
            for pod in group.pending:
                if pod.key in self.home_of:
                    homes[row, place[self.home_of[pod.key]]] += 1
        return homes

    @property
    def _seconds(self) -> float:
        return max(self.work.ground.size / _PAIRS_PER_S, min(self.watch.remaining * _LEAST_SHARE, _LEAST_S))

    def _over(self) -> bool:
        return self.watch.limit is not None

    def _late(self, until: float) -> bool:
        return self._over() or self.watch.remaining < until
