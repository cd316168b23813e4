"""A running cluster beside the best: what it costs now, and the least with its own types and with all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY, PODS
from solver.studies.node_sizes.capacity import demand, for_workloads
from solver.studies.node_sizes.rule_prices import WITHOUT
from solver.studies.node_sizes.search import attempted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.rule_prices import RulePrice
    from solver.studies.node_sizes.task import Task


@dataclass(frozen=True, slots=True)
class Today:
    """``cost`` is that of all nodes of the input that have a price, ``unpriced`` names the others.

    ``counts`` are nodes by instance type. ``same_types`` is the best mix of the types that run now, None where none of
    them is offered or they do not take all pods. ``held_by`` says what keeps the best mix from one node less.
    """

    cost: Fraction
    counts: Mapping[str, int]
    unpriced: tuple[str, ...]
    same_types: Mix | None
    held_by: tuple[str, ...]


def today(task: Task, present: Cluster, best: Mix, rules: Sequence[RulePrice], seconds: float) -> Today | None:
    """None where the input has no nodes that run; ``task`` has the offers, ``rules`` what was found of them."""
    running = [node for node in present.nodes if node.declared]
    if not running:
        return None
    prices = {node: _price(node, task.offers) for node in running}
    types = {node.instance_type for node in running}
    same = [offer for offer in task.offers if offer.type.name in types]
    mix = attempted(task.over(same).within(seconds)) if same else None
    return Today(
        sum((price for price in prices.values() if price is not None), Fraction(0)),
        dict(Counter(node.instance_type or "unknown type" for node in running).most_common()),
        tuple(node.name for node, price in prices.items() if price is None),
        mix,
        held_by(task.workloads, best, rules),
    )


def held_by(workloads: Cluster, best: Mix, rules: Iterable[RulePrice]) -> tuple[str, ...]:
    """The rules without which the best mix would cost less; where there is none, the resource that fills it most."""
    held = (price for price in rules if price.least > 0 and price.change.startswith(WITHOUT))
    named = tuple(f"{price.workload}: {price.change.removeprefix(WITHOUT)}" for price in held)
    if named:
        return named
    wanted = demand(workloads)
    room = [for_workloads(node, workloads) for node in best.nodes]
    shares = {
        name: wanted.get(name, 0) / max(sum(each.get(name, 0) for each in room), 1) for name in (CPU, MEMORY, PODS)
    }
    fullest = max(shares, key=shares.__getitem__)
    return (f"{fullest}: {shares[fullest]:.0%} of what its nodes have for workloads is requested",)


def _price(node: Node, offers: Iterable[Offer]) -> Fraction | None:
    """Its own, else that of its type on demand."""
    if node.price_per_hour is not None:
        return Fraction(node.price_per_hour)
    known = (offer for offer in offers if offer.type.name == node.instance_type)
    return next((Fraction(offer.price) for offer in known), None)
