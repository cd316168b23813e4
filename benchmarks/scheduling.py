"""``python -m benchmarks.scheduling FILE [--profile]``: run kube-scheduler's loop over a cluster, and say how it went.

One line of JSON: pods attempted, seconds of the loop alone, pods placed, violations that the judge finds; with
``--profile`` the share of the time by part of the program instead of the seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.shares import shares
from solver.placement import Placement
from solver.scenario import load_scenario
from solver.strategies.kube_scheduler.scheduler import Scheduler
from solver.verify import verify

if TYPE_CHECKING:
    from solver.scenario import Scenario


def main() -> None:
    """Load, run, judge, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--profile", action="store_true")
    chosen = parser.parse_args()
    scenario = load_scenario(chosen.file)
    sys.stdout.write(json.dumps(_profiled(scenario) if chosen.profile else _timed(scenario)) + "\n")


def _timed(scenario: Scenario) -> dict[str, Any]:
    queue = scenario.cluster.queue
    began = time.process_time()
    scheduler = Scheduler(scenario.cluster)
    scheduler.run(queue)
    seconds = time.process_time() - began
    return {"pods": len(queue), "seconds": round(seconds, 4)} | _judged(scenario, scheduler)


def _judged(scenario: Scenario, scheduler: Scheduler) -> dict[str, int]:
    state = scheduler.state
    placement = Placement(scenario.cluster, {pod: state.nodes[place] for pod, place in state.place_of.items()})
    violations = verify(placement, scheduler.steps, scenario.question)
    return {"placed": len(placement.node_of), "violations": len(violations)}


def _profiled(scenario: Scenario) -> dict[str, Any]:
    profile = cProfile.Profile()
    scheduler = profile.runcall(Scheduler, scenario.cluster)
    profile.runcall(scheduler.run, scenario.cluster.queue)
    return {"shares": shares(profile)} | _judged(scenario, scheduler)


if __name__ == "__main__":
    main()
