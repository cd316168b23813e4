"""Several strategies' results on one scenario, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from solver.compare.headline import contenders, headline
from solver.compare.pods import placed
from solver.compare.standing import standings
from solver.compare.table import measures, table_of

if TYPE_CHECKING:
    import pandas as pd

    from solver.compare.measure import Measure
    from solver.result import Result
    from solver.scenario import Scenario


@dataclass(frozen=True)
class Comparison:
    """Results on the same scenario, in the order asked for; ``skipped`` are strategies that an interrupt left out."""

    scenario: Scenario
    results: tuple[Result, ...]
    skipped: tuple[str, ...] = ()

    @cached_property
    def headline(self) -> str:
        """The comparison in one sentence."""
        return headline(self.scenario.cluster, self.results)

    @cached_property
    def measures(self) -> list[Measure]:
        """What is compared; the columns of the table in their order."""
        standing = standings(self.results)
        return measures(self.scenario.cluster, standing[0].level if standing else None)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per strategy, one column per measure."""
        return table_of(self.scenario.cluster, self.results)

    @cached_property
    def place_most(self) -> list[bool]:
        """Which of the results leave as few pods pending as anyone, the highest priorities first."""
        cluster = self.scenario.cluster
        placed_pods = [tuple(placed(cluster, result, tier) for tier in cluster.tiers) for result in self.results]
        return [each == max(placed_pods) for each in placed_pods]

    @property
    def against(self) -> str | None:
        """The strategy that the headline's gains are measured against."""
        other = contenders(self.results)[1] if self.results else None
        return other.strategy if other else None
