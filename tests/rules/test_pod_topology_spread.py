"""Truth tables of topology spread.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.cluster.labels import LabelSelector
from solver.cluster.pod import Owner
from solver.cluster.taints import Effect, Taint
from solver.cluster.topology import HOSTNAME
from solver.cluster.workloads import Controller, Service
from solver.rules.default_spreading import default_constraints
from solver.rules.pod_topology_spread import PodTopologySpread
from tests.rules.building import app, cluster, filled, filter_of, node, pod, points, rejections, spread

ZONES = [node("a1", "a"), node("a2", "a"), node("b1", "b")]
WEB = {"app": "web"}
SKEWED = "node(s) didn't match pod topology spread constraints"


def web(name, on=None, *constraints, **fields):
    return pod(name, on, labels=WEB, spread=constraints, **fields)


def rejected(newcomer, *there, nodes=ZONES, **fields):
    found = rejections(PodTopologySpread(), newcomer, filled(nodes, [*there, newcomer], **fields))
    return {name for name, rejection in found.items() if rejection is not None}


def soft(*arguments, **fields):
    return replace(spread(*arguments, **fields), hard=False)


def test_the_skew_stays_within_its_limit():
    newcomer = web("p", None, spread(selector=app("web")))
    assert rejected(newcomer) == set()
    assert rejected(newcomer, web("x", "a1")) == {"a1", "a2"}
    assert rejected(newcomer, web("x", "a1"), web("y", "b1")) == set()


def test_a_larger_limit_allows_more():
    assert rejected(web("p", None, spread(max_skew=2, selector=app("web"))), web("x", "a1")) == set()


def test_a_pod_that_does_not_match_itself_does_not_count_itself():
    outsider = pod("p", labels={"app": "other"}, spread=(spread(selector=app("web")),))
    assert rejected(outsider, web("x", "a1")) == set()
    assert rejected(outsider, web("x", "a1"), web("y", "a2")) == {"a1", "a2"}


def test_pods_of_other_namespaces_do_not_count():
    newcomer = web("p", None, spread(selector=app("web")))
    elsewhere = pod("x", "a1", labels=WEB, namespace="other")
    assert rejected(newcomer, elsewhere, namespaces={"default": {}, "other": {}}) == set()


def test_too_few_domains_make_the_minimum_nothing():
    constraint = spread(selector=app("web"), min_domains=3)
    there = [web("x", "a1"), web("y", "b1")]
    assert rejected(web("p", None, constraint), *there) == {"a1", "a2", "b1"}


def test_a_node_without_the_key_is_out_for_good():
    nodes = [*ZONES, node("nowhere")]
    newcomer = web("p", None, spread(selector=app("web")))
    found = rejections(PodTopologySpread(), newcomer, filled(nodes, [newcomer]))
    assert found["nowhere"].reasons == (f"{SKEWED} (missing required label)",)
    assert not found["nowhere"].resolvable


def test_pods_on_nodes_without_all_the_keys_do_not_count():
    rackless = [node("a1", "a", labels={"rack": "1"}), node("a2", "a"), node("b1", "b", labels={"rack": "2"})]
    newcomer = web("p", None, spread(selector=app("web")), spread("rack", selector=app("web")))
    assert rejected(newcomer, web("x", "a2"), nodes=rackless) == {"a2"}


def test_nodes_that_affinity_excludes_count_only_where_the_policy_ignores_it():
    pinned_to_a = {"node_selector": {"topology.kubernetes.io/zone": "a"}}
    constraint = spread(selector=app("web"))
    there = [web("x", "a1")]
    assert rejected(web("p", None, constraint, **pinned_to_a), *there) == set()
    assert rejected(web("p", None, replace(constraint, honors_affinity=False), **pinned_to_a), *there) == {"a1", "a2"}


def test_tainted_nodes_count_unless_the_policy_honours_taints():
    nodes = [*ZONES[:2], node("b1", "b", taints=(Taint("down", "", Effect.NO_SCHEDULE),))]
    constraint = spread(selector=app("web"))
    assert rejected(web("p", None, constraint), web("x", "a1"), nodes=nodes) == {"a1", "a2"}
    honouring = replace(constraint, honors_taints=True)
    assert rejected(web("p", None, honouring), web("x", "a1"), nodes=nodes) == set()


@pytest.mark.parametrize("selector", [None, LabelSelector()])
def test_no_selector_and_an_empty_one_count_nobody(selector):
    there = [web("x", "a1"), web("y", "a2")]
    assert rejected(web("p", None, spread(selector=selector)), *there) == set()


def test_an_empty_selector_follows_the_pods_of_a_dry_run():
    victims = [web("x", "b1"), web("y", "b1")]
    newcomer = web("p", None, spread(selector=LabelSelector()))
    state = filled(ZONES, [*victims, newcomer])
    found = filter_of(PodTopologySpread(), newcomer, state)
    found.begin()
    with state.trial(state.place["b1"]):
        for victim in victims:
            state.unbind(victim)
        # b counts -2 now, so a is 3 above the minimum with the newcomer.
        assert list(found.codes(state.everywhere)) == [1, 1, 0]
    assert list(found.codes(state.everywhere)) == [0, 0, 0]


def test_emptier_domains_score_better():
    newcomer = web("p", None, soft(selector=app("web")))
    state = filled(ZONES, [web("x", "a1"), web("y", "a2"), newcomer])
    # Two domains weigh ln 4: round(2 × 1.386) = 3 for a, 0 for b.
    assert points(PodTopologySpread(), newcomer, state) == {"a1": 0, "a2": 0, "b1": 100}


def test_the_number_of_domains_is_that_among_the_feasible_nodes():
    newcomer = web("p", None, soft(selector=app("web")), soft(HOSTNAME, selector=app("web")))
    there = [web("x", "a1"), web("y", "a1"), web("z", "b1")]
    state = filled(ZONES, [*there, newcomer])
    # All: a1 2×ln4 + 2×ln5, a2 2×ln4, b1 1×ln4 + 1×ln5. Without b1, zones weigh ln 3 and nodes ln 4.
    assert points(PodTopologySpread(), newcomer, state) == {"a1": 50, "a2": 100, "b1": 100}
    assert points(PodTopologySpread(), newcomer, state, ["a1", "a2"]) == {"a1": 40, "a2": 100}


def test_nodes_that_lack_a_key_are_ignored_and_score_nothing():
    nodes = [*ZONES, node("nowhere")]
    newcomer = web("p", None, soft(selector=app("web")))
    assert points(PodTopologySpread(), newcomer, filled(nodes, [web("x", "a1"), newcomer])) == {
        "a1": 0,
        "a2": 0,
        "b1": 100,
        "nowhere": 0,
    }


def test_where_nobody_is_everybody_scores_all():
    newcomer = web("p", None, soft(selector=app("web")))
    assert set(points(PodTopologySpread(), newcomer, filled(ZONES, [newcomer])).values()) == {100}


OWNER = Owner("apps/v1", "ReplicaSet", "web")


def test_defaults_come_from_services_and_the_owner_together():
    newcomer = pod("p", labels={**WEB, "tier": "front"}, owner=OWNER)
    services = (
        Service("default", "web", WEB),
        Service("default", "none", {}),
        Service("default", "other", {"app": "other"}),
        Service("elsewhere", "front", {"tier": "front"}),
    )
    whole = cluster(ZONES, [newcomer], services=services, controllers=(Controller("default", OWNER, app("web")),))
    found = default_constraints(newcomer.spec, whole)
    assert [(each.topology_key, each.max_skew, each.hard) for each in found] == [
        (HOSTNAME, 3, False),
        ("topology.kubernetes.io/zone", 5, False),
    ]
    assert {each.selector for each in found} == {app("web").narrowed(*app("web").requirements)}


@pytest.mark.parametrize(("kind", "counted"), [("ReplicationController", "old"), ("ReplicaSet", None)])
def test_a_replication_controller_has_the_last_word_on_a_label(kind, counted):
    """Its selector is merged with those of the Services; that of another controller is one more condition."""
    owner = Owner("v1", kind, "web")
    newcomer = pod("p", labels=WEB, owner=owner)
    services = (Service("default", "web", WEB),)
    whole = cluster(ZONES, [newcomer], services=services, controllers=(Controller("default", owner, app("old")),))
    (selector,) = {each.selector for each in default_constraints(newcomer.spec, whole)}
    assert selector is not None
    assert selector.matches({"app": "old"}) is (counted == "old")
    assert not selector.matches(WEB)


def test_no_defaults_without_a_selector_or_with_constraints_of_ones_own():
    assert default_constraints(pod("p", labels=WEB).spec, cluster(ZONES, [])) == ()
    whole = cluster(ZONES, [], services=(Service("default", "web", WEB),))
    assert default_constraints(web("p", None, spread()).spec, whole) == ()


def test_with_defaults_a_node_without_a_zone_is_not_ignored():
    nodes = [*ZONES, node("nowhere")]
    newcomer = web("p")
    state = filled(nodes, [web("x", "a1"), newcomer], services=(Service("default", "web", WEB),))
    found = points(PodTopologySpread(), newcomer, state)
    # Three values of the zone among the feasible nodes, the absent one included: a1 ln5 + ln6 + 6, nowhere 2.
    assert found == {"a1": 22, "a2": 33, "b1": 55, "nowhere": 100}
