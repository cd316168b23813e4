"""``python -m benchmarks.solving FILE --seconds S``: least cost within a time limit, and how far from the bound it is.

One line of JSON: value and bound of the cost, pods without a node, nodes in use, seconds from the loaded scenario to
the verified result, and the incumbents of the cost with their seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from solver.objectives.question import ObjectiveName
from solver.run import run
from solver.scenario import load_scenario

if TYPE_CHECKING:
    from solver.result import Result


def main() -> None:
    """Load, solve, verify (`run` raises where a rule is broken), print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--seconds", type=float, required=True)
    chosen = parser.parse_args()
    result = run(load_scenario(chosen.file), time_limit_s=chosen.seconds)
    sys.stdout.write(json.dumps(told(result)) + "\n")


def told(result: Result) -> dict[str, Any]:
    """The figures of a result."""
    cost = next(each for each in result.levels if each.level.objective is ObjectiveName.COST)
    incumbents = [
        (round(each.seconds, 2), float(each.value))
        for each in result.progress
        if each.level == cost.level and each.value is not None
    ]
    return {
        "value": float(cost.value),
        "bound": float(cost.bound or 0),
        "pending": len(result.placement.pending),
        "used": len(result.placement.used),
        "moved": len(result.placement.moved),
        "load_s": round(result.runtime.load, 2),
        "seconds": round(result.runtime.total - result.runtime.load, 2),
        "incumbents": incumbents,
    }


if __name__ == "__main__":
    main()
