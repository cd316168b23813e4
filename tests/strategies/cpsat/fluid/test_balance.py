"""What is late is preferred: more of its pods are left than nodes for them, by how much of a node each takes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from solver.objectives.question import BoundPods, Question
from solver.strategies.cpsat.fluid.balance import Balance
from solver.strategies.cpsat.fluid.bounds import FluidBounds, Relaxations
from solver.strategies.cpsat.fluid.draft import draft
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.stages import stages_of
from tests.model.making import cluster, node, pods, spec, term

APART, PLAIN = 0, 1


def drafted():
    """Ten nodes; ten small pods that keep apart, and a hundred of the same size that do not."""
    apart = pods(spec("apart", 50, anti_affinity=term("apart")), *(f"a{n}" for n in range(10)))
    plain = pods(spec("plain", 50), *(f"p{n}" for n in range(100)))
    asked = cluster([node(f"n{n}", pods=99) for n in range(10)], apart, plain)
    stages = stages_of(Question(bound_pods=BoundPods.KEEP), asked)
    known = Relaxations(groundwork(asked, BoundPods.KEEP).ground)
    place = next(at for at, stage in enumerate(stages) if stage.level.objective == "cost")
    priced = FluidBounds(known, stages, [Fraction(0)] * len(stages)).priced(place, 5.0)
    assert priced is not None
    return draft(priced, 5.0)


def test_awkward_pods_are_ahead_while_all_is_in_step():
    drawn = drafted()
    preferred = Balance(drawn.plan, drawn.relaxation, np.array([10.0])).preferred(0, np.zeros(1))
    assert preferred[APART] > preferred[PLAIN] > 0


def test_who_is_left_when_half_of_the_nodes_are_gone_is_late_and_who_is_gone_is_early():
    drawn = drafted()
    balance = Balance(drawn.plan, drawn.relaxation, np.array([10.0]))
    in_step = balance.preferred(0, np.zeros(1))
    for place in range(5):
        drawn.plan.place(place, np.array([0, 19]))
    later = balance.preferred(0, np.array([5.0]))
    assert later[APART] > in_step[APART]
    assert later[PLAIN] < in_step[PLAIN]
