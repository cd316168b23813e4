"""From files to a cluster and a question: the only place that knows YAML."""

from __future__ import annotations

from solver.scenario.load import load_scenario
from solver.scenario.scenario import Scenario

__all__ = ["Scenario", "load_scenario"]
