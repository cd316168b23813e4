"""``python -m benchmarks NAME [--smoke] [--record]``: run one benchmark and print its table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import consolidation, gpu, growth, harness, quality, scale, scheduler, start_up

BENCHMARKS = {"scheduler": scheduler.cases, "start-up": start_up.cases}
"""Commands that are timed."""
QUALITY = {"consolidation": consolidation.questions, "scale": scale.questions, "growth": growth.questions}
"""Clusters of which the gap within a time limit is measured."""
PROGRAMS = {"gpu": gpu.main}
"""Benchmarks with arguments of their own."""


def main() -> int:
    """Run the named benchmark; exit 1 where an answer was wrong."""
    if sys.argv[1:] and sys.argv[1] in PROGRAMS:
        return PROGRAMS[sys.argv[1]](sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure podsolver.")
    parser.add_argument("benchmark", choices=sorted((*BENCHMARKS, *QUALITY, *PROGRAMS)))
    parser.add_argument("--smoke", action="store_true", help="smallest sizes, one run each: does it work at all")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each timed command (default 5)")
    parser.add_argument("--record", action="store_true", help="keep the figures in benchmarks/results")
    chosen = parser.parse_args()
    if chosen.benchmark in QUALITY:
        return _measure_quality(chosen.benchmark, chosen.smoke, chosen.record)
    runs = 1 if chosen.smoke else chosen.runs
    with tempfile.TemporaryDirectory() as folder:
        found = [harness.measure(case, runs) for case in BENCHMARKS[chosen.benchmark](Path(folder), chosen.smoke)]
    sys.stdout.write("\n\n".join(filter(None, (harness.table(found), harness.shares_table(found)))) + "\n")
    if chosen.record:
        sys.stdout.write(f"recorded in {harness.record(chosen.benchmark, found)}\n")
    return 0 if all(measurement.right for measurement in found) else 1


def _measure_quality(benchmark: str, smoke: bool, recorded: bool) -> int:
    with tempfile.TemporaryDirectory() as folder:
        found = [quality.ask(question, Path(folder)) for question in QUALITY[benchmark](smoke)]
    sys.stdout.write(quality.table(found) + "\n")
    if recorded:
        sys.stdout.write(f"recorded in {quality.record(benchmark, found)}\n")
        if benchmark == "growth":
            growth.draw(found, harness.RESULTS / "growth.png")
    return 0 if all(outcome.right for outcome in found) else 1


if __name__ == "__main__":
    sys.exit(main())
