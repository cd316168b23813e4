"""What a result file says of its placement, held against that placement recounted."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.objectives import values
from solver.objectives.question import Question, levels_of
from solver.placement import Bind, Evict
from solver.report.result_file.bind_order import interleaved, order_of
from solver.report.result_file.statements import level_of
from solver.report.result_file.write import added_nodes
from solver.report.wording import number
from solver.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from solver.objectives.question import Level
    from solver.placement import Step
    from solver.report.result_file.read import Claim
    from solver.report.result_file.schema import LevelDocument

TOLERANCE = Fraction(1, 10**9)
"""Relative: values that are not whole have been through JSON's floating-point numbers."""


def contradictions(claim: Claim, question: Question) -> list[str]:
    """Every statement of the file that its placement does not bear out, as sentences."""
    return [
        *claim.differences,
        *_lists(claim),
        *_reasons(claim),
        *_bind_order(claim, question),
        *_levels(claim, question),
    ]


def _lists(claim: Claim) -> Iterator[str]:
    placement, document = claim.placement, claim.document
    for name, said, found in (
        ("moved", document.moved, placement.moved),
        ("evicted", document.evicted, placement.evicted),
        ("bind_order", document.bind_order, placement.newly_bound),
    ):
        yield from _list(name, said, {pod.key for pod in found})
    yield from _list("nodes", [node.name for node in document.nodes], {node.name for node in added_nodes(placement)})


def _reasons(claim: Claim) -> Iterator[str]:
    """Only pending pods have a reason to be pending."""
    pending = {pod.key for pod in claim.placement.pending}
    for name, said in (("messages", claim.document.messages), ("competes", claim.document.competes)):
        yield from (f"{name}: {key} is in it, and is no pending pod." for key in sorted(said.keys() - pending))


def _list(name: str, said: Sequence[str], real: set[str]) -> Iterator[str]:
    yield from (f"{name}: {key} is in it twice." for key in sorted(set(_repeated(said))))
    yield from (f"{name}: {key} is in it, and the placement says otherwise." for key in sorted(set(said) - real))
    yield from (f"{name}: {key} is missing." for key in sorted(real - set(said)))


def _repeated(keys: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield key
        seen.add(key)


def _bind_order(claim: Claim, question: Question) -> Iterator[str]:
    """The order must be possible, too, when all that leaves has left before.

    Where pods leave in between, there may be no such order at all: then that of the steps stands.
    """
    placement = claim.placement
    pods = {pod.key: pod for pod in placement.newly_bound}
    named = dict.fromkeys(key for key in claim.document.bind_order if key in pods)
    if named.keys() != pods.keys():
        return
    as_it_was = [pod.key for pod in order_of(placement, claim.steps)]
    if interleaved(claim.steps) and list(named) == as_it_was:
        return
    leaving = [Evict(pod) for pod in (*placement.evicted, *placement.moved)]
    steps: tuple[Step, ...] = (*leaving, *(Bind(pods[key], placement.node_of[pods[key]]) for key in named))
    if steps != claim.steps:
        yield from (f"bind_order: {violation}" for violation in verify(placement, steps, question))


def _levels(claim: Claim, question: Question) -> Iterator[str]:
    levels = levels_of(question, claim.placement.cluster)
    said = claim.document.levels
    if [level_of(level) for level in said] != list(levels):
        yield f"levels: they are not those that the scenario asks for: {'; '.join(map(str, levels))}."
        return
    for level, value, document in zip(levels, values(claim.placement, levels), said, strict=True):
        yield from _level(level, value, document)


def _level(level: Level, value: Fraction, said: LevelDocument) -> Iterator[str]:
    name = f"levels: {level}"
    if not _equal(value, said.value):
        yield f"{name} is {number(value)}, not {number(said.value)}."


def _equal(value: Fraction, said: float) -> bool:
    """Whole numbers stay whole on their way through JSON."""
    if value.denominator == 1:
        return value == Fraction(said)
    return abs(value - Fraction(said)) <= TOLERANCE * max(abs(value), Fraction(1))
