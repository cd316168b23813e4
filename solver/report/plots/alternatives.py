"""What each picture shows, in words: for those who do not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compare.nodes import utilisation
from solver.report.wording import counted, prices, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.report.plots.incumbent_and_bound import Search
    from solver.report.plots.placed_per_priority import Tier
    from solver.report.plots.zone_heat_map import ZoneRow
    from solver.result import Result


def nodes(results: Sequence[Result], resources: Sequence[str]) -> str:
    """How many nodes each strategy uses, and how full these are."""
    return _sentences(f"{result.strategy}: {_use(result, resources)}" for result in results)


def _use(result: Result, resources: Sequence[str]) -> str:
    placement = result.placement
    shares = ((resource, utilisation(placement, placement.used, resource)) for resource in resources)
    full = [f"{resource} {share(part)}" for resource, part in shares if part is not None]
    used = f"{len(placement.used):,} of {counted(len(placement.cluster.nodes), 'node')} used"
    return f"{used}, requested of these: {', '.join(full)}" if full else used


def priorities(tiers: Sequence[Tier], strategies: Sequence[str]) -> str:
    """Who places how many pods of each priority."""
    return _sentences(
        f"{tier.title}, {counted(tier.wanted, 'pod')}: "
        + ", ".join(f"{strategy} places {number:,}" for strategy, number in zip(strategies, tier.placed, strict=True))
        for tier in tiers
    )


def cost(strategies: Sequence[str], used: Sequence[int], costs: Sequence[float | None]) -> str:
    """Nodes and price of each strategy."""
    return _sentences(
        f"{strategy}: {counted(number, 'node')}" + (f", {price} an hour" if amount is not None else "")
        for strategy, number, amount, price in zip(strategies, used, costs, prices(costs), strict=True)
    )


def search(searches: Sequence[Search]) -> str:
    """Where each level began and ended."""
    return _sentences(
        f"{search.level}: from {search.values[0]:,.6g} to {search.outcome}, in {search.seconds[-1]:,.2f} seconds"
        for search in searches
    )


def zones(strategies: Sequence[str], rows: Sequence[Sequence[ZoneRow]]) -> str:
    """How many pods each strategy has in each zone."""
    return _sentences(
        f"{strategy}: " + ", ".join(f"{row.zone} {counted(sum(row.counts), 'pod')}" for row in some)
        for strategy, some in zip(strategies, rows, strict=True)
    )


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(f"{part}." for part in parts)
