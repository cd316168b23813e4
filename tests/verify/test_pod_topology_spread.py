"""DoNotSchedule constraints: judged at each bind, not at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.cluster.taints import Effect, Taint
from solver.cluster.topology import HOSTNAME
from solver.placement import Bind
from solver.verify import skews
from tests.verify.building import EVERYTHING, after, app, broken, cluster, node, pod, spread

if TYPE_CHECKING:
    from solver.cluster.pod import Pod

ZONES = [node("a1", "a"), node("a2", "a"), node("b1", "b"), node("nowhere")]


def web(name: str, on: str | None = None, **fields: Any) -> Pod:
    constraint = spread(selector=app("web"), **fields)
    return pod(name, on, labels={"app": "web"}, spread=(constraint,))


def test_a_domain_may_be_ahead_of_the_emptiest_by_max_skew():
    pods = [web("p"), web("q"), web("r")]
    assert broken(ZONES, pods, {"p": "a1", "q": "b1", "r": "a2"}) == set()
    assert broken(ZONES, pods, {"p": "a1", "q": "a2"}) == {"PodTopologySpread"}


def test_the_order_of_binds_decides():
    pods = [web("p"), web("q"), web("r"), web("s")]
    assert broken(ZONES, pods, {"p": "a1", "q": "b1", "r": "a2", "s": "b1"}) == set()
    assert broken(ZONES, pods, {"p": "a1", "r": "a2", "q": "b1", "s": "b1"}) == {"PodTopologySpread"}


def test_a_node_without_the_key_takes_no_pod_with_the_constraint():
    assert broken(ZONES, [web("p")], {"p": "nowhere"}) == {"PodTopologySpread"}


def test_too_few_domains_make_the_minimum_zero():
    pods = [web("p", "a1"), web("q", "b1"), web("new", min_domains=3)]
    assert broken(ZONES, pods, {"new": "a1"}) == {"PodTopologySpread"}
    assert broken(ZONES, [*pods[:2], web("new", min_domains=2)], {"new": "a1"}) == set()


def test_pods_of_other_namespaces_do_not_count():
    other = pod("p", "a1", namespace="other", labels={"app": "web"})
    assert broken(ZONES, [other, web("new")], {"new": "a1"}) == set()
    assert broken(ZONES, [web("p", "a1"), web("new")], {"new": "a1"}) == {"PodTopologySpread"}


def test_matching_pods_without_the_constraint_count_too():
    plain = pod("p", "a1", labels={"app": "web"})
    assert broken(ZONES, [plain, web("new")], {"new": "a2"}) == {"PodTopologySpread"}


def test_nodes_that_the_pod_cannot_choose_are_no_domains_unless_affinity_is_ignored():
    def only_a(**fields: Any) -> set[str]:
        nodes = [node("a1", "a", labels={"pool": "x"}), node("b1", "b")]
        there = pod("there", "a1", labels={"app": "web"})
        constraint = spread(selector=app("web"), **fields)
        new = pod("new", labels={"app": "web"}, node_selector={"pool": "x"}, spread=(constraint,))
        return broken(nodes, [there, new], {"new": "a1"})

    assert only_a() == set()
    assert only_a(honors_affinity=False) == {"PodTopologySpread"}


def test_tainted_nodes_are_domains_unless_taints_are_honored():
    nodes = [node("a1", "a"), node("b1", "b", taints=(Taint("x", "", Effect.NO_SCHEDULE),))]
    assert broken(nodes, [web("p", "a1"), web("new")], {"new": "a1"}) == {"PodTopologySpread"}
    assert broken(nodes, [web("p", "a1"), web("new", honors_taints=True)], {"new": "a1"}) == set()


def test_an_empty_selector_counts_the_pod_itself_and_nobody_else():
    pods = [pod("there", "a1"), pod("new", spread=(spread(selector=EVERYTHING),))]
    assert broken(ZONES, pods, {"new": "a1"}) == set()
    assert broken(ZONES, [pods[0], pod("new", spread=(spread(selector=None),))], {"new": "a1"}) == set()


def test_two_keys_count_only_nodes_that_have_both():
    nodes = [node("a1", "a", labels={"rack": "1"}), node("b1", "b")]
    both = (spread(selector=app("web")), spread("rack", selector=app("web")))
    pods = [web("p", "b1"), pod("new", labels={"app": "web"}, spread=both)]
    assert broken(nodes, pods, {"new": "b1"}) == {"PodTopologySpread"}
    assert broken(nodes, pods, {"new": "a1"}) == set()


def test_a_final_skew_above_max_skew_is_reported_and_no_violation():
    plain = [pod(name, labels={"app": "web"}) for name in "qrs"]
    pods = [web("p"), *plain]
    binds = {"p": "a1", "q": "a1", "r": "a2", "s": "a2"}
    assert broken(ZONES, pods, binds) == set()
    whole = cluster(ZONES, pods)
    named = {pod.name: pod for pod in pods}
    steps = [Bind(named[name], whole.node_named[where]) for name, where in binds.items()]
    (skew,) = skews(after(whole, steps))
    assert (skew.highest, skew.lowest, skew.value, skew.excess, skew.pod) == (4, 0, 4, 3, pods[0])


def test_skew_counts_soft_constraints_apart_and_honors_min_domains():
    soft = spread(HOSTNAME, selector=app("web"), min_domains=9)
    soft = type(soft)(5, HOSTNAME, False, app("web"), min_domains=9)
    pods = [pod(name, name, labels={"app": "web"}, spread=(spread(selector=app("web")), soft)) for name in ("a1", "b1")]
    by_key = {skew.constraint.topology_key: skew for skew in skews(after(cluster(ZONES, pods), []))}
    assert by_key[HOSTNAME].lowest == 0
    assert {key: skew.excess for key, skew in by_key.items()} == {HOSTNAME: 0, "topology.kubernetes.io/zone": 0}
    assert skews(after(cluster(ZONES, [pod("p", "a1")]), [])) == ()


def test_skew_counts_matching_pods_of_the_namespace_on_eligible_nodes():
    others = [pod("q", "nowhere", labels={"app": "web"}), pod("r", "a1", namespace="other", labels={"app": "web"})]
    for selector, highest in ((app("web"), 1), (None, 0), (EVERYTHING, 0)):
        carrier = pod("p", "b1", labels={"app": "web"}, spread=(spread(selector=selector),))
        (skew,) = skews(after(cluster(ZONES, [carrier, *others]), []))
        assert (skew.highest, skew.lowest) == (highest, 0)
