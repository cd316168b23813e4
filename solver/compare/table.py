"""All measures of all results on one scenario, as one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compare import nodes, pods, quality, skew
from solver.compare.measure import Judged, Measure, Unit
from solver.compare.standing import standings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from solver.cluster.cluster import Cluster
    from solver.objectives.question import Level
    from solver.result import Result


def measures(cluster: Cluster, decisive: Level | None = None) -> list[Measure]:
    """Everything that is compared on this cluster, in the order of the table; ``decisive``: where they differ."""
    return [
        *pods.placed_per_priority(cluster),
        pods.PENDING,
        *((pods.EVICTED, pods.MOVED) if cluster.bound else ()),
        nodes.NODES_USED,
        nodes.COST_PER_HOUR,
        nodes.COST_PER_MONTH,
        *nodes.UTILISATION,
        *nodes.FRAGMENTATION,
        skew.HARD_SKEW,
        skew.SOFT_SKEW,
        quality.UNMET_PREFERENCES,
        quality.distance(decisive),
        quality.PROVEN,
        quality.SECONDS,
    ]


def table_of(cluster: Cluster, results: Sequence[Result]) -> pd.DataFrame:
    """One row per strategy, one column per measure (see `measures`); what is not known is missing."""
    import pandas as pd

    judged = [Judged(cluster, result, standing) for result, standing in zip(results, standings(results), strict=True)]
    columns = {
        measure.key: pd.Series([measure.of(one) for one in judged], dtype=_dtype(measure))
        for measure in measures(cluster)
    }
    table = pd.DataFrame(columns)
    table.index = pd.Index([result.strategy for result in results], name="strategy")
    return table


def _dtype(measure: Measure) -> str:
    """Column types that know "not known"."""
    return {Unit.COUNT: "Int64", Unit.YES_NO: "boolean"}.get(measure.unit, "Float64")
