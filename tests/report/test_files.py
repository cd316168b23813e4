from __future__ import annotations

import csv
import io
import json

import pytest

from solver.cluster.cluster import Cluster
from solver.compare.comparison import Comparison
from solver.report.files import comparison_csv, comparison_files, result_names
from solver.report.placement_file import placement_yaml
from tests.report.samples import Row, node, placement, replicas, result_of, sampled, shop, spec


@pytest.fixture(scope="module")
def comparison():
    cluster = shop()
    placed = placement(cluster, front_0="n0", paid_0="n1")
    return Comparison(
        sampled(cluster),
        (result_of(placed, "kube-scheduler", Row("cost", 2)), result_of(placed, "cpsat", Row("cost", 2, 1))),
    )


def test_a_comparison_becomes_a_table_results_pictures_and_a_report(comparison):
    names = {name for name, _ in comparison_files(comparison)}
    assert {"comparison.csv", "result-kube-scheduler.json", "result-cpsat.json", "report.html"} <= names
    pictures = {name.removesuffix(".png") for name in names if name.endswith(".png")}
    assert {"nodes", "priorities", "cost", "zones"} <= pictures
    assert pictures == {name.removesuffix(".svg") for name in names if name.endswith(".svg")}


def test_the_results_of_a_comparison_are_result_files(comparison):
    files = dict(comparison_files(comparison))
    assert json.loads(files["result-cpsat.json"])["strategy"] == "cpsat"


def test_the_csv_has_a_row_per_strategy_and_leaves_out_what_is_not_known(comparison):
    rows = list(csv.DictReader(io.StringIO(comparison_csv(comparison))))
    assert [row["strategy"] for row in rows] == ["kube-scheduler", "cpsat"]
    assert rows[1]["nodes_used"] == "2"
    assert rows[1]["distance_to_bound"] == "0.5"
    assert rows[1]["cost_per_hour"] == ""
    assert rows[1]["proven"] == "False"
    assert list(rows[0])[1:] == comparison.table.columns.tolist()


def loaded(text, tmp_path):
    from solver.scenario import load_scenario

    path = tmp_path / "placement.yaml"
    path.write_text(text)
    return load_scenario(path)


def test_a_placement_file_holds_the_pods_that_have_a_node(tmp_path):
    result = result_of(placement(shop(), front_0="n0", paid_0="n1"))
    scenario = loaded(placement_yaml(result), tmp_path)
    assert {pod.key: pod.node for pod in scenario.cluster.stray} == {"shop/front-0": "n0", "shop/paid-0": "n1"}


def test_a_pod_of_a_placement_file_takes_the_room_it_took(tmp_path):
    shared = spec(250, 2**29 + 1, labels={"app": "front"}, priority=7)
    cluster = Cluster((node("n0"),), tuple(replicas("front", 1, shared)))
    (pod,) = loaded(placement_yaml(result_of(placement(cluster, front_0="n0"))), tmp_path).cluster.stray
    assert dict(pod.spec.requests) == dict(shared.requests)
    assert pod.spec.labels == {"app": "front"}
    assert pod.spec.priority == 7


def test_a_placement_file_without_pods_says_what_it_is():
    assert placement_yaml(result_of(placement(shop()))).startswith("# Every pod that has a node, as cpsat places it")


def test_results_of_several_profiles_have_files_of_their_own():
    names = result_names(["kube-scheduler", "kube-scheduler:../mine.yaml", "kube-scheduler:mine", "cpsat"])
    mine = "result-kube-scheduler-mine"
    assert names == ["result-kube-scheduler", mine, f"{mine}-2", "result-cpsat"]
