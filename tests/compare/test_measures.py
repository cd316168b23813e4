from __future__ import annotations

from decimal import Decimal

import pytest

from solver.cluster.cluster import Cluster
from solver.cluster.labels import equals
from solver.cluster.pod import Pod
from solver.cluster.resources import CPU, MEMORY
from solver.cluster.taints import Effect, Taint
from solver.cluster.topology import ZONE, SpreadConstraint
from solver.compare.fragmentation import free_capacity
from solver.compare.measure import Better, Measure, Unit
from solver.compare.nodes import cost_per_hour, utilisation
from solver.compare.pods import placed, priorities
from solver.compare.requested import telling_resources
from solver.compare.table import measures, table_of, values_of
from solver.placement import Placement, initial, widened
from tests.report.samples import GIB, Row, node, placement, pool, replicas, result_of, shop, spec


def value(cluster, placed, key, *levels, **more):
    return values_of(cluster, [result_of(placed, "cpsat", *levels, **more)], measures(cluster))[key][0]


def test_pods_placed_are_counted_per_priority():
    cluster = shop()
    some = placement(cluster, front_0="n0", paid_0="n0", paid_1="n1")
    assert [value(cluster, some, f"placed_priority_{tier}") for tier in (1000, 0)] == [2, 1]
    assert value(cluster, some, "pending") == 2


def test_daemon_pods_of_opened_nodes_are_no_merit():
    from solver.cluster.workloads import DaemonSet

    agent = DaemonSet("agent", spec(100, daemon=True))
    cluster = Cluster((), tuple(replicas("front", 1, spec())), pools=(pool(),), daemon_sets=(agent,))
    wide = widened(cluster, [cluster.pools[0].node(0, 0)])
    everyone = Placement(wide, dict.fromkeys(wide.pods, wide.nodes[0]))
    assert len(everyone.node_of) == 2
    assert placed(cluster, result_of(everyone), 0) == 1


def test_the_priority_of_daemon_pods_to_come_is_nobodys_wish():
    from solver.cluster.workloads import DaemonSet

    agent = DaemonSet("agent", spec(100, daemon=True, priority=2_000_000_000))
    cluster = Cluster((), tuple(replicas("front", 1, spec(priority=7))), pools=(pool(),), daemon_sets=(agent,))
    assert priorities(cluster) == [7]
    assert measures(cluster)[0].title == "pods placed"


def test_a_resource_that_fills_a_node_before_cpu_and_memory_do_is_told():
    tight = node("tight", also={"pods": 2, "example.com/gpu": 8})
    wide = node("wide", cpu=2000)
    cluster = Cluster((tight, wide), tuple(replicas("front", 4, spec(1000, GIB))))
    nowhere_else = placement(cluster, front_0="wide", front_1="wide")
    assert telling_resources([nowhere_else]) == (CPU, MEMORY)
    on_tight = placement(cluster, front_0="tight", front_1="tight", front_2="wide")
    assert telling_resources([nowhere_else, on_tight]) == (CPU, MEMORY, "pods")
    titles = [each.title for each in measures(cluster, resources=telling_resources([on_tight]))]
    assert "pods utilisation, used nodes" in titles
    assert utilisation(on_tight, [tight], "pods") == 1


def test_nearly_empty_nodes_say_nothing_of_what_will_fill_them():
    cluster = Cluster((node("n0", also={"pods": 5}),), tuple(replicas("front", 2, spec(10, 1))))
    assert telling_resources([placement(cluster, front_0="n0", front_1="n0")]) == (CPU, MEMORY)


def test_of_equally_full_resources_the_usual_ones_are_told():
    cluster = Cluster((node("n0", cpu=1000, also={"pods": 1}),), tuple(replicas("front", 1, spec(1000, GIB))))
    assert telling_resources([placement(cluster, front_0="n0")]) == (CPU, MEMORY)


def test_every_measure_says_what_it_means_in_a_sentence():
    assert all(each.meaning.endswith(".") for each in measures(shop()))


