"""Every scenario of the table in scenarios/README.md has the optimum that the table states, proven."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

import solver

SCENARIOS = Path(__file__).parents[2] / "scenarios"
ROW = re.compile(r"\| \[`(?P<path>[^`]+)`\][^|]*\|[^|]*\|[^|]*\|[^|]*\| (?P<optimum>[^|]+) \|")
QUANTITY = re.compile(r"(pending|evicted|nodes|\$/h) ([0-9.]+)")


class Known(NamedTuple):
    """One row: the folder and what its optimum is."""

    path: str
    optimum: dict[str, Fraction]


def known() -> list[Known]:
    rows = ROW.finditer((SCENARIOS / "README.md").read_text())
    return [
        Known(row["path"], {name: Fraction(number) for name, number in QUANTITY.findall(row["optimum"])})
        for row in rows
    ]


def test_every_scenario_is_in_the_table() -> None:
    folders = {str(file.parent.relative_to(SCENARIOS)) for file in SCENARIOS.glob("**/scenario.yaml")}
    assert {row.path for row in known()} == folders


@pytest.mark.parametrize("row", known(), ids=lambda row: row.path)
def test_the_stated_optimum_is_proven(row: Known) -> None:
    scenario = solver.load_scenario(SCENARIOS / row.path)
    result = solver.run(scenario, "cpsat", time_limit_s=300, workers=2)
    assert result.termination == "optimal"
    assert row.optimum, "the row states no quantity"
    found = {
        "pending": Fraction(len(result.placement.pending)),
        "evicted": Fraction(len(result.placement.evicted)),
        "nodes": Fraction(len(result.placement.used)),
        "$/h": sum((Fraction(node.price_per_hour or 0) for node in result.placement.used), Fraction(0)),
    }
    assert {name: found[name] for name in row.optimum} == row.optimum
