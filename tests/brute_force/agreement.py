"""The solver's answer to a tiny scenario, held against all outcomes that there are."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from solver import load_scenario
from solver.objectives import values
from solver.objectives.question import BoundPods, levels_of
from solver.run.registry import strategy_named
from solver.strategies.cpsat import CpSat
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.brute_force.outcomes import outcomes
from tests.brute_force.tiny import Tiny

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from solver.result import Answer
    from solver.scenario import Scenario
    from tests.brute_force.outcomes import Outcome
    from tests.brute_force.states import Binds
    from tests.oracle.objects import Raw

SECONDS = 8.0


class Door(StrEnum):
    """How cpsat is asked: from the heuristics' starts, from the input alone, or with counted work instead of time."""

    STARTS = "starts"
    ALONE = "alone"
    COUNTED = "counted"


class Found(StrEnum):
    """``unproven``: within the time limit some level's bound stayed below its value; all bounds hold."""

    AGREED = "agreed"
    UNPROVEN = "unproven"
    DISAGREES = "disagrees"


@dataclass(frozen=True)
class Verdict:
    """What came out, and in words what is wrong with it."""

    found: Found
    why: str = ""


def with_policy(raw: list[Raw], policy: BoundPods) -> list[Raw]:
    """The scenario with another policy for bound pods."""
    return [
        {**item, "spec": {**item["spec"], "boundPods": policy.value}} if item["kind"] == "Scenario" else item
        for item in raw
    ]


def written(raw: list[Raw], file: Path) -> Path:
    """The scenario as a file that every command reads."""
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": raw}, indent=1) + "\n")
    return file


def loaded(raw: list[Raw]) -> Scenario:
    """As the loader reads it."""
    with TemporaryDirectory() as folder:
        return load_scenario(written(raw, Path(folder) / "tiny.json"))


def judged(raw: list[Raw], policy: BoundPods, door: Door, binds: list[Binds]) -> Verdict:
    """One scenario under one policy.

    Raises:
        TooLargeError: there are more states than is sensible.
    """
    asked = with_policy(raw, policy)
    every = outcomes(Tiny(asked), binds)
    scenario = loaded(asked)
    answer = answered(scenario, door)
    levels = levels_of(scenario.question, scenario.cluster)
    reported = values(answer.placement, levels)
    violations = verify(answer.placement, answer.steps, scenario.question)
    if violations:
        return Verdict(Found.DISAGREES, f"verify: {violations[0]}")
    return compared(answer, reported, every)


def answered(scenario: Scenario, door: Door) -> Answer:
    """By one core, within `SECONDS`, or as much counted work."""
    strategy = strategy_named("cpsat") if door is Door.STARTS else CpSat()
    work = SECONDS if door is Door.COUNTED else None
    options = Options(time_limit_s=SECONDS, workers=1, work_limit=work)
    watch = Watch(time.perf_counter() + SECONDS, work_limit=work)
    return strategy.solve(scenario.cluster, scenario.question, options, watch)


def compared(answer: Answer, reported: tuple[Fraction, ...], every: Sequence[Outcome]) -> Verdict:
    """The placement is one that can be reached, is worth what is said, and nothing is proven that does not hold."""
    placement = answer.placement
    where = tuple(sorted((pod.key, node.name) for pod, node in placement.node_of.items()))
    nodes = frozenset(placement.cluster.node_named)
    mine = next((each for each in every if each.where == where and each.nodes == nodes), None)
    best = min(every, key=lambda each: each.rank)
    if mine is None:
        return Verdict(Found.DISAGREES, f"nobody can reach {dict(where)}; best {told(best)}")
    if mine.values != reported:
        return Verdict(Found.DISAGREES, f"worth {texts(mine.values)}, reported {texts(reported)}")
    broken = broken_bounds(answer, mine, every)
    if broken:
        return Verdict(Found.DISAGREES, broken)
    if answer.bounds == reported:
        if mine.rank != best.rank:
            return Verdict(Found.DISAGREES, f"proven {texts(mine.values)}, best {told(best)}")
        return Verdict(Found.AGREED)
    optimal = "the optimum" if mine.rank == best.rank else f"not the optimum {texts(best.values)}"
    return Verdict(Found.UNPROVEN, f"{texts(reported)}, {optimal}, bounds {texts(answer.bounds)}")


def broken_bounds(answer: Answer, mine: Outcome, every: Sequence[Outcome]) -> str:
    """The first bound that an outcome is below which keeps what was reported before the level."""
    for place, bound in enumerate(answer.bounds):
        keeping = [each for each in every if _keeps(each, mine, place)]
        least = min(keeping, key=lambda each: each.values[place])
        if bound is not None and bound > least.values[place]:
            return f"level {place} has the bound {bound}, and {told(least)} is below"
    return ""


def _keeps(outcome: Outcome, mine: Outcome, place: int) -> bool:
    """Whether all that decides before the level, and before the last of its parts, is as good as reported."""
    earlier = zip(outcome.parts[: place + 1], mine.parts[: place + 1], strict=True)
    *before, (its, own) = ((its, own) for its, own in earlier)
    return all(one <= other for parts in (*before, (its[:-1], own[:-1])) for one, other in zip(*parts, strict=True))


def told(outcome: Outcome) -> str:
    """With its pods and nodes."""
    return f"{texts(outcome.values)} by {dict(outcome.where)}"


def texts(numbers: Sequence[Fraction | None]) -> str:
    """Short."""
    return f"({', '.join('-' if number is None else f'{float(number):g}' for number in numbers)})"
