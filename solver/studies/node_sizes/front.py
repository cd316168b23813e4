"""Cost against blast radius: the cheapest mixes that lose ever less with one node."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.studies.node_sizes.ceilings import least_price, limited
from solver.studies.node_sizes.risk import Part, blast_radius
from solver.studies.node_sizes.search import attempted, with_bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.task import Task

STEPS = tuple(Fraction(percent, 100) for percent in (75, 50, 33, 25, 20, 15, 10, 7, 5, 3, 2, 1))
"""Shares of all pods that a node may hold at most."""


@dataclass(frozen=True, slots=True)
class Point:
    """The cheapest mix with at most ``allowed`` of all pods on one node; ``lost`` is what it really loses."""

    allowed: Fraction
    lost: Fraction
    mix: Mix


def front(task: Task, free: Mix, known: Sequence[Mix], seconds: float) -> tuple[Point, ...]:
    """From the cheapest mix of all to the smallest blast radius; ``known`` are other mixes, ``seconds`` for each point.

    A mix for a smaller radius is one for every larger radius, too: so the search goes from the smallest up, and bounds
    go the other way. What loses less for no more is kept alone. Radii that no mix has are left out.
    """
    pods = len(task.workloads.pending)
    mixes = [(_lost(mix), replace(mix, bound=Fraction(0))) for mix in known]
    found: list[Point] = []
    for allowed in reversed([step for step in STEPS if step * pods >= 1 and step < _lost(free)]):
        if task.stopped():
            break
        point = _point(task, allowed, mixes, seconds)
        if point is not None:
            mixes.append((point.lost, replace(point.mix, bound=Fraction(0))))
            found.append(point)
    points: list[Point] = []
    for point in (Point(Fraction(1), _lost(free), free), *reversed(found)):
        least = points[-1].mix.bound if points else Fraction(0)
        points.append(replace(point, mix=with_bound(point.mix, least)))
    return tuple(point for at, point in enumerate(points) if _pays(point, points[at + 1 :]))


def _point(task: Task, allowed: Fraction, known: Sequence[tuple[Fraction, Mix]], seconds: float) -> Point | None:
    """The cheapest mix for one radius, searched for where none that is known is as cheap as any can be."""
    least = least_price(task, allowed)
    fitting = [(mix.cost, lost, at) for at, (lost, mix) in enumerate(known) if lost <= allowed]
    best = known[min(fitting)[2]][1] if fitting else None
    if best is None or best.cost > least:
        mix = attempted(limited(task, allowed).within(seconds), best.cost if best else None)
        least = max(least, mix.bound if mix else least)
        best = mix if best is None or (mix is not None and mix.cost < best.cost) else best
    return None if best is None else Point(allowed, _lost(best), with_bound(best, least))


def _pays(point: Point, tighter: Sequence[Point]) -> bool:
    return all(point.mix.cost < other.mix.cost for other in tighter)


def _lost(mix: Mix) -> Fraction:
    return blast_radius(mix, Part.NODE).pods
