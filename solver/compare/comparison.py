"""Several strategies' results on one scenario, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from solver.compare.headline import contenders, headline
from solver.compare.pods import placed, priorities
from solver.compare.requested import telling_resources
from solver.compare.standing import equal_a_proven_optimum, standings
from solver.compare.table import measures, table_of, values_of
from solver.compare.titles import short_title

if TYPE_CHECKING:
    import pandas as pd

    from solver.compare.measure import Measure, Value
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
    def resources(self) -> tuple[str, ...]:
        """Cpu, memory, and what else keeps pods out of some node."""
        return telling_resources(result.placement for result in self.results)

    @cached_property
    def measures(self) -> list[Measure]:
        """What is compared; the columns of the table in their order."""
        return measures(self.scenario.cluster, self._decisive, self.resources)

    @property
    def _decisive(self) -> str:
        """The title of the first level where the results differ."""
        level = standings(self.results)[0].level if self.results else None
        return "" if level is None else short_title(level, (each.level for each in self.results[0].levels))

    @cached_property
    def values(self) -> dict[str, list[Value]]:
        """What each measure says of each result, by the measure's key."""
        return values_of(self.scenario.cluster, self.results, self.measures)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per strategy, one column per measure."""
        return table_of([result.strategy for result in self.results], self.measures, self.values)

    @cached_property
    def place_most(self) -> list[bool]:
        """Which of the results leave as few pods pending as anyone, the highest priorities first."""
        cluster = self.scenario.cluster
        tiers = priorities(cluster)
        placed_pods = [tuple(placed(cluster, result, tier) for tier in tiers) for result in self.results]
        return [each == max(placed_pods) for each in placed_pods]

    @cached_property
    def equal_a_proven_optimum(self) -> list[bool]:
        """Which of the results, without a proof of their own, are as good as one that is proven optimal."""
        return equal_a_proven_optimum(self.results)

    @property
    def against(self) -> str | None:
        """The strategy that the headline's gains are measured against."""
        other = contenders(self.results)[1] if self.results else None
        return other.strategy if other else None
