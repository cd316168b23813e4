"""A start for large clusters whose pods share GPU devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.strategies.cpsat.sharing.start import shared_start

if TYPE_CHECKING:
    from solver.strategies.cpsat.solving import Solving


def share_devices(solving: Solving) -> None:
    """The relaxation in whole numbers, arranged on devices and nodes, where that is better."""
    found = shared_start(solving.relaxations, solving.results, solving.watch, solving.incumbent)
    if found is not solving.incumbent:
        solving.adopt(found)
