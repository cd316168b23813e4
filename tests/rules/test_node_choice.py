"""Truth tables of the rules that look at pod and node alone.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ and .../taint-and-toleration/
"""

from __future__ import annotations

import pytest

from solver.cluster.labels import Operator, Requirement
from solver.cluster.node_affinity import NodeAffinity as Affinity
from solver.cluster.node_affinity import NodeSelectorTerm, PreferredNodeTerm
from solver.cluster.taints import Effect, Taint, Toleration
from solver.rules.image_locality import ImageLocality
from solver.rules.node_affinity import NodeAffinity
from solver.rules.node_unschedulable import NodeUnschedulable
from solver.rules.rule import Narrowed
from solver.rules.taint_toleration import TaintToleration
from tests.rules.building import filled, node, pinned, pod, points, prefiltered, rejections

DISK = [
    node("fast", labels={"disk": "ssd", "size": "12"}),
    node("plain"),
    node("slow", labels={"disk": "hdd", "size": "x"}),
]
MIB = 1024 * 1024


def passing(rule, newcomer, state):
    return {name for name, rejection in rejections(rule, newcomer, state).items() if rejection is None}


def asking(*expressions, fields=()):
    return NodeSelectorTerm(
        tuple(Requirement(key, operator, frozenset(values)) for key, operator, *values in expressions), fields
    )


@pytest.mark.parametrize(
    ("expression", "nodes"),
    [
        (("disk", Operator.IN, "ssd", "nvme"), {"fast"}),
        (("disk", Operator.NOT_IN, "ssd"), {"plain", "slow"}),
        (("disk", Operator.EXISTS), {"fast", "slow"}),
        (("disk", Operator.DOES_NOT_EXIST), {"plain"}),
        (("size", Operator.GT, "11"), {"fast"}),
        (("size", Operator.GT, "12"), set()),
        (("size", Operator.LT, "13"), {"fast"}),
    ],
)
def test_required_affinity_by_operator(expression, nodes):
    newcomer = pod("p", node_affinity=Affinity((asking(expression),)))
    assert passing(NodeAffinity(), newcomer, filled(DISK, [newcomer])) == nodes


def test_terms_are_alternatives_and_their_conditions_all_hold():
    both = asking(("disk", Operator.IN, "ssd"), ("size", Operator.EXISTS))
    neither = asking(("disk", Operator.IN, "ssd"), ("size", Operator.DOES_NOT_EXIST))
    without = asking(("disk", Operator.DOES_NOT_EXIST))
    newcomer = pod("p", node_affinity=Affinity((both, neither, without)))
    assert passing(NodeAffinity(), newcomer, filled(DISK, [newcomer])) == {"fast", "plain"}


@pytest.mark.parametrize("terms", [(), (NodeSelectorTerm(),)])
def test_no_terms_and_an_empty_term_match_nothing(terms):
    newcomer = pod("p", node_affinity=Affinity(terms))
    found = rejections(NodeAffinity(), newcomer, filled(DISK, [newcomer]))
    assert {rejection.reasons for rejection in found.values()} == {
        ("node(s) didn't match Pod's node affinity/selector",)
    }
    assert not any(rejection.resolvable for rejection in found.values())


def test_selector_and_affinity_both_hold():
    newcomer = pod("p", node_selector={"disk": "hdd"}, node_affinity=Affinity((asking(("size", Operator.EXISTS)),)))
    assert passing(NodeAffinity(), newcomer, filled(DISK, [newcomer])) == {"slow"}


def test_a_selector_for_an_empty_value_needs_the_label():
    nodes = [node("with", labels={"role": ""}), node("without")]
    newcomer = pod("p", node_selector={"role": ""})
    assert passing(NodeAffinity(), newcomer, filled(nodes, [newcomer])) == {"with"}


def test_terms_that_all_name_nodes_narrow_the_search():
    newcomer = pod("p", node_affinity=Affinity((asking(fields=(pinned("fast"),)), asking(fields=(pinned("ghost"),)))))
    assert prefiltered(NodeAffinity(), newcomer, filled(DISK, [newcomer])) == Narrowed(frozenset({"fast", "ghost"}))


def test_a_term_without_a_name_does_not_narrow():
    newcomer = pod("p", node_affinity=Affinity((asking(fields=(pinned("fast"),)), asking(("disk", Operator.EXISTS)))))
    assert prefiltered(NodeAffinity(), newcomer, filled(DISK, [newcomer])) is None


