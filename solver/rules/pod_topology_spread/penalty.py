"""ScheduleAnyway as a penalty: pods above what maxSkew allows over the global minimum.

For every class of constraints that a placed pod carries and every eligible domain d: ``max(0, count[matching, d] - M -
maxSkew)``, with M the least count over the eligible domains that exist.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from solver.model.linear import Linear, total
from solver.rules.pod_topology_spread.classes import SpreadClass, spread_classes
from solver.rules.pod_topology_spread.constrain import least_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.model.model import Model
    from solver.placement import Placement


def penalty_in(model: Model) -> Linear:
    """``excess[d] >= count[d] - M - maxSkew`` where a carrier is placed; minimising makes both tight."""
    classes = spread_classes((group.spec for group in model.groups), model.nodes, hard=False)
    return total(excess for spread in classes for excess in _excesses(model, spread))


def penalty(placement: Placement) -> int:
    """Counted domain by domain."""
    specs = dict.fromkeys(pod.spec for pod in placement.node_of)
    classes = spread_classes(specs, placement.cluster.nodes, hard=False)
    return sum(_excess(placement, spread) for spread in classes)


def _excesses(model: Model, spread: SpreadClass) -> Iterator[Linear]:
    counted = [group for group in model.groups if spread.counted.holds(group.spec)]
    carriers = [group for group in model.groups if group.spec in spread.carriers]
    least = least_count(model, spread, counted)
    placed = total(model.count(group, node) for group in carriers for node in model.nodes)
    if not model.limits(placed)[1]:
        return
    for domain in model.domains(spread.constraint.topology_key, spread.eligible).all:
        above = model.count_in(domain, counted) - least - spread.constraint.max_skew
        most = model.limits(above)[1]
        if most > 0:
            excess = model.integer(most)
            model.require(excess >= above, model.some(placed))
            yield excess


def _excess(placement: Placement, spread: SpreadClass) -> int:
    key = spread.constraint.topology_key
    counts = Counter(dict.fromkeys((node.labels[key] for node in spread.eligible), 0))
    eligible = set(spread.eligible)
    for pod, node in placement.node_of.items():
        if node in eligible:
            counts[node.labels[key]] += spread.counted.holds(pod.spec)
    least = min(counts.values(), default=0)
    return sum(max(0, counts[domain] - least - spread.constraint.max_skew) for domain in counts)
