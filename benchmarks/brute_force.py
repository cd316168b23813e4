"""``python -m benchmarks.brute_force --seeds 0:1000``: cpsat held against all placements of tiny sampled scenarios.

Each seed gives one scenario of each mixture, and each scenario is asked under all four policies for bound pods, in one
of three ways in turn: from the heuristics' starts, from the input alone, with counted work instead of time. What is
reported must be reachable and worth what is said, no bound may be beaten, and what is called proven must be the least.

A scenario that disagrees is kept as a file, which every command of podsolver reads, and ``--files`` looks at again; so
is one that is not proven. After Ctrl-C the table so far is printed, and the seeds to go on with. Exit 1 where anything
disagrees.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods
from tests.brute_force import Tiny, outcomes
from tests.brute_force.agreement import Door, Found, Verdict, judged, with_policy, written
from tests.brute_force.matters import deciding, excluding, happenings
from tests.brute_force.mixtures import MIXTURES, sampled
from tests.brute_force.states import Binds, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.oracle.objects import Raw

TOO_LARGE = "too large"
"""More states than brute force looks at: the scenario is left out."""
FOUND = (*Found, TOO_LARGE)
POLICIES = tuple(BoundPods)
DOORS = tuple(Door)


@dataclass
class Count:
    """What has been found: by mixture, policy and outcome; by rule; by what optima do."""

    verdicts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    excluding: Counter[str] = field(default_factory=Counter)
    deciding: Counter[str] = field(default_factory=Counter)
    happenings: Counter[str] = field(default_factory=Counter)
    scenarios: int = 0
    seeds: int = 0
    cpu_seconds: float = 0.0

    def add(self, other: Count) -> None:
        """Take in what another one has counted."""
        for name in ("verdicts", "excluding", "deciding", "happenings"):
            getattr(self, name).update(getattr(other, name))
        self.scenarios += other.scenarios
        self.seeds += other.seeds
        self.cpu_seconds += other.cpu_seconds

    def of(self, found: str, mixture: str | None = None, policy: str | None = None) -> int:
        """How many verdicts."""
        return sum(
            number
            for (its_mixture, its_policy, its), number in self.verdicts.items()
            if its == found and mixture in (None, its_mixture) and policy in (None, its_policy)
        )


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    if chosen.files:
        return _again(chosen.files)
    count, (first, end) = Count(), chosen.seeds
    interrupted = False
    try:
        for seed in range(first, end):
            count.add(_of_seed(seed, chosen.mixtures, chosen.keep))
            _progress(seed, end, count)
    except KeyboardInterrupt:
        interrupted = True
    sys.stderr.write("\n")
    sys.stdout.write(tables(count) + "\n")
    if interrupted:
        sys.stdout.write(f"\nInterrupted; go on with --seeds {first + count.seeds}:{end}\n")
    return 130 if interrupted else int(count.of(Found.DISAGREES) > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.brute_force", description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=_range, default=(0, 100), help="FIRST:END, the end not included (0:100)")
    parser.add_argument("--mixtures", nargs="+", choices=MIXTURES, default=list(MIXTURES), metavar="NAME")
    parser.add_argument("--files", nargs="+", type=Path, default=(), help="look at kept scenarios again, and no seeds")
    parser.add_argument("--keep", type=Path, default=Path("build/brute-force"), help="folder for what disagrees")
    return parser


def _again(files: Sequence[Path]) -> int:
    """Scenarios that were kept, asked in every way under their own policy."""
    worst = 0
    for file in files:
        raw = json.loads(file.read_text())["items"]
        tiny = Tiny(raw)
        binds = [Binds(ground) for ground in tiny.grounds]
        for door in DOORS:
            verdict = judged(raw, BoundPods(tiny.policy), door, binds)
            worst |= verdict.found is Found.DISAGREES
            sys.stdout.write(f"{file}, asked {door}: {verdict.found} {verdict.why}\n")
    return int(worst)


def _of_seed(seed: int, mixtures: Sequence[str], keep: Path) -> Count:
    count, began = Count(seeds=1), time.process_time()
    for mixture in mixtures:
        _look(mixture, seed, count, keep)
    count.cpu_seconds = time.process_time() - began
    return count


def _range(text: str) -> tuple[int, int]:
    first, _, end = text.partition(":")
    return int(first), int(end)


def _look(mixture: str, seed: int, count: Count, keep: Path) -> None:
    """One scenario under every policy; how much it is worth is asked under one of them, in turn."""
    raw = sampled(mixture, seed)
    tiny = Tiny(raw)
    binds = [Binds(ground) for ground in tiny.grounds]
    for place, policy in enumerate(POLICIES):
        door = DOORS[(seed + place) % len(DOORS)]
        try:
            verdict = judged(raw, policy, door, binds)
        except TooLargeError:
            count.verdicts[mixture, policy, TOO_LARGE] += 1
            continue
        count.verdicts[mixture, policy, verdict.found] += 1
        if verdict.found is not Found.AGREED:
            _keep(mixture, seed, policy, door, verdict, keep)
    _weigh(with_policy(raw, POLICIES[seed % len(POLICIES)]), binds, count)


def _weigh(raw: list[Raw], binds: list[Binds], count: Count) -> None:
    tiny = Tiny(raw)
    try:
        best = min(outcomes(tiny, binds), key=lambda outcome: outcome.rank)
    except TooLargeError:
        return
    count.scenarios += 1
    count.excluding.update(excluding(binds))
    count.deciding.update(deciding(tiny, best, binds))
    count.happenings.update(happenings(tiny, best))


def _keep(mixture: str, seed: int, policy: BoundPods, door: Door, verdict: Verdict, keep: Path) -> None:
    keep.mkdir(parents=True, exist_ok=True)
    file = keep / f"{mixture.replace(', ', '-').replace(' ', '-')}-{seed}-{policy}.json"
    written(with_policy(sampled(mixture, seed), policy), file)
    sys.stderr.write(f"\r{verdict.found}: {mixture} {seed}, {policy}, asked {door}: {verdict.why}\n  {file}\n")


def _progress(seed: int, end: int, count: Count) -> None:
    told = ", ".join(f"{count.of(found):,} {found}" for found in FOUND if count.of(found))
    sys.stderr.write(f"\rseed {seed:,} of {end - 1:,}: {told}, {count.cpu_seconds:,.0f} CPU s   ")
    sys.stderr.flush()


def tables(count: Count) -> str:
    """What agreed by mixture and policy, and how much the samples are worth, as Markdown."""
    policies = [[policy, *(f"{count.of(found, policy=policy):,}" for found in FOUND)] for policy in POLICIES]
    mixtures = [[mixture, *(f"{count.of(found, mixture):,}" for found in FOUND)] for mixture in MIXTURES]
    mixtures = [row for row in mixtures if set(row[1:]) != {"0"}]
    whole = [["all", *(f"{count.of(found):,}" for found in FOUND)]]
    rules = [
        [rule, _share(number, count.scenarios), _share(count.deciding[rule], count.scenarios)]
        for rule, number in count.excluding.most_common()
    ]
    does = [[what, _share(number, count.scenarios)] for what, number in count.happenings.most_common()]
    return "\n\n".join(
        (
            _table(["mixture", *FOUND], mixtures + whole),
            _table(["boundPods", *FOUND], policies),
            _table(["rule", "alone keeps a pod from a node", "decides the optimum"], rules),
            _table(["the optimum", "of the scenarios"], does),
        )
    )


def _share(number: int, whole: int) -> str:
    return f"{number:,} ({number / whole:.0%})"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows))


if __name__ == "__main__":
    sys.exit(main())
