"""What a solve does after its start, one phase after the other, until all is proven or time, or work, is over.

Each phase takes the state of the solve and leaves a better one, or the same. Cheap bounds come first, then what suits
clusters of a kind (few pods on a node, nothing but room, shared GPUs, many nodes), then the exact search.
"""

from __future__ import annotations

from solver.strategies.cpsat.phases.afresh import pack_afresh
from solver.strategies.cpsat.phases.cheaper_start import fill_classes
from solver.strategies.cpsat.phases.counting import count
from solver.strategies.cpsat.phases.exact_search import search_exactly
from solver.strategies.cpsat.phases.few_pods import fit_patterns
from solver.strategies.cpsat.phases.homecoming import come_home
from solver.strategies.cpsat.phases.neighbourhoods import search_around
from solver.strategies.cpsat.phases.relaxation import relax
from solver.strategies.cpsat.phases.room_alone import pack
from solver.strategies.cpsat.phases.shared_devices import share_devices

PHASES = (
    count,
    fit_patterns,
    relax,
    pack,
    relax,
    pack_afresh,
    share_devices,
    fill_classes,
    relax,
    come_home,
    search_around,
    search_exactly,
)
"""Bounds of the relaxation depend on the values reached so far: they are asked for again where these have changed."""

__all__ = ["PHASES"]
