"""A stage as a task with its column generation, given what is reached of the stages before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.placement import initial
from solver.strategies.cpsat.patterns.asked import quantity_of
from solver.strategies.cpsat.patterns.columns import Columns
from solver.strategies.cpsat.patterns.generation import Generation
from solver.strategies.cpsat.patterns.pricing import MOST_HOMES
from solver.strategies.cpsat.patterns.task import task_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.placement import Placement
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.patterns.asked import Quantity
    from solver.strategies.cpsat.patterns.reached import Reached
    from solver.strategies.cpsat.patterns.task import Task


@dataclass(frozen=True, eq=False)
class Aim:
    """A task, where its groups' bound pods surely stay from which priority on, and its column generation.

    ``place`` is that of its stage; ``assumed``: the value of the stage before that it is about (None: what is reached).
    """

    place: int
    assumed: int | None
    task: Task
    pinned: int | None
    generation: Generation


def aimed(
    work: Groundwork, reached: Reached, place: int, goal: Quantity, assumed: tuple[Quantity, int] | None = None
) -> Aim | None:
    """The task of a stage, with a value assumed of the one before; None where a node is home to too many groups."""
    limits = dict([assumed]) if assumed else {}
    for result in reached.results[: place - 1 if assumed else place]:
        quantity = quantity_of(result.stage)
        if quantity is not None:
            limits[quantity] = int(result.value)
    pinned = min((quantity.tier for quantity, most in limits.items() if quantity.moves and not most), default=None)
    task = task_of(work.ground, limits, goal)
    if not task.groups or any(np.count_nonzero(each.homes) > MOST_HOMES for each in task.classes):
        return None
    columns = columns_of(task, (initial(work.cluster), reached.incumbent.placement))
    return Aim(place, assumed[1] if assumed else None, task, pinned, Generation(task, columns, reached.expired))


def columns_of(task: Task, known: Sequence[Placement]) -> Columns:
    """Known placements, node by node, where they fit; bound pods that may not leave are no part."""
    group_of = _group_of(task)
    nodes = [(place, node) for place, each in enumerate(task.classes) for node in each.nodes]
    pods = np.zeros((len(known) * len(nodes), len(task.groups)), dtype=np.int64)
    for entry, (placement, (place, node)) in enumerate((each, there) for each in known for there in nodes):
        for pod in placement.pods_on[node]:
            if pod.key in group_of:
                pods[entry, group_of[pod.key]] += 1
        np.minimum(pods[entry], task.classes[place].reach, out=pods[entry])
    node_class = np.array([place for place, _ in nodes] * len(known))
    room = np.array([each.room for each in task.classes])[node_class]
    fits = (pods @ task.requests <= room).all(axis=1)
    return Columns.of(task, node_class[fits], pods[fits])


def _group_of(task: Task) -> Mapping[object, int]:
    """The group of each restless pod, by the pod's key."""
    return {
        pod.key: row
        for row, group in enumerate(task.groups)
        for pod in (group.pods if task.bound[row] else group.pending)
    }
