"""Tiny tasks and all that can be said of them by trying everything."""

from __future__ import annotations

from itertools import product

import numpy as np

from solver.model.groups import PodGroup
from solver.objectives.question import ObjectiveName
from solver.strategies.cpsat.patterns.asked import Quantity
from solver.strategies.cpsat.patterns.task import NodeClass, Task
from tests.model.making import node, spec


def tiny_task(dice, objective=ObjectiveName.PENDING, resources=3):
    """One to three groups, two classes of one or two nodes; nobody is at home."""
    groups = dice.randint(1, 3)
    requests = np.array([[1, *(dice.randint(0, 4) for _ in range(resources - 1))] for _ in range(groups)])
    fresh = np.array([dice.randint(1, 3) for _ in range(groups)])
    nothing = np.zeros(groups, dtype=np.int64)
    classes = []
    for place in range(2):
        nodes = tuple(node(f"n{place}-{rank}") for rank in range(dice.randint(1, 2)))
        room = np.array([dice.randint(1, 5), *(dice.randint(0, 7) for _ in range(resources - 1))])
        classes.append(NodeClass(nodes, room, fresh.copy(), nothing))
    return Task(
        goal=Quantity(objective, 0),
        limits={},
        groups=tuple(PodGroup(place, spec(), 1, (), {}) for place in range(groups)),
        fresh=fresh,
        bound=nothing,
        requests=requests,
        classes=tuple(classes),
    )


def fillings(task, place):
    """Every pattern of a class as a vector of pods."""
    each = task.classes[place]
    for pods in product(*(range(most + 1) for most in each.reach)):
        if (np.array(pods) @ task.requests <= each.room).all():
            yield np.array(pods)


def fewest_pending(task):
    """The least number of pods without a node, by what can be placed node after node."""
    places = [place for place, each in enumerate(task.classes) for _ in each.nodes]
    placed = {tuple(np.zeros(len(task.groups), dtype=np.int64))}
    for place in places:
        placed = {
            tuple(np.minimum(np.array(before) + pods, task.sizes))
            for before in placed
            for pods in fillings(task, place)
        }
    return int(task.sizes.sum() - max(map(sum, placed)))
