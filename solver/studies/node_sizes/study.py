"""The whole study: from a scenario and a selection to a mix, its risk, and what stands beside it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.errors import InputError
from solver.studies.node_sizes.cardinality import best_of_few
from solver.studies.node_sizes.dealing import in_all_zones
from solver.studies.node_sizes.dominance import needless
from solver.studies.node_sizes.fit import misfits
from solver.studies.node_sizes.front import front
from solver.studies.node_sizes.money import Money, money
from solver.studies.node_sizes.risk import BlastRadius, Part, blast_radius
from solver.studies.node_sizes.rule_prices import price_of_requests, prices_of_rules
from solver.studies.node_sizes.search import NoMixError, least_cost
from solver.studies.node_sizes.selection import selected
from solver.studies.node_sizes.survival import Survival, survival
from solver.studies.node_sizes.sweep import least_alone, sweep
from solver.studies.node_sizes.task import Task
from solver.studies.node_sizes.today import today
from solver.studies.node_sizes.wishes import check, wishes
from solver.studies.node_sizes.workloads import without_nodes, zones_of
from solver.studies.node_sizes.zones import with_all_zones

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.pod import Pod
    from solver.scenario import Scenario
    from solver.studies.node_sizes.front import Point
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.request import Request
    from solver.studies.node_sizes.rule_prices import RulePrice
    from solver.studies.node_sizes.sweep import Single
    from solver.studies.node_sizes.today import Today

DEFAULT_ZONES = 3
_SIDE_SHARE = Fraction(1, 10)
"""Of the time limit: what each search beside that for the mix may take."""
_NAMED = 5
MOST_FEW = 3
"""Types at most of the mixes of few types."""
USUAL_ARCH = "amd64"
"""What images are built for where nobody says otherwise."""


@dataclass(frozen=True)
class NodeSizes:
    """The answer. ``free`` is the cheapest mix of all, ``mix`` that which keeps what was asked of types and risk.

    ``steps`` are the mixes in between, by what was asked: what each option costs is the difference to the one before.
    """

    request: Request
    task: Task
    needless: Mapping[str, str]
    free: Mix
    mix: Mix
    steps: tuple[tuple[str, Mix], ...]
    survivals: tuple[Survival, ...]
    singles: tuple[Single, ...] = ()
    few: tuple[tuple[int, Mix], ...] = ()
    front: tuple[Point, ...] = ()
    rules: tuple[RulePrice, ...] = ()
    today: Today | None = None
    notices: tuple[str, ...] = field(default=())

    @property
    def money(self) -> Money:
        """Where the price of the mix goes."""
        return money(self.mix)

    @property
    def blast(self) -> tuple[BlastRadius, BlastRadius]:
        """Of one node and of one zone."""
        return blast_radius(self.mix, Part.NODE), blast_radius(self.mix, Part.ZONE)


def size(scenario: Scenario, request: Request) -> NodeSizes:
    """Find the least-cost mix and what belongs to it.

    Raises:
        InputError: the selection is not possible, or some pods fit no mix; with all that is wrong.
    """
    task = _task(scenario, request)
    check(task, request)
    free = _mix(task)
    side_s = max(task.time_limit_s * float(_SIDE_SHARE), 1.0)
    singles = sweep(task, side_s) if request.trade_off else ()
    few = _few(task, free, singles) if request.trade_off else ()
    known = [single.mix for single in singles if single.mix is not None] + [mix for _, mix in few]
    points = front(task, free, known, side_s) if request.trade_off else ()
    began = time.monotonic()
    steps = wishes(task, request, free, side_s)
    mix = steps[-1][1]
    until = max(began + task.time_limit_s * (len(steps) - 1), time.monotonic() + side_s)
    rules = _rules(task, request, free, side_s, running=any(node.declared for node in scenario.cluster.nodes))
    return NodeSizes(
        request,
        task,
        {one.title: other.title for one, other in needless(task.offers, task.workloads).items()},
        free,
        mix,
        steps,
        tuple(survival(task, mix, kind, side_s, until) for kind in _kinds(request)),
        singles,
        few,
        points,
        rules,
        today(task, scenario.cluster, free, rules, side_s),
        _notices(scenario, task, mix),
    )


def _task(scenario: Scenario, request: Request) -> Task:
    zones = request.zones or zones_of(scenario.cluster) or tuple(f"zone-{'abc'[at]}" for at in range(DEFAULT_ZONES))
    offers = selected(request.selection, zones)
    written = without_nodes(scenario.cluster)
    workloads = with_all_zones(written, offers)
    problems = misfits(workloads, offers)
    if not workloads.pending:
        problems = ["there are no pods to find machines for; give workloads or pods"]
    if problems:
        raise InputError(problems)
    return Task(
        replace(scenario, cluster=workloads),
        offers,
        request.time_limit_s,
        request.seed,
        request.workers,
        written={pod.key: pod.spec for pod in written.pods},
        listener=request.listener,
        started=request.started,
        stopped=request.stopped,
    )


def _mix(task: Task) -> Mix:
    try:
        return in_all_zones(task, least_cost(task))
    except NoMixError as error:
        raise InputError([_left_over(error.pending, proven=error.proven)]) from None


def _left_over(pending: Mapping[Pod, str], *, proven: bool) -> str:
    """Pods that fit one by one but not together, or were not placed in time."""
    names = ", ".join(pod.key for pod in list(pending)[:_NAMED]) + (", ..." if len(pending) > _NAMED else "")
    reason = next((text for text in pending.values() if text), "")
    if proven:
        said = f"no mix takes all pods together: {len(pending):,} stay without a node whatever is bought ({names})"
        return f"{said}; {reason}" if reason else said
    return f"no mix was found in time that takes all pods: {names} are left over; allow more --time-limit. {reason}"


def _kinds(request: Request) -> tuple[Part, ...]:
    """Failures that are played through: those asked for, or single nodes."""
    return (request.survive,) if request.survive else (Part.NODE,)


def _few(task: Task, free: Mix, singles: Sequence[Single]) -> tuple[tuple[int, Mix], ...]:
    """The best mixes of 1, 2, 3 types, as far as more types are of use; fewer types are allowed as well."""
    types = len({task.offer_of_pool[pool].type.name for pool in free.counts})
    best = min((single.mix for single in singles if single.mix), key=lambda mix: mix.cost, default=None)
    found = []
    for number in range(1, min(max(types, 1), MOST_FEW) + 1):
        mix = best_of_few(task, number, free)
        if mix is None:
            continue
        bound = max(mix.bound, least_alone(singles)) if number == 1 else mix.bound
        if best is None or mix.cost <= best.cost:
            best = mix
        best = replace(best, bound=min(bound, best.cost))
        found.append((number, free if best.cost == free.cost else best))
    return tuple(found)


def _rules(task: Task, request: Request, free: Mix, seconds: float, *, running: bool) -> tuple[RulePrice, ...]:
    rules = prices_of_rules(task, free, seconds) if request.rule_prices or running else ()
    scaled = (price_of_requests(task, free, factor, seconds) for factor in request.factors if not task.stopped())
    return (*rules, *scaled)


def _notices(scenario: Scenario, task: Task, mix: Mix) -> tuple[str, ...]:
    said = []
    if task.stopped():
        said.append("interrupted: this is what was found until then; parts that had not begun are missing")
    architectures = {offer.type.arch for offer in task.offers}
    foreign = sum(task.offer_of_pool[pool].type.arch != USUAL_ARCH for pool in mix.counts)
    if foreign and USUAL_ARCH in architectures:
        said.append(
            f"some nodes are not {USUAL_ARCH}: are all images built for them? --arch {USUAL_ARCH} leaves them out"
        )
    if task.workloads.held_back:
        said.append(
            f"{len(task.workloads.held_back):,} pods are held back (gated, or not kube-scheduler's) and not sized"
        )
    nodes = len(scenario.cluster.nodes)
    if nodes:
        said.append(f"the {nodes:,} nodes of the input are left out: their pods are taken as new pods")
    return tuple(said)
