from __future__ import annotations

import json
from dataclasses import replace

import pytest

from solver.cluster.cluster import Cluster
from solver.cluster.labels import equals
from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm, PreferredNodeTerm
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm, PreferredPodTerm
from solver.cluster.ports import HostPort
from solver.cluster.taints import Effect, Taint, Toleration
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint
from solver.cluster.volumes import ClaimVolume
from solver.cluster.workloads import DaemonSet, DisruptionBudget
from solver.objectives.question import BoundPods, Question
from solver.report.inspection import inspection
from solver.report.inspection.rules import rules_of
from solver.report.text.inspection import inspection_text
from tests.report.samples import GIB, node, pool, replicas, sampled, shop, spec

NEAR = PodAffinityTerm(HOSTNAME, equals({"app": "a"}))


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"tolerations": (Toleration("a"),)}, "tolerations"),
        ({"node_selector": {"disk": "ssd"}}, "required node affinity"),
        ({"node_affinity": NodeAffinity(required=(NodeSelectorTerm(),))}, "required node affinity"),
        (
            {"node_affinity": NodeAffinity(preferred=(PreferredNodeTerm(1, NodeSelectorTerm()),))},
            "preferred node affinity",
        ),
        ({"host_ports": (HostPort(80),)}, "host ports"),
        ({"requests": {"cpu": 1, "nvidia.com/gpu": 2}}, "requests nvidia.com/gpu"),
        ({"gpu_milli": 460}, "shares a GPU"),
        ({"gpu_models": ("T4",)}, "required GPU model"),
        ({"claims": (ClaimVolume("data"),)}, "volumes"),
        ({"spread": (SpreadConstraint(1, ZONE, True, None),)}, "topology spread (DoNotSchedule)"),
        ({"spread": (SpreadConstraint(1, ZONE, False, None),)}, "topology spread (ScheduleAnyway)"),
        ({"affinity": PodAffinity((NEAR,))}, "required pod affinity"),
        ({"affinity": PodAffinity((), (PreferredPodTerm(1, NEAR),))}, "preferred pod affinity"),
        ({"anti_affinity": PodAffinity((NEAR,))}, "required pod anti-affinity"),
        ({"anti_affinity": PodAffinity((), (PreferredPodTerm(1, NEAR),))}, "preferred pod anti-affinity"),
        ({"gates": ("wait",)}, "scheduling gates"),
        ({"preempts": False}, "preempts nobody"),
        ({"unmodelled": ("spec.resourceClaims",)}, "not modelled: spec.resourceClaims"),
    ],
)
def test_each_rule_that_a_pod_brings_in_is_named(more, rule):
    assert rules_of(PodSpec("shop", **more)) == (rule,)


def test_a_plain_pod_brings_in_no_rule():
    assert rules_of(spec()) == ()


def test_the_tolerations_of_a_daemon_pod_are_nobodys_news():
    assert rules_of(spec(daemon=True, tolerations=(Toleration("a"),))) == ()


def cluster():
    nodes = (
        node("n0", price="0.5", taints=(Taint("dedicated", "gpu", Effect.NO_SCHEDULE),), also={"nvidia.com/gpu": 2}),
        node("n1", unschedulable=True, ready=False, zone=None, taints=(Taint("old", "", Effect.PREFER_NO_SCHEDULE),)),
    )
    front = replicas("front", 2, spec(host_ports=(HostPort(80),)))
    gated = Pod("gated", spec(gates=("wait",)))
    old = replicas("old", 1, spec(500, priority=10), on="n0")
    budget = DisruptionBudget("shop", "old", equals({}), 0)
    return Cluster(nodes, (*front, gated, *old), pools=(pool(),), budgets=(budget,))


@pytest.fixture
def facts():
    return inspection(sampled(cluster(), question_text="Does it fit?", notices=("one thing was assumed",)))


def test_the_facts_are_json(facts):
    assert json.loads(json.dumps(facts)) == facts


def test_resources_are_summed_over_nodes_bound_and_pending_pods(facts):
    known = {each["resource"]: each for each in facts["resources"]}
    assert known["cpu"] == {
        "resource": "cpu",
        "allocatable": "8",
        "bound": "500m",
        "pending": "2",
        "share": 2500 / 8000,
    }
    assert known["pods"]["pending"] == "2"
    assert known["nvidia.com/gpu"]["share"] == 0