def test_a_node_with_daemon_pods_alone_is_not_used_and_costs_nothing():
    nodes = (node("n0", price="0.5"), node("n1", price="0.25"))
    daemons = tuple(Pod(f"agent-{n.name}", spec(daemon=True), node=n.name) for n in nodes)
    cluster = Cluster(nodes, (*daemons, *replicas("front", 1, spec())))
    found = placement(cluster, front_0="n1")
    assert value(cluster, found, "nodes_used") == 1
    assert value(cluster, found, "cost_per_hour") == 0.25
    assert value(cluster, found, "cost_per_month") == pytest.approx(182.5)


def test_without_prices_the_cost_is_not_known():
    cluster = shop()
    assert cost_per_hour(placement(cluster, front_0="n0")) is None
    assert cost_per_hour(initial(cluster)) is None


def test_using_nothing_of_what_has_a_price_costs_nothing():
    assert cost_per_hour(initial(Cluster((), (), pools=(pool(),)))) == Decimal(0)


def test_utilisation_is_requested_over_allocatable():
    cluster = shop()
    some = placement(cluster, front_0="n0", paid_0="n0")
    assert utilisation(some, some.used, CPU) == pytest.approx(3000 / 4000)
    assert utilisation(some, cluster.nodes, CPU) == pytest.approx(3000 / 12000)
    assert utilisation(some, some.used, MEMORY) == pytest.approx(4 / 8)
    assert utilisation(some, (), CPU) is None


def test_capacity_is_fragmented_where_no_group_fits():
    cluster = Cluster((node("n0", cpu=1500), node("n1", cpu=3000)), tuple(replicas("front", 2, spec(1000))))
    free = free_capacity(placement(cluster, front_0="n0"))
    assert free.stranded is not None
    assert free.stranded.tolist() == [True, False]
    assert free.fragmentation(CPU) == pytest.approx(500 / 3500)
    assert free.fragmentation("nvidia.com/gpu") is None


def test_a_node_without_room_for_another_pod_is_of_no_use_however_empty():
    cluster = Cluster((node("n0", also={"pods": 1}),), tuple(replicas("tiny", 2, spec(1, 1))))
    assert free_capacity(placement(cluster, tiny_0="n0")).fragmentation(CPU) == 1


def test_a_node_that_no_pod_has_an_affinity_to_is_of_no_use():
    from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm

    nowhere = NodeAffinity(required=(NodeSelectorTerm(),))
    cluster = Cluster((node("n0"),), tuple(replicas("front", 1, spec(node_affinity=nowhere))))
    stranded = free_capacity(initial(cluster)).stranded
    assert stranded is not None
    assert stranded.tolist() == [True]


def test_an_overfull_node_has_nothing_free():
    cluster = Cluster((node("n0", cpu=500), node("n1")), tuple(replicas("front", 1, spec(), on="n0")))
    assert free_capacity(initial(cluster)).fragmentation(CPU) == 0


@pytest.mark.parametrize(
    "unfit",
    [
        {"taints": (Taint("dedicated", "gpu", Effect.NO_SCHEDULE),)},
        {"unschedulable": True},
        {"labels": {"disk": "hdd"}},
    ],
)
def test_a_node_that_takes_none_of_the_groups_is_of_no_use(unfit):
    nodes = (node("n0", **unfit), node("n1", labels={"disk": "ssd"}))
    cluster = Cluster(
        nodes, tuple(replicas("front", 1, spec(node_selector={"disk": "ssd"} if "labels" in unfit else {})))
    )
    stranded = free_capacity(initial(cluster)).stranded
    assert stranded is not None
    assert stranded.tolist() == [True, False]


def test_a_preference_against_a_node_does_not_strand_it():
    discouraged = node("n0", taints=(Taint("old", "", Effect.PREFER_NO_SCHEDULE),))
    cluster = Cluster((discouraged,), tuple(replicas("front", 1, spec())))
    assert free_capacity(initial(cluster)).fragmentation(CPU) == 0


