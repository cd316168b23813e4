"""All measures of all results on one scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compare import nodes, pods, quality, skew
from solver.compare.measure import Judged, Measure, Unit, Value
from solver.compare.requested import ALWAYS
from solver.compare.standing import standings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from solver.cluster.cluster import Cluster
    from solver.result import Result


def measures(cluster: Cluster, decisive: str = "", resources: Sequence[str] = ALWAYS) -> list[Measure]:
    """Everything that is compared on this cluster, in the order of the table.

    ``decisive``: the title of the level where the results differ; ``resources``: see `telling_resources`.
    """
    return [
        *pods.placed_per_priority(cluster),
        pods.PENDING,
        *((pods.EVICTED, pods.MOVED) if cluster.bound else ()),
        nodes.NODES_USED,
        nodes.COST_PER_HOUR,
        nodes.COST_PER_MONTH,
        *(over(resource) for resource in ALWAYS for over in (nodes.over_used, nodes.over_all)),
        *(nodes.over_used(resource) for resource in resources if resource not in ALWAYS),
        *(nodes.fragmentation(resource) for resource in ALWAYS),
        skew.HARD_SKEW,
        skew.SOFT_SKEW,
        quality.UNMET_PREFERENCES,
        quality.distance(decisive),
        quality.PROVEN,
        quality.SECONDS,
    ]


def values_of(cluster: Cluster, results: Sequence[Result], measures: Sequence[Measure]) -> dict[str, list[Value]]:
    """What each measure says of each result, by the measure's key."""
    judged = [Judged(cluster, result, standing) for result, standing in zip(results, standings(results), strict=True)]
    return {measure.key: [measure.of(one) for one in judged] for measure in measures}


def table_of(strategies: Sequence[str], measures: Sequence[Measure], values: Mapping[str, list[Value]]) -> pd.DataFrame:
    """One row per strategy, one column per measure; what is not known is missing."""
    import pandas as pd

    columns = {measure.key: pd.Series(values[measure.key], dtype=_dtype(measure)) for measure in measures}
    table = pd.DataFrame(columns)
    table.index = pd.Index(strategies, name="strategy")
    return table


def _dtype(measure: Measure) -> str:
    """Column types that know "not known"."""
    return {Unit.COUNT: "Int64", Unit.YES_NO: "boolean"}.get(measure.unit, "Float64")
