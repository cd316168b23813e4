"""All placements that can be reached, and what each is worth."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations
from typing import TYPE_CHECKING

from tests.brute_force.states import Binds, State
from tests.brute_force.tiny import Ground, Tiny, Where, belongs_to_its_node, may_leave, may_move, preempts, priority
from tests.brute_force.values import Values, evicted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

BY_PREEMPTION = ("keep", "movable")
"""Policies under which a bound pod ends up without a node only where preemption takes its place."""


@dataclass(frozen=True)
class Outcome:
    """A placement on the ``nodes`` that are there. ``values`` are those of the levels, ``parts`` what decides in each.

    These differ where bound pods are kept: a tier's evictions come before its pods that find no node.
    """

    where: tuple[tuple[str, str], ...]
    nodes: frozenset[str]
    values: tuple[Fraction, ...]
    parts: tuple[tuple[Fraction, ...], ...]

    @property
    def rank(self) -> tuple[tuple[Fraction, ...], ...]:
        """The least is the best."""
        return self.parts


def outcomes(tiny: Tiny, binds: list[Binds] | None = None) -> list[Outcome]:
    """Every outcome that the policy allows; ``binds``, one for each way of opening nodes, may serve several policies.

    Raises:
        TooLargeError: there are more states than is sensible.
    """
    found, policy = [], tiny.policy
    for known in [Binds(ground) for ground in tiny.grounds] if binds is None else binds:
        ground = known.ground
        values = Values(tiny, ground, interleaved=policy == "keep")
        reached = {tuple(sorted(where.items())): where for where in _reached(known, policy)}
        for identity, where in reached.items():
            if _opens_what_it_needs(ground, where) and _is_allowed(ground, where, policy):
                found.append(Outcome(identity, ground.nodes, values.levels(where), values.parts(where)))
    return found


def _reached(binds: Binds, policy: str) -> Iterator[Where]:
    """Every placement that can be reached when all that leaves leaves first."""
    ground = binds.ground
    wanting = [pod for pod in ground.pods if pod not in ground.start]
    for leaving in _subsets(pod for pod in ground.start if may_leave(ground.pods[pod], policy)):
        staying = {pod: node for pod, node in ground.start.items() if pod not in leaving}
        movers = [pod for pod in leaving if may_move(ground.pods[pod], policy)]
        yield from _from(binds, State(staying, ground.objects), (*wanting, *movers))


def _from(binds: Binds, start: State, wanting: tuple[str, ...]) -> Iterator[Where]:
    """All states that binds of these pods lead to, the start included; nobody goes back to the node it has left."""
    seen, waiting = set(), [start]
    while waiting:
        state = waiting.pop()
        if state.identity in seen:
            continue
        seen.add(state.identity)
        yield state.where
        for pod in wanting:
            if pod not in state.where:
                home = binds.ground.start.get(pod)
                waiting += [later for node, later in binds.of(state, pod) if node != home]


def _subsets(items: Iterable[str]) -> Iterator[tuple[str, ...]]:
    kept = list(items)
    return chain.from_iterable(combinations(kept, count) for count in range(len(kept) + 1))


def _opens_what_it_needs(ground: Ground, where: Where) -> bool:
    """Every opened node holds a pod that did not come with it."""
    held = {node for pod, node in where.items() if not belongs_to_its_node(ground.pods[pod])}
    return held.issuperset(ground.opened)


def _is_allowed(ground: Ground, where: Where, policy: str) -> bool:
    """Preemption takes a pod's place for one of higher priority that may preempt and is new on the very node."""
    return policy not in BY_PREEMPTION or all(_is_victim(ground, where, pod) for pod in evicted(ground, where))


def _is_victim(ground: Ground, where: Where, pod: str) -> bool:
    home = ground.start[pod]
    arrived = [ground.pods[other] for other, node in where.items() if node == home and ground.start.get(other) != home]
    return any(preempts(other) and priority(other) > priority(ground.pods[pod]) for other in arrived)
