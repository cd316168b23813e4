"""Cores: few carriers that leave no order; a cut by one takes out nothing that could be carried out."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from

from solver.cluster.labels import equals
from solver.cluster.topology import ZONE, SpreadConstraint
from solver.objectives.question import BoundPods
from solver.placement import Placement
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.exact.backend import CpSatBackend, Verdict
from solver.strategies.cpsat.exact.core import core_of
from solver.strategies.cpsat.exact.counts import placement_of
from solver.strategies.cpsat.exact.cuts import exclude, exclude_core
from solver.strategies.cpsat.groundwork import groundwork
from tests.model.making import EFFORT, cluster, node, pods, spec, spread, term
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

KNOBS = Knobs(nodes=(2, 3), pods=(3, 4), density=0.8, bound=0.2, rules=frozenset({"spread", "affinity"}))


def lonely():
    """One needs a companion on its node, and may be no second one in its zone: two zones are fewer than three."""
    counted = SpreadConstraint(1, ZONE, True, equals({"set": "s"}), min_domains=3)
    lone = replace(spec(affinity=term("friend"), spread=(counted,)), labels={"app": "web", "set": "s"})
    asked = cluster(
        [node("n1", "a"), node("n2", "b")],
        pods(lone, "p"),
        pods(replace(spec(), labels={"app": "friend", "set": "s"}), "friend"),
        pods(spec("other", spread=(spread("other"),)), "x"),
    )
    where = dict(zip(asked.pods, (asked.nodes[0], asked.nodes[0], asked.nodes[1]), strict=True))
    return asked, Placement(asked, where)


def test_the_core_is_the_carrier_that_can_never_be_bound():
    asked, placement = lonely()
    order = bind_order(placement)
    assert order.steps is None
    core = core_of(placement, order.stuck)
    assert core is not None
    assert core.kept == {(asked.pods[0].spec, "n1")}
    assert [any(core.trait(pod.spec)) for pod in asked.pods] == [True, True, False]


def test_a_placement_with_an_order_has_no_core():
    asked, _ = lonely()
    assert core_of(Placement(asked, {asked.pods[1]: asked.nodes[0], asked.pods[2]: asked.nodes[1]}), ()) is None


def possible(asked, policy, *, by_core):
    """The counts of every placement of the model that has an order, and how many were looked at that have none."""
    work = groundwork(asked, policy)
    model = work.model(charges_nodes=False)
    backend, found, refused = CpSatBackend(model.program), set(), 0
    while (solved := backend.solve(None, EFFORT, {})).verdict is not Verdict.INFEASIBLE:
        placement = placement_of(solved.values, model, work)
        order = bind_order(placement)
        core = core_of(placement, order.stuck) if by_core and order.steps is None else None
        refused += order.steps is None
        if order.steps is not None:
            found.add(
                tuple(model.count(group, place).value(solved.values) for group in model.groups for place in model.nodes)
            )
        if core is not None:
            exclude_core(model, solved.values, core)
        else:
            exclude(model, solved.values, model.groups)
    return found, refused


@settings(max_examples=12)
@given(seed=integers(0, 2**32 - 1), policy=sampled_from([BoundPods.KEEP, BoundPods.FIXED]))
def test_nothing_that_has_an_order_is_taken_out(seed, policy):
    asked = loaded(sample(seed, KNOBS))
    exact, _ = possible(asked, policy, by_core=False)
    found, _ = possible(asked, policy, by_core=True)
    assert found == exact


def test_one_cut_takes_out_many_placements():
    asked, _ = lonely()
    exact, one_by_one = possible(asked, BoundPods.FIXED, by_core=False)
    found, by_core = possible(asked, BoundPods.FIXED, by_core=True)
    assert found == exact
    assert by_core < one_by_one
