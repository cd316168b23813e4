"""Whole decisions of sampled runs, the rules' and the naive oracle's, held against each other field by field.

More of them than the tests look at: ``python -m tests.properties.decisions FIRST_SEED SECONDS``.
"""

from __future__ import annotations

import sys
import time
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from solver.rules.profile import Profile
from solver.scenario import load_scenario
from solver.strategies.kube_scheduler.scheduler import Scheduler
from solver.strategies.kube_scheduler.trace import record_of
from tests.oracle.devices import DEVICE, shared
from tests.oracle.objects import key, notes, of_kind
from tests.oracle.run import beginning, tried
from tests.sampling import RULES, Knobs, Raw, sample, written
from tests.sampling.enriching import enriched
from tests.sampling.rows import in_rows

if TYPE_CHECKING:
    from solver.strategies.kube_scheduler.scheduler import Decision

KUBERNETES = RULES - {"gpus"}
"""What kube-scheduler itself decides by; shares of devices are a further filter, in mixtures of their own."""

MIXTURES = {
    "everything": Knobs(rules=KUBERNETES),
    "everything, densely": Knobs(rules=KUBERNETES, density=0.6),
    "crowded": Knobs(nodes=(2, 8), pods=(6, 16), rules=KUBERNETES, bound=0.6, density=0.4),
    "full": Knobs(nodes=(3, 6), pods=(10, 20), rules=KUBERNETES, bound=0.7, density=0.25),
    "between pods": Knobs(
        pods=(6, 12),
        rules=frozenset({"affinity", "anti_affinity", "priorities", "preferences"}),
        density=0.6,
        bound=0.5,
    ),
    "spreading": Knobs(
        nodes=(3, 8),
        pods=(8, 16),
        rules=frozenset({"spread", "node_affinity", "taints", "priorities", "preferences"}),
        density=0.6,
        bound=0.5,
    ),
    "storage": Knobs(pods=(4, 12), rules=frozenset({"volumes", "disks", "priorities"}), density=0.7, bound=0.5),
    "devices": Knobs(
        nodes=(2, 6), pods=(8, 16), rules=frozenset({"gpus", "priorities", "taints"}), density=0.8, bound=0.4
    ),
    "devices among all": Knobs(nodes=(2, 8), pods=(6, 14), density=0.35, bound=0.5),
    "in rows": Knobs(nodes=(3, 7), pods=(3, 6), rules=KUBERNETES - {"volumes", "disks"}, density=0.1, bound=0.2),
    "room": Knobs(
        pods=(8, 18),
        rules=KUBERNETES - {"spread", "affinity", "anti_affinity", "volumes", "disks"},
        density=0.3,
        bound=0.6,
    ),
}


def objects_of(seed: int, mixture: str) -> list[Raw]:
    objects = enriched(sample(seed, MIXTURES[mixture]), seed)
    return in_rows(objects, seed) if mixture == "in rows" else objects


def decided(objects: list[Raw]) -> list[Raw]:
    """All attempts by the rules, as the oracle writes them down."""
    with TemporaryDirectory() as folder:
        cluster = load_scenario(written(objects, Path(folder)), expand=False).cluster
    records: list[Raw] = []

    def note(decision: Decision) -> Decision:
        records.append(record_of(decision) | ({} if decision.chosen is None else {"raw": _raw(decision)}))
        return decision

    scheduler = Scheduler(cluster, Profile().literal, observer=note)
    scheduler.run(cluster.queue)
    devices = {} if scheduler.state.devices is None else scheduler.state.devices.of
    return [*records, in_the_end({pod.key: sorted(numbers) for pod, numbers in devices.items()})]


def in_the_end(devices: dict[str, list[int]]) -> Raw:
    """A last record: who has which devices of its node."""
    return {"pod": "", "attempt": 0, "devices": {pod: numbers for pod, numbers in sorted(devices.items()) if numbers}}


def _raw(decision: Decision) -> Raw:
    cycle, feasible = decision.cycle, decision.cycle.feasible()
    names = [cycle.state.nodes[place].name for place in feasible]
    taking_part = [(name, score) for name, _, score in cycle.standing.scores if score.begin()]
    return {name: dict(zip(names, map(int, score.raw(feasible)), strict=True)) for name, score in taking_part}


def by_oracle(objects: list[Raw]) -> list[Raw]:
    """The same by the naive oracle; what it ignores counts 0."""
    moment = beginning(objects)
    records = [{**each, **({"raw": _filled(each["raw"])} if "raw" in each else {})} for each in tried(moment)]
    there = {key(pod): notes(pod).get(DEVICE, "") for pod in of_kind(moment.objects, "Pod") if key(pod) in moment.bound}
    named = {pod: sorted(map(int, filter(None, text.split(",")))) for pod, text in there.items()}
    return [*records, in_the_end(named if shared(moment.objects) else {})]


def _filled(raw: Raw) -> Raw:
    return {plugin: {node: value or 0 for node, value in points.items()} for plugin, points in raw.items()}


def differences(ours: list[Raw], theirs: list[Raw]) -> list[tuple[Any, ...]]:
    """Pod, attempt and field with both values; where the attempts themselves differ, these."""
    tried = [[(record["pod"], record["attempt"]) for record in records] for records in (ours, theirs)]
    if tried[0] != tried[1]:
        return [("attempts", *tried)]
    return [
        (mine["pod"], mine["attempt"], field, mine.get(field), its.get(field))
        for mine, its in zip(ours, theirs, strict=True)
        for field in sorted(mine.keys() | its.keys())
        if mine.get(field) != its.get(field)
    ]


def main() -> None:
    """Look until the time is up or something differs."""
    first, seconds = int(sys.argv[1]), float(sys.argv[2])
    end, decisions, preemptions = time.monotonic() + seconds, 0, 0
    for seed in count(first):
        mixture = list(MIXTURES)[seed % len(MIXTURES)]
        objects = objects_of(seed, mixture)
        theirs = by_oracle(objects)
        decisions += len(theirs)
        preemptions += sum(record["attempt"] == 2 for record in theirs)
        found = differences(decided(objects), theirs)
        if found or time.monotonic() > end:
            print(f"seeds {first} to {seed}: {decisions} decisions, {preemptions} preemptions")
            print(*found, sep="\n")
            sys.exit(bool(found))


if __name__ == "__main__":
    main()
