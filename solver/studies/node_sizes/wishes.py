"""What is wished for beyond the least price, wish by wish: each keeps what those before it ask."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.errors import InputError
from solver.studies.node_sizes.cardinality import best_of_few
from solver.studies.node_sizes.ceilings import least_price, limited
from solver.studies.node_sizes.dealing import in_all_zones
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.search import attempted, with_bound
from solver.studies.node_sizes.survival import survival
from solver.studies.node_sizes.survival_bound import least_by_totals, loosened
from solver.studies.node_sizes.surviving import surviving

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.request import Request
    from solver.studies.node_sizes.task import Task

Steps = tuple[tuple[str, "Mix"], ...]


def wishes(task: Task, request: Request, free: Mix, seconds: float) -> Steps:
    """The cheapest mix of all, and one for each further wish; ``seconds`` for each search beside those for them.

    See `check` for what no mix can keep.

    Raises:
        InputError: there is no such mix, or none was found; with what stands in its way.
    """
    steps: list[tuple[str, Mix]] = [("cheapest", free)]
    if request.max_types is not None:
        title = f"at most {request.max_types} type{'s' if request.max_types > 1 else ''}"
        steps.append((title, in_all_zones(task, _of_few(task, request, free, title))))
    if request.max_loss is not None:
        steps.append(_loss(task, request, steps[-1][1]))
        task = limited(task, request.max_loss)
    if request.survive is not None:
        steps.append(_survival(task, request, request.survive, steps[-1][1], seconds))
    return tuple(steps)


def check(task: Task, request: Request) -> None:
    """What no mix can keep.

    Raises:
        InputError: with all of it.
    """
    pods, zones = len(task.workloads.pending), len(task.offers[0].templates)
    problems = []
    if request.max_loss is not None and request.max_loss * pods < 1:
        problems.append(
            f"--max-loss {float(request.max_loss):.3g}: one pod on a node is {1 / pods:.1%} of {pods:,} pods already; "
            "allow at least that"
        )
    if request.survive is Part.ZONE and zones < 2:
        problems.append("--survive zone: with one zone nothing is left when it fails; give more --zones")
    if problems:
        raise InputError(problems)


def _loss(task: Task, request: Request, before: Mix) -> tuple[str, Mix]:
    share = request.max_loss or Fraction(1)
    title = f"at most {float(share * 100):g}% of all pods on one node"
    kept = limited(task, share)
    mix = attempted(kept)
    if mix is None:
        raise InputError([f"no mix takes all pods with {title}; allow a larger --max-loss"])
    mix = with_bound(mix, least_price(task, share))
    return title, with_bound(in_all_zones(kept, _of_few(kept, request, mix, title)), before.bound)


def _survival(task: Task, request: Request, kind: Part, before: Mix, seconds: float) -> tuple[str, Mix]:
    title = f"survives the loss of any {kind}"
    rest = least_price(task, request.max_loss) if request.max_loss else Fraction(0)
    if not loosened(task.workloads):
        # What is left is a mix of all pods that keeps the earlier wishes, too.
        rest = max(rest, before.bound)

    def solve(some: Task) -> Mix | None:
        start = before if some is task else attempted(some.within(seconds))
        return None if start is None else surviving(some, [start], kind, seconds, rest)

    def least(floor: Floor, offers: Sequence[Offer]) -> float:
        return least_by_totals(floor, offers, kind, rest)

    mix = solve(task)
    if mix is None:
        broken = survival(task, before, kind, seconds, time.monotonic() + seconds).broken_by
        part = f" ({broken.part} takes {broken.homeless[0].key} with it)" if broken and broken.homeless else ""
        remedy = "allow more --time-limit, or leave --survive out"
        raise InputError([f"no mix was found that survives the loss of every {kind}{part}; {remedy}"])
    return title, with_bound(_of_few(task, request, mix, title, solve, least), before.bound)


def _of_few(
    task: Task,
    request: Request,
    mix: Mix,
    title: str,
    solve: Callable[[Task], Mix | None] = attempted,
    least: Callable[[Floor, Sequence[Offer]], float] = Floor.of,
) -> Mix:
    """The mix, or the best one of as many types as are allowed."""
    if request.max_types is None:
        return mix
    few = best_of_few(task, request.max_types, mix, solve, least)
    if few is None:
        raise InputError(
            [f"no mix of at most {request.max_types} types takes all pods ({title}); allow more --max-types"]
        )
    return few