def test_names_that_exclude_one_another_reject_the_pod():
    newcomer = pod("p", node_affinity=Affinity((asking(fields=(pinned("fast"), pinned("slow"))),)))
    assert prefiltered(NodeAffinity(), newcomer, filled(DISK, [newcomer])).reasons == ("pod affinity terms conflict",)


def test_preferred_terms_add_up_and_are_scaled_to_the_best():
    preferred = (
        PreferredNodeTerm(30, asking(("disk", Operator.EXISTS))),
        PreferredNodeTerm(60, asking(("disk", Operator.IN, "ssd"))),
    )
    newcomer = pod("p", node_affinity=Affinity(preferred=preferred))
    state = filled(DISK, [newcomer])
    assert points(NodeAffinity(), newcomer, state) == {"fast": 100, "plain": 0, "slow": 33}
    assert points(NodeAffinity(), newcomer, state, ["plain", "slow"]) == {"plain": 0, "slow": 100}
    assert points(NodeAffinity(), pod("q"), state) is None


def test_cordoned_nodes_take_those_that_tolerate_it():
    nodes = [node("a"), node("b", unschedulable=True)]
    hardy = pod("q", tolerations=(Toleration("node.kubernetes.io/unschedulable", exists=True),))
    state = filled(nodes, [pod("p"), hardy])
    found = rejections(NodeUnschedulable(), pod("p"), state)
    assert found["a"] is None
    assert found["b"].reasons == ("node(s) were unschedulable",)
    assert not found["b"].resolvable
    assert passing(NodeUnschedulable(), hardy, state) == {"a", "b"}


TAINTED = Taint("team", "data", Effect.NO_SCHEDULE)


@pytest.mark.parametrize(
    ("toleration", "tolerated"),
    [
        (Toleration("team", value="data"), True),
        (Toleration("team", value="data", effect=Effect.NO_SCHEDULE), True),
        (Toleration("team", value="data", effect=Effect.NO_EXECUTE), False),
        (Toleration("team", value="web"), False),
        (Toleration("team", exists=True), True),
        (Toleration("other", exists=True), False),
        (Toleration(exists=True), True),
    ],
)
def test_tolerations(toleration, tolerated):
    newcomer = pod("p", tolerations=(toleration,))
    state = filled([node("a", taints=(TAINTED,))], [newcomer])
    assert (rejections(TaintToleration(), newcomer, state)["a"] is None) is tolerated


def test_the_first_hard_taint_is_the_reason():
    taints = (Taint("soft", "", Effect.PREFER_NO_SCHEDULE), Taint("gone", "", Effect.NO_EXECUTE), TAINTED)
    found = rejections(TaintToleration(), pod("p"), filled([node("a", taints=taints)], [pod("p")]))
    assert found["a"].reasons == ("node(s) had untolerated taint {gone: }",)
    assert found["a"].code == "UnschedulableAndUnresolvable"


def test_fewer_discouraging_taints_score_better():
    soft = [Taint(f"soft-{number}", "", Effect.PREFER_NO_SCHEDULE) for number in range(3)]
    nodes = [node("none"), node("one", taints=(soft[0],)), node("three", taints=tuple(soft))]
    state = filled(nodes, [pod("p")])
    assert points(TaintToleration(), pod("p"), state) == {"none": 100, "one": 67, "three": 0}
    assert points(TaintToleration(), pod("p"), state, ["one"]) == {"one": 0}
    used_to_it = pod("q", tolerations=(Toleration(exists=True),))
    assert points(TaintToleration(), used_to_it, state) == {"none": 100, "one": 100, "three": 100}


def test_images_count_by_size_and_by_how_many_nodes_have_them():
    nodes = [
        node("both", images={"app:1": 500 * MIB, "tool:latest": 80 * MIB}),
        node("one", images={"app:1": 500 * MIB}),
        node("none"),
    ]
    newcomer = pod("p", images=("app:1", "tool:latest"))
    # app: 500 MiB on two of three nodes, tool: 80 MiB on one; from 23 MiB to 2000 MiB for two containers.
    assert points(ImageLocality(), newcomer, filled(nodes, [newcomer])) == {"both": 17, "none": 0, "one": 15}


def test_more_taints_than_a_byte_counts_are_told_apart():
    nodes = [node(f"n{number}", taints=(Taint("team", str(number), Effect.NO_SCHEDULE),)) for number in range(300)]
    newcomer = pod("p", tolerations=(Toleration("team", value="299"),))
    found = rejections(TaintToleration(), newcomer, filled(nodes, [newcomer]))
    assert found.pop("n299") is None
    assert {name: rejection.reasons for name, rejection in found.items()} == {
        f"n{number}": (f"node(s) had untolerated taint {{team: {number}}}",) for number in range(299)
    }
