"""Whether all pods could be placed where they leave hardly any room: then some node is all but full.

If all pods of a task are placed, slack[r] = Σ_c nodes_c room[c,r] − Σ_g size_g request[g,r] is left of resource r on
all nodes together. So on no node is more left of any, and on some node no more than the average of the scarcest one.
Where no pattern fills a node so far, a pod stays pending. Patterns are found in two halves: all that one half of the
groups can put on a node, and what of the other half, sorted, fills the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.patterns.task import Integers, Task

_MOST_PAIRS = 1_000_000
_PER_SUM = 1e-7
"""What a sum counts as work: about its seconds."""


def cannot_fill(task: Task, most: int, expired: Callable[[], bool]) -> bool:
    """Whether surely not all pods that the goal counts can be placed; with at most so many patterns of a half."""
    if task.goal.moves or not task.within(task.goal.tier).all():
        return False
    short = np.flatnonzero(task.binding)
    room = np.array([each.room for each in task.classes])[:, short]
    requests = task.requests[:, short]
    slack = task.nodes_of @ room - task.sizes @ requests
    if not len(short) or (slack < 0).any():
        return bool((slack < 0).any())
    scarcest = int((slack / room.max(axis=0)).argmin())
    order = [scarcest, *(place for place in range(len(short)) if place != scarcest)]
    room, requests, slack = np.unique(room[:, order], axis=0), requests[:, order], slack[order]
    slack[0] //= task.nodes_of.sum()
    copies = np.minimum(task.sizes, np.max([each.reach for each in task.classes], axis=0))
    halves = _halves(requests, copies, room, most, expired)
    return halves is not None and not any(_filled(*halves, each, slack) for each in room)


def _halves(
    requests: Integers, copies: Integers, room: Integers, most: int, expired: Callable[[], bool]
) -> tuple[Integers, Integers] | None:
    """What patterns of every second group request, and those of the others; None where they are too many."""
    largest = np.argsort(-(requests / room.max(axis=0)).sum(axis=1), kind="stable")
    halves = []
    for groups in (largest[::2], largest[1::2]):
        sums = np.zeros((1, requests.shape[1]), dtype=np.int64)
        for group in groups:
            every = [sums]
            for _ in range(int(copies[group])):
                more = every[-1] + requests[group]
                every.append(more[(more <= room.max(axis=0)).all(axis=1)])
            sums = np.concatenate(every)
            spend(_PER_SUM * len(sums))
            if len(sums) > most or expired():
                return None
        halves.append(sums[np.argsort(sums[:, 0])])
    return halves[0], halves[1]


def _filled(first: Integers, second: Integers, room: Integers, slack: Integers) -> bool:
    """Whether a pattern of each half may leave no more than the slack; said also where too many would be to see."""
    low = np.searchsorted(second[:, 0], room[0] - slack[0] - first[:, 0], side="left")
    high = np.searchsorted(second[:, 0], room[0] - first[:, 0], side="right")
    numbers = high - low
    if numbers.sum() > _MOST_PAIRS:
        return True
    one = np.repeat(np.arange(len(first)), numbers)
    other = np.arange(len(one)) - np.repeat(np.cumsum(numbers) - numbers, numbers) + low[one]
    left = room - first[one] - second[other]
    return bool(((left >= 0) & (left <= slack)).all(axis=1).any())
