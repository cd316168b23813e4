"""The optimising strategy: pod groups times nodes, level after level, each with a bound."""

from __future__ import annotations

from solver.strategies.cpsat.strategy import CpSat

__all__ = ["CpSat"]
