"""Consolidation: fewer moves at the cost that is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods, ObjectiveName
from solver.placement import Placement
from solver.strategies.cpsat.afresh.emptied import allowed, emptied, homes
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.named import names_in, reaching
from solver.verify.recount import recount
from solver.verify.replay import replay

if TYPE_CHECKING:
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.solving import Solving

_SHARE = 0.5
"""Of the time that is left: what this may take."""
_SMALLEST = 2_000
"""Pairs of group and node: below this the exact search finds what there is to find."""


def come_home(solving: Solving) -> None:
    """Pods of a running cluster trade places as long as more of them are where they were, where cost comes first."""
    place = solving.place_of(ObjectiveName.DISRUPTION)
    if place is None or solving.results[place].proven or not allowed(solving.question, solving.cluster):
        return
    if solving.sketch.ground.size < _SMALLEST or not solving.results[place].value:
        return
    from solver.strategies.cpsat.afresh.home import brought_home
    from solver.strategies.cpsat.packing.homecoming import Homecoming
    from solver.strategies.cpsat.packing.loads import Loads
    from solver.strategies.cpsat.packing.loose import company
    from solver.strategies.cpsat.packing.rearranged import rearranged

    work = _without_homes(solving)
    before = _over(solving.incumbent.placement, work)
    loads = Loads(work.ground, company(work.ground), before)
    Homecoming(loads, homes(solving.cluster), solving.options.seed).run(
        solving.down_to(solving.watch.remaining - solving.left * _SHARE)
    )
    found = brought_home(
        rearranged(before, loads, work),
        solving.cluster,
        solving.sketch.ground.groups,
        stop=solving.watch.over,
    )
    if found is not None and not (replay(found.placement, found.steps) or recount(found.placement)):
        solving.adopt(found)


def _without_homes(solving: Solving) -> Groundwork:
    """What the emptied cluster stands on, with every node made that the incumbent opens."""
    opened = (node.name for node in solving.incumbent.placement.cluster.nodes)
    return groundwork(emptied(solving.cluster), BoundPods.FIXED, reaching((*names_in(solving.cluster), *opened)))


def _over(placement: Placement, work: Groundwork) -> Placement:
    """The placement, as one of the emptied cluster with the same nodes opened."""
    there = placement.cluster.node_named
    cluster = work.with_opened(node for row in work.ground.candidates for node in row.nodes if node.name in there)
    name_of = {pod.key: node.name for pod, node in placement.node_of.items()}
    return Placement(cluster, {pod: cluster.node_named[name_of[pod.key]] for pod in cluster.pods if pod.key in name_of})
