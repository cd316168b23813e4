"""The study as a whole, on manifests and on a running cluster, and its tables."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from solver.errors import InputError
from solver.report.node_sizes.tables import tables
from solver.report.node_sizes.text import headline
from solver.report.result_file import result_text
from solver.scenario import load_scenario
from solver.studies.node_sizes import Part, Request, Selection, size
from solver.studies.node_sizes.sweep import least_alone

if TYPE_CHECKING:
    from pathlib import Path

CATALOG = """instance_type,vcpu,memory_mib,max_pods,allocatable_cpu_milli,allocatable_memory_mib,on_demand_usd_per_hour
small,2,4096,10,1900,3500,0.05
large,8,16384,30,7800,15000,0.18
"""
NODE = """
apiVersion: v1
kind: Node
metadata: {name: NAME, labels: {node.kubernetes.io/instance-type: large, topology.kubernetes.io/zone: east-1}}
status: {allocatable: {cpu: "7800m", memory: 15000Mi, pods: "30"}}
---
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: NAME, labels: {app: web}}
spec:
  nodeName: NODE
  containers: [{name: c, resources: {requests: {cpu: 900m, memory: 500Mi}}}]
---
"""


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "machines.csv"
    path.write_text(CATALOG)
    return path


def running(tmp_path: Path) -> Path:
    """Two large nodes with two pods each."""
    path = tmp_path / "cluster.yaml"
    nodes = [NODE.replace("NAME", f"n{at}") for at in range(2)]
    pods = [POD.replace("NAME", f"p{at}").replace("NODE", f"n{at % 2}") for at in range(4)]
    path.write_text("".join((*nodes, *pods)))
    return path


def test_the_pods_of_a_running_cluster_are_sized_as_new_ones(tmp_path, catalog):
    study = size(load_scenario(running(tmp_path)), Request(Selection(catalog=catalog), time_limit_s=5.0))
    assert study.mix.counts == {"small": 2}
    assert study.mix.proven
    assert {node.zone for node in study.mix.nodes} <= {"east-1"}
    assert study.today is not None
    assert (study.today.cost, study.today.counts) == (Fraction(36, 100), {"large": 2})
    assert study.today.same_types is not None
    assert study.today.same_types.cost == Fraction(18, 100)
    assert "left out" in study.notices[0]


def test_each_wish_costs_what_its_line_says(tmp_path, catalog):
    request = Request(
        Selection(catalog=catalog),
        ("a", "b", "c"),
        max_types=1,
        survive=Part.NODE,
        max_loss=Fraction(1, 2),
        trade_off=False,
        time_limit_s=5.0,
    )
    study = size(load_scenario(running(tmp_path)), request)
    titles = [title for title, _ in study.steps]
    costs = [mix.cost for _, mix in study.steps]
    assert titles[0] == "cheapest"
    assert len(titles) == 4
    assert costs == sorted(costs)
    assert study.survivals[0].holds
    assert study.blast[0].pods <= Fraction(1, 2)
    assert study.mix.bound <= study.mix.cost


def test_more_types_are_never_dearer_and_one_type_is_the_best_single_one(tmp_path, catalog):
    study = size(load_scenario(running(tmp_path)), Request(Selection(catalog=catalog), time_limit_s=5.0))
    costs = [mix.cost for _, mix in study.few]
    assert costs == sorted(costs, reverse=True)
    assert costs[0] == min(single.mix.cost for single in study.singles if single.mix)
    assert all(mix.bound <= mix.cost for _, mix in study.few)
    assert least_alone(study.singles) <= costs[0]


def test_tables_say_the_same_to_people_and_programs(tmp_path, catalog):
    study = size(
        load_scenario(running(tmp_path)), Request(Selection(catalog=catalog), rule_prices=True, time_limit_s=5.0)
    )
    found = {table.name: table for table in tables(study)}
    assert {"mix", "blast-radius", "failures", "few-types", "front", "single-types", "today", "nodes"} <= set(found)
    rows = list(csv.DictReader(io.StringIO(found["mix"].csv())))
    assert (rows[0]["instance_type"], rows[0]["nodes"], rows[0]["cost_per_hour"]) == ("small", "2", "0.1")
    assert float(rows[-1]["cost_per_year"]) == pytest.approx(876)
    assert found["mix"].texts[0][:3] == ["small", "on-demand", "2"]
    assert headline(study) == "2 nodes (2 small) run all 4 pods for 73.00 USD a month, proven least"


def test_the_result_file_has_every_node_and_its_pods(tmp_path, catalog):
    study = size(
        load_scenario(running(tmp_path)), Request(Selection(catalog=catalog), trade_off=False, time_limit_s=5.0)
    )
    document = json.loads(result_text(study.mix.result))
    assert {node["instance_type"] for node in document["nodes"]} == {"small"}
    assert all(document["placement"].values())
    assert document["termination"] == "optimal"


def test_pods_that_fit_one_by_one_but_not_together_are_no_mix(tmp_path, catalog):
    path = tmp_path / "apart.yaml"
    term = "{labelSelector: {matchLabels: {app: web}}, topologyKey: topology.kubernetes.io/zone}"
    anti = f"  affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}}}\n"
    pods = [POD.replace("NAME", f"p{at}").replace("  nodeName: NODE\n", anti) for at in range(3)]
    path.write_text("".join(pods))
    with pytest.raises(InputError, match="no mix takes all pods together: 1 stay without a node"):
        size(load_scenario(path), Request(Selection(catalog=catalog), ("a", "b"), trade_off=False, time_limit_s=5.0))


def test_without_pods_there_is_nothing_to_size(tmp_path, catalog):
    path = tmp_path / "nodes.yaml"
    path.write_text(NODE.replace("NAME", "n"))
    with pytest.raises(InputError, match="no pods"):
        size(load_scenario(path), Request(Selection(catalog=catalog)))


def test_zones_count_for_spreading_before_they_have_a_node(tmp_path, catalog):
    path = tmp_path / "spread.yaml"
    spread = (
        "  topologySpreadConstraints:\n"
        "    - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule,\n"
        "       labelSelector: {matchLabels: {app: web}}}\n"
    )
    pods = [POD.replace("NAME", f"p{at}").replace("  nodeName: NODE\n", spread) for at in range(3)]
    path.write_text("".join(pods))
    study = size(
        load_scenario(path), Request(Selection(catalog=catalog), ("a", "b", "c"), trade_off=False, time_limit_s=5.0)
    )
    assert {node.zone for node in study.mix.nodes} == {"a", "b", "c"}
    assert study.mix.proven


def test_daemon_sets_are_known_by_their_pods_where_nothing_else_tells_of_them(tmp_path, catalog):
    path = tmp_path / "dump.yaml"
    owner = "ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: agent, controller: true, uid: u}]"
    agent = POD.replace("NAME, labels: {app: web}", f"agent-x, {owner}").replace("NODE", "n0").replace("900m", "200m")
    path.write_text(running(tmp_path).read_text() + agent)
    study = size(load_scenario(path), Request(Selection(catalog=catalog), trade_off=False, time_limit_s=5.0))
    daemons = [pod for pods in study.mix.placement.pods_on.values() for pod in pods if pod.spec.daemon]
    # Beside a daemon a small node has room for one pod, and four of them cost more than one large node.
    assert study.mix.counts == {"large": 1}
    assert len(daemons) == 1
