"""What is asked of the study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from solver.result import Progress
    from solver.strategies.strategy import Watch
    from solver.studies.node_sizes.risk import Part
    from solver.studies.node_sizes.selection import Selection


@dataclass(frozen=True)
class Request:
    """What is asked. ``zones`` empty: those of the input, or three. ``max_loss`` is a share of all pods, of one node.

    ``trade_off`` and ``rule_prices`` say whether these parts are wanted, ``factors`` by how much requests are scaled.
    Once ``stopped`` says so, searches end with what they have, and parts that have not begun are left out.
    """

    selection: Selection
    zones: tuple[str, ...] = ()
    max_types: int | None = None
    survive: Part | None = None
    max_loss: Fraction | None = None
    trade_off: bool = True
    rule_prices: bool = False
    factors: tuple[Fraction, ...] = ()
    time_limit_s: float = 30.0
    seed: int = 0
    workers: int | None = None
    listener: Callable[[Progress], None] | None = None
    started: Callable[[Watch], None] | None = None
    stopped: Callable[[], bool] = lambda: False
