"""kube-scheduler with other profiles than its default one, and verification of what they answer."""

from __future__ import annotations

import time

from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm
from solver.cluster.ports import HostPort
from solver.objectives.question import Question
from solver.placement import Bind, Placement
from solver.rules import RULES
from solver.rules.node_resources_fit import NodeResourcesFit
from solver.rules.node_resources_fit.score import MostAllocated
from solver.rules.profile import PreemptionLimits, Profile, Scorer
from solver.rules.rule import Narrowed, Rule
from solver.run.profiles import profile_named
from solver.strategies.kube_scheduler import KubeScheduler
from solver.strategies.kube_scheduler.preemption import preempt
from solver.strategies.kube_scheduler.scheduler import Scheduler
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.rules.building import cluster, node, pinned, pod, sized


def solve(whole, profile):
    return KubeScheduler(profile).solve(whole, Question(), Options(), Watch(time.perf_counter() + 60))


def replaced(rules, own):
    return tuple(own if rule.name == own.name else rule for rule in rules)


def without(name):
    return tuple(rule for rule in RULES if rule.name != name)


def test_most_allocated_packs_where_the_default_spreads():
    whole = cluster([node("a"), node("b")], [sized(f"p{number}", cpu=500, memory=1 << 30) for number in range(4)])
    assert len(solve(whole, Profile()).placement.used) == 2
    assert len(solve(whole, profile_named("most-allocated").profile).placement.used) == 1
    assert len(solve(whole, profile_named("requested-to-capacity-ratio.yaml").profile).placement.used) == 1


def test_what_a_profile_does_not_filter_is_waived_and_nothing_else():
    ports = (HostPort(80),)
    whole = cluster([node("a")], [pod("p", host_ports=ports), pod("q", host_ports=ports)])
    answer = solve(whole, Profile(filters=without("NodePorts")))
    assert len(answer.placement.node_of) == 2
    assert {found.rule for found in verify(answer.placement, answer.steps, Question())} == {"NodePorts"}
    assert verify(answer.placement, answer.steps, Question(), answer.waived) == ()


def test_ignored_resources_are_waived_by_name_and_by_group():
    for ignored in ("example.com/gpu", "example.com"):
        fit = NodeResourcesFit(ignores=frozenset({ignored}))
        whole = cluster([node("a")], [pod("p", cpu=100, requests={"example.com/gpu": 1})])
        answer = solve(whole, Profile(filters=replaced(RULES, fit)))
        assert len(answer.placement.node_of) == 1
        assert verify(answer.placement, answer.steps, Question()) != ()
        assert verify(answer.placement, answer.steps, Question(), answer.waived) == ()


def test_a_waived_rule_does_not_hide_others():
    whole = cluster([node("a", cpu=1000)], [pod("p", cpu=900), pod("q", cpu=900)])
    steps = [Bind(each, whole.nodes[0]) for each in whole.pods]
    placement = Placement(whole, dict.fromkeys(whole.pods, whole.nodes[0]))
    assert {found.rule for found in verify(placement, steps, Question(), {"NodePorts"})} == {"NodeResourcesFit"}


class Only(Rule):
    """Narrows every pod to one node."""

    name = "VolumeBinding"

    def prefilter(self, spec, state):
        return Narrowed(frozenset({"b"}))


def test_plugins_that_narrow_to_nodes_without_any_in_common_reject_the_pod():
    named = NodeAffinity((NodeSelectorTerm(fields=(pinned("a"),)),))
    whole = cluster([node("a"), node("b")], [pod("p", node_affinity=named)])
    scheduler = Scheduler(whole, Profile(prefilters=replaced(RULES, Only())))
    scheduler.run(whole.queue)
    (message,) = scheduler.messages.values()
    assert message == (
        "0/2 nodes are available: node(s) didn't satisfy plugin(s) [NodeAffinity VolumeBinding] simultaneously."
    )


def test_a_plugin_that_does_not_prefilter_narrows_nothing():
    named = NodeAffinity((NodeSelectorTerm(fields=(pinned("a"),)),))
    whole = cluster([node("a"), node("b", cpu=100)], [pod("p", cpu=5000, node_affinity=named)])
    scheduler = Scheduler(whole, Profile(prefilters=without("NodeAffinity")))
    scheduler.run(whole.queue)
    (message,) = scheduler.messages.values()
    assert message == (
        "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector."
    )


def crowd(number):
    """Nodes that a low pod fills each, and a high one that needs a node; later nodes have been filled later."""
    nodes = [node(f"{place:03}", cpu=1000) for place in range(number)]
    low = [pod(f"low{place:03}", f"{place:03}", cpu=900) for place in range(number)]
    return cluster(nodes, [*low, pod("high", cpu=500, priority=5)])


def test_preemption_looks_for_as_many_candidates_as_the_profile_says():
    whole = crowd(30)
    for limits, expected in ((PreemptionLimits(), 30), (PreemptionLimits(10, 1), 3), (PreemptionLimits(0, 7), 7)):
        tried = Scheduler(whole, Profile(preemption=limits)).decide(whole.queue[0]).preemption
        assert tried
        assert len(tried.candidates) == expected


def test_in_a_large_cluster_a_tenth_of_the_nodes_are_candidates_enough():
    whole = crowd(1200)
    tried = Scheduler(whole).decide(whole.queue[0]).preemption
    assert tried
    assert len(tried.candidates) == 120


def test_without_dynamic_resources_a_rejected_pod_is_told_that_preemption_is_no_help():
    named = NodeAffinity((NodeSelectorTerm(fields=(pinned("a"), pinned("b"))),))
    whole = cluster([node("a"), node("b")], [pod("p", node_affinity=named)])
    cycle = Scheduler(whole).decide(whole.queue[0]).cycle
    assert preempt(cycle, PreemptionLimits()).error == "not found"
    found = preempt(cycle, PreemptionLimits(), deallocates=False)
    assert found.message == ("preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.")
    assert found.gives_up


def test_the_order_of_scores_and_their_weights_are_the_profiles():
    whole = cluster([node("a"), node("b")], [sized("there", "a", cpu=1000), sized("p", cpu=1000)])
    rule = NodeResourcesFit(MostAllocated())
    scheduler = Scheduler(whole, Profile(scorers=(Scorer(rule, 7),)))
    _, scores = scheduler.decide(whole.queue[0]).cycle.scores()
    assert {name: [int(each) for each in column] for name, column in scores.items()} == {
        "NodeResourcesFit": [7 * 25, 7 * 12]
    }
