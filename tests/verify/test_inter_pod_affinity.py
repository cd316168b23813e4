"""Required affinity and anti-affinity between pods, and the order of binds that they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.topology import HOSTNAME, ZONE
from solver.placement import Placement
from solver.verify.recount import recount
from tests.verify.building import EVERYTHING, app, broken, cluster, node, pod, rules

if TYPE_CHECKING:
    from solver.cluster.pod import Pod

ZONES = [node("a1", "a"), node("a2", "a"), node("b1", "b"), node("nowhere")]


def term(name: str, key: str = ZONE, **fields: Any) -> PodAffinityTerm:
    return PodAffinityTerm(key, app(name), **{"namespaces": frozenset({"default"}), **fields})


def near(name: str, app_name: str, *terms: PodAffinityTerm, on: str | None = None) -> Pod:
    return pod(name, on, labels={"app": app_name}, affinity=PodAffinity(terms))


def far(name: str, app_name: str, *terms: PodAffinityTerm, on: str | None = None) -> Pod:
    return pod(name, on, labels={"app": app_name}, anti_affinity=PodAffinity(terms))


def test_anti_affinity_excludes_matching_pods_from_the_domain():
    pods = [near("there", "db", on="a1"), far("p", "web", term("db"))]
    assert broken(ZONES, pods, {"p": "a2"}) == {"InterPodAffinity"}
    assert broken(ZONES, pods, {"p": "b1"}) == set()


def test_anti_affinity_of_a_pod_that_is_there_excludes_the_newcomer():
    pods = [far("there", "web", term("db"), on="a1"), near("p", "db")]
    assert broken(ZONES, pods, {"p": "a2"}) == {"InterPodAffinity"}
    assert broken(ZONES, pods, {"p": "b1"}) == set()


def test_a_node_without_the_key_is_in_no_domain():
    pods = [far("there", "web", term("web"), on="nowhere"), far("p", "web", term("web"))]
    assert broken([*ZONES, node("lost")], pods, {"p": "lost"}) == set()


def test_anti_affinity_speaks_of_its_namespaces_only():
    elsewhere = pod("there", "a1", namespace="other", labels={"app": "db"})
    spaces = {"default": {}, "other": {"team": "x"}}
    by_selector = term("db", namespace_selector=EVERYTHING)
    assert broken(ZONES, [elsewhere, far("p", "web", term("db"))], {"p": "a2"}, namespaces=spaces) == set()
    assert broken(ZONES, [elsewhere, far("p", "web", by_selector)], {"p": "a2"}, namespaces=spaces) == {
        "InterPodAffinity"
    }


def test_affinity_needs_one_pod_that_matches_all_the_terms():
    pods = [near("one", "db", on="a1"), near("p", "web", term("db"), term("cache"))]
    assert broken(ZONES, pods, {"p": "a2"}) == {"InterPodAffinity"}
    both = [near("one", "db", on="a1"), near("p", "web", term("db"), term("db", HOSTNAME))]
    assert broken(ZONES, both, {"p": "a1"}) == set()
    assert broken(ZONES, both, {"p": "a2"}) == {"InterPodAffinity"}


def test_the_first_of_a_group_may_found_a_domain_and_the_others_follow():
    pods = [near("p", "web", term("web")), near("q", "web", term("web"))]
    assert broken(ZONES, pods, {"p": "a1", "q": "a2"}) == set()
    assert broken(ZONES, pods, {"p": "a1", "q": "b1"}) == {"InterPodAffinity"}
    assert broken(ZONES, pods, {"p": "nowhere"}) == {"InterPodAffinity"}


def test_a_founder_must_match_its_own_terms_so_the_order_counts():
    pods = [near("p", "web", term("db")), near("q", "db")]
    assert broken(ZONES, pods, {"p": "a1", "q": "a1"}) == {"InterPodAffinity"}
    assert broken(ZONES, pods, {"q": "a1", "p": "a1"}) == set()


def test_mutual_dependence_without_a_founder_has_no_order():
    pods = [near("p", "web", term("db")), near("q", "db", term("web"))]
    assert broken(ZONES, pods, {"p": "a1", "q": "a1"}) == {"InterPodAffinity"}
    assert broken(ZONES, pods, {"q": "a1", "p": "a1"}) == {"InterPodAffinity"}


def test_the_recount_alone_finds_anti_affinity_and_names_the_domain():
    pods = [far("p", "web", term("web")), far("q", "web", term("web")), far("r", "web", term("web"))]
    placement = Placement(cluster(ZONES, pods), dict(zip(pods, ZONES, strict=False)))
    (violation,) = recount(placement)
    assert rules([violation]) == {"InterPodAffinity"}
    assert violation.domain == f"{ZONE}=a"


def test_bound_pods_that_break_anti_affinity_among_themselves_are_not_judged():
    pods = [far("p", "web", term("web"), on="a1"), far("q", "web", term("web"), on="a2"), near("new", "db")]
    assert broken(ZONES, pods, {"new": "a1"}) == set()
