"""Whatever pods are held to be worth, no placement of all of them costs less than the bound."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.objectives.question import BoundPods
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.packing import projection
from solver.strategies.cpsat.packing.generation import Generation, bound
from solver.strategies.cpsat.packing.knapsack import Knapsack
from solver.strategies.cpsat.packing.lattice import Lattice
from solver.strategies.cpsat.packing.numbers import Numbers
from solver.strategies.cpsat.packing.projection import scarcest
from tests.strategies.cpsat.packing.instances import Kind, cluster, least_cost, task

SIZES = st.tuples(st.integers(1, 6), st.integers(0, 4))
KINDS = st.lists(
    st.builds(Kind, st.tuples(st.integers(4, 9), st.integers(3, 8)), st.integers(1, 7), st.integers(1, 3)),
    min_size=1,
    max_size=3,
)
PROBLEMS = st.tuples(KINDS, st.lists(SIZES, min_size=1, max_size=7))


def never() -> bool:
    return False


@given(PROBLEMS, st.lists(st.integers(0, 1000), min_size=7, max_size=7))
@settings(max_examples=150)
def test_no_worth_of_pods_proves_more_than_the_optimum(problem, worths):
    kinds, items = problem
    optimum, packed = least_cost(kinds, items), task(kinds, items)
    worth = np.array(worths[: len(packed.groups)], dtype=np.int64)
    most = Lattice(packed).priced(packed, worth).most
    if optimum is not None:
        assert bound(packed, worth, most, 100) * packed.step <= optimum


@given(PROBLEMS)
@settings(max_examples=150)
def test_the_relaxation_and_whole_numbers_of_nodes_stay_below_the_optimum(problem):
    kinds, items = problem
    optimum, packed = least_cost(kinds, items), task(kinds, items)
    if optimum is None:
        return
    generation = Generation(packed, Lattice(packed), (), never)
    relaxed = generation.run()
    numbers = Numbers(packed, seed=0)
    for proof in generation.proofs:
        numbers.require(*proof)
    whole, used = numbers.solve(10)
    assert generation.whole * packed.step <= optimum
    assert relaxed.missing > 1e-6 or generation.bound <= relaxed.value + 1e-6
    assert generation.whole <= whole
    assert whole * packed.step <= optimum
    assert used is not None
    assert used @ packed.prices == whole


def test_triplets_have_a_relaxation_of_their_number():
    packed = task([Kind((10, 5), 1, 3)], [(5, 0), (3, 0), (2, 0)] * 2)
    generation = Generation(packed, Lattice(packed), (), never)
    generation.run()
    assert generation.whole == 2


def test_whole_numbers_of_nodes_prove_more_than_parts_of_nodes():
    """A large node and a third of another would do."""
    packed = task([Kind((10, 5), 10, 2), Kind((3, 5), 7, 3)], [(3, 0)] * 4)
    generation = Generation(packed, Lattice(packed), (), never)
    generation.run()
    numbers = Numbers(packed, seed=0)
    for proof in generation.proofs:
        numbers.require(*proof)
    assert generation.whole < 17
    assert numbers.solve(10)[0] == 17


@given(PROBLEMS, st.lists(st.integers(0, 1000), min_size=7, max_size=7))
@settings(max_examples=60)
def test_tables_and_integer_programs_find_fillings_of_the_same_worth(problem, worths):
    packed = task(*problem)
    worth = np.array(worths[: len(packed.groups)], dtype=np.int64)
    by_table, by_program = Lattice(packed).priced(packed, worth), Knapsack(seed=0).priced(packed, worth)
    none_open = packed.of_numbers(np.zeros_like(packed.numbers))
    assert by_table.most.tolist() == by_program.most.tolist()
    assert by_table.most.tolist() == Knapsack(seed=0).priced(none_open, worth).most.tolist()
    assert by_table.most.tolist() == Lattice(packed).priced(none_open, worth).most.tolist()
    for place, pattern in by_table.columns:
        pods = np.zeros(len(packed.groups), dtype=np.int64)
        for group, count in pattern:
            pods[group] = count
        assert (packed.requests @ pods <= packed.rooms[place]).all()
        assert (pods <= packed.reaches[place]).all()
        assert pods @ worth <= by_table.most[place]


@given(PROBLEMS)
@settings(max_examples=60)
def test_a_resource_alone_proves_no_more_than_the_optimum(problem):
    kinds, items = problem
    optimum = least_cost(kinds, items)
    found = scarcest(groundwork(cluster(kinds, items), BoundPods.KEEP).ground, 10, never)
    assert found is not None
    assert optimum is None or found.bound <= optimum


def test_a_resource_alone_sees_what_its_lumps_leave_of_a_node():
    """Thirty of forty would fill three nodes, but each takes two of its seven places only."""
    ground = groundwork(cluster([Kind((7, 100), 2, 5)], [(3, 1)] * 10), BoundPods.KEEP).ground
    found = scarcest(ground, 10, never)
    assert found is not None
    assert found.bound == 10
    assert (found.resource, len(found.nodes)) == ("example.com/size-0", 5)


@given(PROBLEMS)
@settings(max_examples=60)
def test_units_that_are_too_coarse_for_the_amounts_prove_no_more_than_the_optimum(problem):
    kinds, items = problem
    optimum = least_cost(kinds, items)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(projection, "_CELLS", 6)
        found = scarcest(groundwork(cluster(kinds, items), BoundPods.KEEP).ground, 10, never)
    assert found is not None
    assert optimum is None or found.bound <= optimum


@given(PROBLEMS)
@settings(max_examples=60)
def test_no_node_holds_more_by_worth_than_its_value(problem):
    kinds, items = problem
    ground = groundwork(cluster(kinds, items), BoundPods.KEEP).ground
    found = scarcest(ground, 10, never)
    assert found is not None
    for node in ground.cluster.nodes:
        room = ground.offered(node, found.resource)
        amounts = [ground.amount(group, found.resource) for group in ground.groups for _ in group.pending]
        best = max(
            sum(found.worth[amount] for amount in chosen)
            for number in range(len(amounts) + 1)
            for chosen in combinations(amounts, number)
            if sum(chosen) <= room
        )
        assert best <= found.value[node] * (1 + 1e-6) + 1e-9
