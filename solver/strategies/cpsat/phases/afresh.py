"""Consolidation: where cost comes before disruption, a running cluster is packed anew as if it were empty."""

from __future__ import annotations

from dataclasses import replace

from solver.objectives.question import ObjectiveName
from solver.strategies.cpsat.afresh.emptied import allowed, emptied, homes, up_to_cost
from solver.strategies.cpsat.phases.cheaper_start import fill_classes
from solver.strategies.cpsat.phases.counting import count
from solver.strategies.cpsat.phases.relaxation import relax
from solver.strategies.cpsat.phases.room_alone import pack
from solver.strategies.cpsat.solving import Solving
from solver.strategies.cpsat.starts import begin

_SHARE = 0.5
"""Of the time that is left: what packing anew may take."""
_INNER = (count, relax, pack, relax, fill_classes)


def pack_afresh(solving: Solving) -> None:
    """The better one of the incumbent and the emptied cluster's, with as many pods where they are as that permits."""
    place = solving.place_of(ObjectiveName.COST)
    if (
        place is None
        or all(result.proven for result in solving.results[: place + 1])
        or not allowed(solving.question, solving.cluster)
    ):
        return
    seconds = solving.left * _SHARE
    inner = Solving(
        emptied(solving.cluster),
        up_to_cost(solving.question),
        replace(solving.options, time_limit_s=seconds),
        solving.watch.part(seconds),
        solving.starts,
    )
    inner.home_of = homes(solving.cluster)
    begin(inner)
    for phase in _INNER:
        if not inner.proven and inner.watch.limit is None:
            phase(inner)
    from solver.strategies.cpsat.afresh.home import brought_home

    found = brought_home(
        inner.incumbent.placement,
        solving.cluster,
        solving.sketch.ground.groups,
        stop=solving.watch.over,
    )
    if found is not None:
        solving.adopt(found)