def test_without_any_pod_that_could_use_what_is_free_nothing_is_fragmented():
    free = free_capacity(initial(Cluster((node("n0"),), (Pod("agent", spec(10, daemon=True), node="n0"),))))
    assert free.stranded is None
    assert free.fragmentation(CPU) is None


def test_daemon_pods_are_no_groups_that_could_fit():
    cluster = Cluster(
        (node("n0", cpu=500),), (Pod("agent", spec(10, daemon=True), node="n0"), *replicas("front", 1, spec()))
    )
    assert free_capacity(initial(cluster)).fragmentation(MEMORY) == 1


def test_the_worst_skew_is_found_for_hard_and_soft_constraints_apart():
    hard = SpreadConstraint(1, ZONE, hard=True, selector=equals({"app": "a"}))
    soft = SpreadConstraint(1, ZONE, hard=False, selector=equals({"app": "b"}))
    a = replicas("a", 3, spec(100, labels={"app": "a"}, spread=(hard,)))
    b = replicas("b", 2, spec(100, labels={"app": "b"}, spread=(soft,)))
    cluster = Cluster((node("n0", zone="a"), node("n1", zone="b")), (*a, *b))
    found = placement(cluster, a_0="n0", a_1="n0", a_2="n1", b_0="n0", b_1="n0")
    assert value(cluster, found, "worst_skew_hard") == 1
    assert value(cluster, found, "worst_skew_soft") == 2
    assert value(cluster, found, "unmet_preferences") == 1


def test_without_constraints_the_skew_is_not_known():
    assert value(shop(), initial(shop()), "worst_skew_hard") is None


def test_seconds_are_those_from_the_loaded_scenario_on():
    assert value(shop(), initial(shop()), "seconds") == pytest.approx(0.9)


def test_the_table_has_a_row_per_strategy_and_a_column_per_measure():
    cluster = shop()
    results = [result_of(initial(cluster), name, Row("cost", 0, 0)) for name in ("cpsat", "random")]
    compared = measures(cluster)
    table = table_of(["cpsat", "random"], compared, values_of(cluster, results, compared))
    assert table.index.tolist() == ["cpsat", "random"]
    assert table.columns.tolist() == [measure.key for measure in compared]
    assert table["proven"].tolist() == [True, True]
    assert table["worst_skew_hard"].isna().all()


def test_the_distance_is_named_after_the_level_it_is_measured_on():
    titles = {
        decisive: [each.title for each in measures(shop(), decisive) if each.key == "distance_to_bound"]
        for decisive in ("cost", "")
    }
    assert titles == {"cost": ["distance to the best bound, cost"], "": ["distance to the best bound"]}


def measure(better, **more):
    return Measure("m", "m", Unit.COUNT, better, lambda judged: None, "It counts.", **more)


@pytest.mark.parametrize(
    ("better", "values", "best"),
    [
        (Better.LESS, [3, 2, 5], 2),
        (Better.MORE, [3, 2, 5], 5),
        (Better.LESS, [2, 2], None),
        (Better.LESS, [2], None),
        (Better.LESS, [None, 4, 3], 3),
        (Better.LESS, [None, None], None),
        (None, [1, 2], None),
    ],
)
def test_the_best_of_several_values_is_marked_unless_all_are_equal(better, values, best):
    assert measure(better).best(values, [True] * len(values)) == best


def test_placing_nothing_on_no_node_is_not_the_best():
    assert measure(Better.LESS, among_equals=True).best([0, 3, 2], [False, True, True]) == 2
    assert measure(Better.LESS).best([0, 3, 2], [False, True, True]) == 0


def test_large_requests_are_counted_to_the_byte():
    cluster = Cluster((node("n0", memory=3 * GIB),), tuple(replicas("front", 2, spec(1, 2 * GIB + 1))))
    assert free_capacity(placement(cluster, front_0="n0")).amounts[MEMORY].tolist() == [GIB - 1]
