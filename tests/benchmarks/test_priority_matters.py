"""The generator gives the published instances, and the benchmark's smallest run is sound and proven."""

from __future__ import annotations

from benchmarks.priority_instances import Cell, generated
from benchmarks.priority_matters import SAMPLE, Outcome, kept, solved, table

SEED = 484806185843093489


def test_a_published_seed_gives_its_replica_sets_and_nodes():
    instance = generated(SEED, Cell(nodes=4, pods=16, priorities=4, usage=0.95))
    assert [each.replicas for each in instance.replica_sets] == [4, 2, 2, 4, 1, 3]
    assert [each.cpu for each in instance.replica_sets] == [427, 391, 828, 151, 553, 671]
    assert [each.priority for each in instance.replica_sets] == [3, 2, 2, 3, 3, 2]
    assert (instance.node_cpu, instance.node_memory) == (1926, 2103397777)


def test_a_larger_cell_of_the_seed_gives_its_nodes():
    instance = generated(SEED, Cell(nodes=32, pods=256, priorities=1, usage=0.95))
    assert (instance.node_cpu, instance.node_memory) == (4808, 4820890976)


def test_generated_instances_are_solved_and_proven():
    outcomes = [solved(generated(*each), seconds=20) for each in SAMPLE]
    assert all(kept(outcome, 20) and outcome.certified for outcome in outcomes)
    assert "100.0% of 4 certified" in table(outcomes, {})


def test_a_bound_above_its_value_is_not_sound():
    cell = Cell(4, 16, 1, 0.95)
    assert kept(Outcome("a", cell, (1, 4), (1, 2), 2, 9.0, 1.0), 10)
    assert not kept(Outcome("a", cell, (1, 4), (2, 2), 2, 9.0, 1.0), 10)
    assert not kept(Outcome("a", cell, (1, 4), (1, 2), 2, 12.0, 1.0), 10)
    assert Outcome("a", cell, (1, 4), (1, 2), 2, 9.0, 1.0).gap == 0.5
