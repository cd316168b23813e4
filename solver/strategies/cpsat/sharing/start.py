"""A start for clusters whose pods share GPUs: the relaxation in whole numbers, arranged on nodes, and then the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.devices import DEVICE, asked_milli
from solver.cluster.state import ClusterState
from solver.objectives.objective import concerns
from solver.objectives.question import ObjectiveName, Unserved
from solver.objectives.unserved import requested
from solver.placement import Bind, Placement
from solver.result import Progress
from solver.rules.gpu_sharing.assign import assigned_devices
from solver.strategies.cpsat.fluid.bounds import FluidBounds
from solver.strategies.cpsat.fluid.supply import restless
from solver.strategies.cpsat.incumbent import Incumbent
from solver.strategies.cpsat.stages import Part, standing
from solver.strategies.feasibility import Feasibility

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.cluster.columns import Places
    from solver.cluster.pod import Pod
    from solver.model.ground import Ground
    from solver.strategies.cpsat.fluid.bounds import Relaxations
    from solver.strategies.cpsat.fluid.rows import Floats, Ints
    from solver.strategies.cpsat.incumbent import StageResult
    from solver.strategies.cpsat.sharing.arrange import Seat
    from solver.strategies.cpsat.sharing.cuts import DeviceCuts
    from solver.strategies.cpsat.stages import Stage
    from solver.strategies.strategy import Watch

_SMALLEST = 3_000
"""Groups times nodes: below this the exact search needs no such start."""
_FILLED = (0.8, 0.75, 0.85, 0.9, 0.7, 0.95, 1.0)
"""How full classes of nodes are planned, one way after the other: fuller ones serve more and are harder to deal out."""
_SHARE = 0.7
"""Of the time that is left: what all this may take."""
_WHOLE_SHARE = 0.15
"""And each search for whole numbers, of that."""


def shared_start(
    relaxations: Relaxations, results: Sequence[StageResult], watch: Watch, incumbent: Incumbent
) -> Incumbent:
    """The better one of the incumbent and of what serves most in the first stage that is open, if shares matter to it.

    Nodes that could be opened stay closed.
    """
    ground = relaxations.ground
    place = next((at for at, result in enumerate(results) if not result.proven), 0)
    small = len(ground.groups) * len(ground.cluster.nodes) < _SMALLEST
    if small or not ground.cluster.shares_devices or ground.candidates or watch.limit is not None:
        return incumbent
    stages = tuple(result.stage for result in results)
    amounts = _amounts(stages[place], ground)
    if amounts is None:
        return incumbent
    relaxation = FluidBounds(relaxations, stages, [result.value for result in results]).relaxation(place)
    if not relaxation.stated:
        return incumbent
    objective, cuts = relaxation.serving(amounts), relaxations.cuts(relaxation)
    until, seconds = watch.remaining * (1 - _SHARE), watch.remaining * _SHARE * _WHOLE_SHARE
    cuts.solved(objective, seconds)
    for filled in _FILLED:
        if watch.remaining < until or _reached(stages, place, results, incumbent):
            break
        found = _carried_out(ground, _seats(cuts, objective, filled, seconds), watch.over)
        if standing(found.placement, stages) < standing(incumbent.placement, stages):
            incumbent = found
            level = stages[place].level
            watch.tell(Progress(watch.seconds, level, stages[place].value(found.placement), results[place].bound))
    return incumbent


def _reached(stages: Sequence[Stage], place: int, results: Sequence[StageResult], incumbent: Incumbent) -> bool:
    """Whether nothing better exists."""
    return stages[place].value(incumbent.placement) <= results[place].bound


def _amounts(stage: Stage, ground: Ground) -> Ints | None:
    """What every served pod of a group counts in the stage; None where serving is not what it is about."""
    objective = stage.level.objective
    groups = [group for group in ground.groups if group.movable and restless(group, ground)]
    counted = np.array([concerns(group.priority, stage.level) for group in groups], dtype=np.int64)
    if isinstance(objective, Unserved):
        return counted * np.array([requested(group.spec, objective.resource) for group in groups], dtype=np.int64)
    return counted if objective is ObjectiveName.PENDING and stage.part is not Part.EVICTED else None


def _seats(cuts: DeviceCuts, objective: Floats, filled: float, seconds: float) -> list[Seat]:
    """Who goes where, those with most devices first."""
    from solver.strategies.cpsat.sharing.arrange import Arrangement
    from solver.strategies.cpsat.sharing.whole import shared_out

    shares = shared_out(cuts, objective, filled, seconds)
    if shares is None:
        return []
    return list(Arrangement(cuts.relaxation, cuts.patterns.sizes).seats(shares))


def _carried_out(ground: Ground, seats: Sequence[Seat], stop: Callable[[], bool]) -> Incumbent:
    """Whoever has a seat takes it where all rules agree; then the others, largest first, where least is left."""
    groups = [group for group in ground.groups if group.movable and restless(group, ground)]
    waiting = {row: list(group.pending) for row, group in enumerate(groups)}
    seated = [(waiting[seat.row].pop(), seat) for seat in seats if waiting[seat.row]]
    nodes = ground.cluster.nodes
    named = {pod: (nodes[seat.place].name, seat.devices) for pod, seat in seated if seat.devices}
    state = ClusterState(ground.cluster, devices=named)
    feasible = Feasibility(state)
    bound: dict[Pod, int] = {}

    def bind(pod: Pod, place: int) -> None:
        feasible.bind(pod, place)
        bound[pod] = place

    for pod, seat in seated:
        place = state.place[nodes[seat.place].name]
        if feasible.allows(pod.spec, place):
            bind(pod, place)
    rest = [pod for pod in ground.cluster.queue if pod not in bound]
    for pod in sorted(rest, key=lambda pod: (-pod.priority, -asked_milli(pod.spec))):
        if stop():
            break
        places = np.flatnonzero(feasible.nodes(pod.spec))
        if len(places):
            bind(pod, int(places[_left(state, places).argmin()]))
    steps = tuple(Bind(pod, state.nodes[place]) for pod, place in bound.items())
    node_of = {pod: state.nodes[place] for pod, place in state.place_of.items()}
    return Incumbent(Placement(ground.cluster, node_of, assigned_devices(state)), steps)


def _left(state: ClusterState, places: Places) -> Floats:
    """By how little is free of a device, and then by how many are unused: what is most broken up already goes first."""
    devices = state.devices
    if devices is None:
        return np.zeros(len(places))
    found: Floats = devices.largest_free[places] + devices.unused[places] * float(DEVICE)
    return found
