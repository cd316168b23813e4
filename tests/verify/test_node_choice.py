"""Cordons, taints, selectors and node affinity: bad binds are named, good ones pass."""

from __future__ import annotations

import pytest

from solver.cluster.labels import Operator, Requirement
from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm
from solver.cluster.taints import Effect, Taint, Toleration
from tests.verify.building import broken, node, pinned, pod

CORDON = Toleration("node.kubernetes.io/unschedulable", exists=True, effect=Effect.NO_SCHEDULE)


def test_a_cordoned_node_takes_only_pods_that_tolerate_it():
    nodes = [node("a", unschedulable=True)]
    assert broken(nodes, [pod("p")], {"p": "a"}) == {"NodeUnschedulable"}
    assert broken(nodes, [pod("p", tolerations=(CORDON,))], {"p": "a"}) == set()


def test_hard_taints_need_a_toleration_each_and_soft_ones_none():
    taints = (Taint("gpu", "yes", Effect.NO_EXECUTE), Taint("spot", "", Effect.PREFER_NO_SCHEDULE))
    nodes = [node("a", taints=taints)]
    assert broken(nodes, [pod("p")], {"p": "a"}) == {"TaintToleration"}
    assert broken(nodes, [pod("p", tolerations=(Toleration("gpu", value="no"),))], {"p": "a"}) == {"TaintToleration"}
    assert broken(nodes, [pod("p", tolerations=(Toleration("gpu", value="yes"),))], {"p": "a"}) == set()


def test_node_selector_and_required_affinity_must_both_match():
    nodes = [node("a", labels={"disk": "ssd"})]
    spinning = NodeAffinity((NodeSelectorTerm((Requirement("disk", Operator.IN, frozenset({"hdd"})),)),))
    assert broken(nodes, [pod("p", node_selector={"disk": "hdd"})], {"p": "a"}) == {"NodeAffinity"}
    assert broken(nodes, [pod("p", node_selector={"disk": "ssd"}, node_affinity=spinning)], {"p": "a"}) == {
        "NodeAffinity"
    }
    assert broken(nodes, [pod("p", node_selector={"disk": "ssd"})], {"p": "a"}) == set()


def test_a_daemon_pod_runs_on_the_node_it_was_made_for():
    made_for_a = NodeAffinity((NodeSelectorTerm(fields=(pinned("a"),)),))
    pods = [pod("agent", daemon=True, node_affinity=made_for_a)]
    assert broken([node("a"), node("b")], pods, {"agent": "b"}) == {"NodeAffinity", "DaemonSet"}
    assert broken([node("a"), node("b")], pods, {"agent": "a"}) == set()


@pytest.mark.parametrize(
    "terms",
    [
        None,
        (NodeSelectorTerm(fields=(pinned("a"),)), NodeSelectorTerm((Requirement("disk", Operator.DOES_NOT_EXIST),))),
        (NodeSelectorTerm(fields=(Requirement("metadata.name", Operator.NOT_IN, frozenset({"a"})),)),),
    ],
    ids=["no term", "a term without a name", "a name that is excluded"],
)
def test_a_daemon_pod_that_is_tied_to_no_node_runs_where_it_can(terms):
    agent = pod("agent", daemon=True, node_affinity=NodeAffinity(terms))
    assert broken([node("a"), node("b")], [agent], {"agent": "b"}) == set()
