"""Whether samples are worth looking at: which rules keep pods from places, and which of them decide the optimum."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.brute_force.outcomes import outcomes
from tests.brute_force.states import Binds, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.brute_force.outcomes import Outcome
    from tests.brute_force.tiny import Tiny


def excluding(binds: Iterable[Binds]) -> set[str]:
    """The rules that, at some moment, were the only one to keep some pod from some node."""
    return set().union(*(each.alone for each in binds))


ENOUGH = 1_000
"""States, times pods, that are looked at for a rule; with more it is not counted as deciding."""


def deciding(tiny: Tiny, best: Outcome, binds: list[Binds]) -> set[str]:
    """Of these, the ones without which the optimum would be another."""
    found = set()
    for rule in excluding(binds):
        try:
            every = outcomes(tiny, [Binds(each.ground, rule, ENOUGH) for each in binds])
        except TooLargeError:
            continue
        if min(each.rank for each in every) != best.rank:
            found.add(rule)
    return found


def happenings(tiny: Tiny, best: Outcome) -> Counter[str]:
    """What the optimum does, each once."""
    ground = next(each for each in tiny.grounds if each.nodes == best.nodes)
    where = dict(best.where)
    said = {
        "binds a pod": any(pod not in ground.start for pod in where),
        "evicts": any(pod not in where for pod in ground.start),
        "moves": any(where.get(pod, home) != home for pod, home in ground.start.items()),
        "leaves a pod pending": any(pod not in where and pod not in ground.start for pod in ground.pods),
        "opens a node": bool(ground.opened),
    }
    return Counter(what for what, holds in said.items() if holds)
