"""Packing instances become clusters as they are, and the benchmark's smallest run reaches and proves its optima."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from benchmarks.packing import CLOUD_BALANCING, Outcome, draw, instances, sample, solved, table
from benchmarks.packing_instances import cloud_balancing, falkenauer, triplets, vector

REACHED = Outcome("a", "falkenauer t60", 60, (20, 20), 23.0, 20.0, 20.0, 0, 1.0, 1.0, 100)


def test_own_instances_reach_their_optimum_and_prove_it(tmp_path):
    outcomes = [solved(instance, 30, tmp_path) for instance in sample()]
    assert all(outcome.sound(30) and outcome.reached and outcome.proven for outcome in outcomes)
    assert "| own triplets | 1 | 1 | 1 | 0 |" in table(outcomes)
    draw(outcomes, tmp_path / "packing.png")
    assert (tmp_path / "packing.png").stat().st_size > 10_000


def test_three_items_of_own_triplets_fill_a_bin():
    instance = triplets(seed=3, bins=7)
    assert instance.pods == 21
    assert sum(size * count for (size,), count in instance.items) == 7 * instance.bins[0].capacity[0]


def test_a_one_dimensional_instance_is_a_pool_and_pods_of_so_many_milli_cpu(tmp_path):
    (tmp_path / "instances.csv").write_text(
        "instance,class,capacity,n_items,lower_bound,upper_bound\nFalkenauer_t3_00,Falkenauer,1000,3,2,2\n"
    )
    with gzip.open(tmp_path / "items.csv.gz", "wt") as lines:
        lines.write("instance,weight,count\nFalkenauer_t3_00,497,2\nFalkenauer_t3_00,301,1\n")
    (instance,) = falkenauer(tmp_path)
    cluster = instance.scenario(tmp_path).cluster
    assert (instance.family, instance.known) == ("falkenauer t3", (2, 2))
    assert [pod.spec.requests for pod in cluster.pending] == [{"cpu": 497}, {"cpu": 497}, {"cpu": 301}]
    assert [(pool.openable, pool.templates[0].allocatable["cpu"]) for pool in cluster.pools] == [(3, 1000)]


def test_further_dimensions_are_extended_resources(tmp_path):
    for name in ("vpsolver_vbp_20d", "vpsolver_csp_1d", "vpsolver_bpp_1d"):
        (tmp_path / f"{name}.bins.csv").write_text("bin_type,capacity_0,capacity_1,cost,available\n0,9,8,1,\n")
        (tmp_path / f"{name}.items.csv").write_text("item,size_0,size_1,count\n0,4,0,2\n")
    first = next(vector(tmp_path)).scenario(tmp_path).cluster
    assert {key: first.pending[0].spec.requests.get(key) for key in ("example.com/size-0", "cpu")} == {
        "example.com/size-0": 4,
        "cpu": None,
    }
    assert first.pools[0].templates[0].allocatable["example.com/size-1"] == 8


def test_computers_are_nodes_with_their_cost_and_processes_pods(tmp_path):
    smallest = next(cloud_balancing(CLOUD_BALANCING))
    cluster = smallest.scenario(tmp_path).cluster
    assert (smallest.name, len(cluster.pending)) == ("2computers-6processes", 6)
    assert [str(node.price_per_hour) for node in cluster.nodes] == ["4800", "660"]
    assert [node.allocatable["cpu"] for node in cluster.nodes] == [24000, 6000]


def test_without_a_folder_there_is_cloud_balancing_alone():
    assert {instance.family for instance in instances(None, 3)} == {"cloud balancing"}


@pytest.mark.parametrize("wrong", [{"bound": 21.0}, {"value": 19.0, "bound": 19.0}, {"pending": 1}, {"seconds": 40.0}])
def test_an_outcome_against_what_is_known_is_not_sound(wrong):
    assert REACHED.sound(30)
    assert not replace(REACHED, **wrong).sound(30)


def test_an_optimum_may_be_reached_without_a_proof():
    unproven = replace(REACHED, bound=19.0)
    assert unproven.reached
    assert not unproven.proven
    assert not replace(unproven, value=21.0).reached