def test_a_node_shows_what_it_offers_and_what_is_taken(facts):
    first, second = facts["nodes"]
    assert first["requested"] == {"cpu": "500m", "memory": "1Gi", "pods": "1"}
    assert first["taints"] == ["dedicated=gpu:NoSchedule"]
    assert (second["cordoned"], second["ready"], second["zone"]) == (True, False, None)


def test_workloads_show_their_pods_requests_and_rules(facts):
    front, gated, old = facts["workloads"]
    assert (front["pods"], front["bound"], front["pending"], front["rules"]) == (2, 0, 2, ["host ports"])
    assert (gated["pending"], gated["held_back"]) == (0, 1)
    assert (old["bound"], old["priorities"], old["requests"]) == (1, [10], [{"cpu": "500m", "memory": "1Gi"}])


def test_rules_priorities_and_pools_are_counted(facts):
    assert {"rule": "host ports", "pods": 2} in facts["rules"]
    assert {"rule": "taints", "nodes": 1} in facts["rules"]
    assert {"rule": "cordoned", "nodes": 1} in facts["rules"]
    assert {"rule": "disruption budgets", "budgets": 1} in facts["rules"]
    assert facts["priorities"] == [
        {"priority": 10, "bound": 1, "pending": 0},
        {"priority": 0, "bound": 0, "pending": 2},
    ]
    (general,) = facts["pools"]
    assert (general["name"], general["nodes"], general["openable"], general["price_per_hour"]) == ("general", 0, 3, 0.4)


def test_the_text_has_every_section(facts):
    text = inspection_text(facts)
    for expected in (
        "Does it fit?",
        "bound pods: keep (never moved, evicted only to make room for a higher priority)",
        "minimised in this order: pending, priority ≥ 10; pending, priority ≥ 0; disruption; cost; preferences",
        "NODES (2)",
        "500m/4",
        "nvidia.com/gpu 0/2",
        "not ready, cordoned, old:PreferNoSchedule",
        "NODE POOLS (1)",
        "1 held back, scheduling gates",
        "PRIORITIES (2)",
        "  host ports: 2 pods",
        "  taints: 1 node",
        "  one thing was assumed",
    ):
        assert expected in text


def test_daemon_sets_that_come_with_opened_nodes_are_workloads_too():
    agent = DaemonSet("agent", spec(100, daemon=True, priority=7))
    waiting = Cluster((), (), pools=(pool(),), daemon_sets=(agent,))
    facts = inspection(sampled(waiting))
    (entry,) = facts["workloads"]
    assert (entry["workload"], entry["pods"], entry["on_opened_nodes"]) == ("DaemonSet shop/agent", 0, True)
    assert "one on each node to be opened" in inspection_text(facts)
    assert inspection(sampled(replace(waiting, pools=())))["workloads"] == []


def test_every_policy_is_explained():
    for policy in BoundPods:
        text = inspection_text(inspection(sampled(cluster(), question=Question(bound_pods=policy))))
        assert f"bound pods: {policy} (" in text


def test_an_empty_scenario_has_no_empty_sections():
    text = inspection_text(inspection(sampled(Cluster((), ()))))
    assert "NODE POOLS" not in text
    assert "resources only" in text


def test_many_nodes_are_shown_kind_by_kind():
    text = inspection_text(inspection(sampled(shop(300))))
    assert len(text.splitlines()) < 40
    (line,) = [line for line in text.splitlines() if line.split()[:2] == ["100", "a"]]
    assert "8Gi" in line


def test_bytes_that_no_suffix_fits_are_rounded_for_reading_only():
    scenario = sampled(Cluster((node("n0", memory=7 * GIB + 1),), ()))
    facts = inspection(scenario)
    assert facts["nodes"][0]["allocatable"]["memory"] == str(7 * GIB + 1)
    assert "0/7.00Gi" in inspection_text(facts)


def test_pods_of_many_sizes_in_one_workload_are_not_all_listed():
    pods = tuple(pod for size in (100, 200, 300) for pod in replicas(f"w{size}", 1, spec(size)))
    same = tuple(Pod(pod.name, pod.spec, workload="Job shop/batch") for pod in pods)
    text = inspection_text(inspection(sampled(Cluster((), same))))
    assert "cpu 100m, memory 1Gi or cpu 200m, memory 1Gi or others" in text
