"""One pod after the other, never taken back: the heuristics that everybody knows, each honouring every rule."""

from __future__ import annotations

from solver.strategies.greedy.strategies import BestFit, FirstFitDecreasing, Random

__all__ = ["BestFit", "FirstFitDecreasing", "Random"]
