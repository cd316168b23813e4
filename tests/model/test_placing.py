"""The model's answers to questions, with and without a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.topology import ZONE
from solver.model.linear import Linear
from solver.model.placing import PlacementModel
from solver.model.scope import Scope
from solver.objectives.question import BoundPods
from solver.rules import RULES
from solver.strategies.cpsat.groundwork import groundwork
from tests.model.making import cluster, node, pods, spec, spread
from tests.strategies.cpsat.test_pools import pool

if TYPE_CHECKING:
    from solver.model.model import Model

N1, N2, N3 = node("n1", "a"), node("n2", "a"), node("n3", "b")


def built(asked, policy=BoundPods.KEEP, scope=None):
    model = PlacementModel(groundwork(asked, policy).ground, scope)
    for rule in RULES:
        rule.constrain(model)
    return model


def test_bound_pods_that_may_not_leave_are_constants():
    model: Model = built(cluster([N1, N2], pods(spec(), "old", on="n1")))
    (group,) = model.groups
    assert [model.count(group, place).constant for place in (N1, N2)] == [1, 0]
    assert model.used(N1) == Linear(constant=1)
    assert model.used(N2) == Linear()


def test_domains_add_up_what_their_nodes_hold():
    model = built(cluster([N1, N2, N3], pods(spec(), "old", on="n1"), pods(spec(), "p1", "p2")))
    (group,) = model.groups
    in_a, in_b = model.domains(ZONE).all
    assert model.limits(model.arrivals_in(in_a, [group])) == (0, 4)
    assert model.limits(model.count_in(in_b, [group])) == (0, 2)
    assert (model.before_in(in_a, [group]), model.before_in(in_b, [group])) == (1, 0)
    (alone,) = model.domains(ZONE, (N2,)).all
    assert model.limits(model.count_in(alone, [group])) == (0, 2)


def test_the_same_question_has_the_same_answer():
    model = built(cluster([N1, N2], pods(spec(), "p1", "p2")))
    (group,) = model.groups
    assert model.some(model.count(group, N1)) == model.some(model.count(group, N1))
    assert model.some(model.count(group, N1)) != model.some(model.count(group, N2))


def test_load_weighs_every_pod_on_the_node():
    model = built(cluster([N1], pods(spec("old", 300), "old", on="n1"), pods(spec("new", 200), "new")))
    amounts = np.array([group.spec.requests["cpu"] for group in model.groups])
    assert model.limits(model.load(N1, amounts)) == (300, 500)
    assert model.load_before(N1, amounts) == 300


def test_outside_its_scope_a_model_decides_nothing():
    asked = cluster(
        [N1, N2, N3], pods(spec(cpu=400, spread=(spread(),)), "p1", "p2", "p3"), pods(spec("x"), "old", on="n1")
    )
    whole = built(asked, BoundPods.EVICTABLE)
    carriers, old = whole.groups[::-1] if whole.groups[0].bound else whole.groups
    scope = Scope(frozenset({N3}), stays={old: {N1: 1}}, arrivals={carriers: {N1: 1}})
    part = PlacementModel(whole.ground, scope)
    for rule in RULES:
        rule.constrain(part)
    assert part.count(carriers, N1) == Linear(constant=1)
    assert part.count(carriers, N2) == Linear()
    assert part.count(old, N1) == Linear(constant=1)
    assert part.limits(part.count(carriers, N3)) == (0, 2)
    assert part.limits(part.unplaced(carriers)) == (0, 2)
    assert len(part.program.lower) < len(whole.program.lower)


def test_a_scope_keeps_what_is_opened_outside_it():
    asked = cluster([N1], pods(spec(cpu=600), "p1", "p2"), pools=(pool("only", 1000, "1", "a", 2),))
    ground = groundwork(asked, BoundPods.KEEP).ground
    (group,) = ground.groups
    first, second = ground.candidates[0].nodes
    model = PlacementModel(ground, Scope(frozenset({N1}), arrivals={group: {first: 1}}))
    assert (model.opened(first), model.opened(second)) == (Linear(constant=1), Linear())
    assert model.exists((first, second)) is None
    assert model.limits(model.count(group, N1)) == (0, 1)
