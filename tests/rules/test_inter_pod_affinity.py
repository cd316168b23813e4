"""Truth tables of inter-pod affinity and anti-affinity.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from solver.cluster.labels import LabelSelector, Operator, Requirement
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm, PreferredPodTerm
from solver.cluster.topology import HOSTNAME, ZONE
from solver.rules.inter_pod_affinity import InterPodAffinity
from tests.rules.building import app, filled, filter_of, node, pod, points, rejections

ZONES = [node("a1", "a"), node("a2", "a"), node("b1", "b"), node("none")]
HERE = frozenset({"default"})
ALONE = "node(s) didn't match pod affinity rules"
NOT_APART = "node(s) didn't match pod anti-affinity rules"
UNWANTED = "node(s) didn't satisfy existing pods anti-affinity rules"


def term(name, key=ZONE, namespaces=HERE, selector=None):
    return PodAffinityTerm(key, app(name) if selector is None else selector, namespaces)


def near(*terms, preferred=()):
    return {"affinity": PodAffinity(terms, preferred)}


def apart(*terms, preferred=()):
    return {"anti_affinity": PodAffinity(terms, preferred)}


def labelled(name, on=None, label="web", **fields):
    return pod(name, on, labels={"app": label}, **fields)


def reasons(newcomer, *there, **fields):
    found = rejections(InterPodAffinity(), newcomer, filled(ZONES, [*there, newcomer], **fields))
    return {name: rejection.reasons[0] if rejection else None for name, rejection in found.items()}


def test_company_must_be_in_the_domain_already():
    found = reasons(labelled("p", **near(term("db"))), labelled("x", "a1", "db"))
    assert found == {"a1": None, "a2": None, "b1": ALONE, "none": ALONE}


def test_lack_of_company_cannot_be_resolved_but_crowding_can():
    lonely = rejections(InterPodAffinity(), pod("p", **near(term("db"))), filled(ZONES, []))
    assert {rejection.resolvable for rejection in lonely.values()} == {False}
    crowded = rejections(InterPodAffinity(), pod("p", **apart(term("db"))), filled(ZONES, [labelled("x", "a1", "db")]))
    assert crowded["a1"].resolvable


def test_the_first_of_a_group_that_matches_itself_may_go_anywhere_with_the_key():
    assert reasons(labelled("p", **near(term("web")))) == {"a1": None, "a2": None, "b1": None, "none": ALONE}


def test_the_second_may_not():
    found = reasons(labelled("p", **near(term("web"))), labelled("x", "b1"))
    assert found == {"a1": ALONE, "a2": ALONE, "b1": None, "none": ALONE}


def test_one_pod_must_match_all_the_terms():
    newcomer = labelled("p", **near(term("web"), term("db", HOSTNAME)))
    assert set(reasons(newcomer, labelled("x", "a1"), labelled("y", "a1", "db")).values()) == {ALONE}


def test_a_match_in_a_place_without_the_key_is_no_match_anywhere():
    assert reasons(labelled("p", **near(term("web"))), labelled("x", "none"))["a1"] is None


def test_any_term_of_ones_own_anti_affinity_rejects():
    newcomer = labelled("p", **apart(term("db"), term("cache", HOSTNAME)))
    found = reasons(newcomer, labelled("x", "a1", "db"), labelled("y", "b1", "cache"))
    assert found == {"a1": NOT_APART, "a2": NOT_APART, "b1": NOT_APART, "none": None}


def test_pods_there_keep_away_whom_their_terms_select():
    guard = labelled("x", "a1", "db", **apart(term("web")))
    assert reasons(labelled("p"), guard) == {"a1": UNWANTED, "a2": UNWANTED, "b1": None, "none": None}
    assert set(reasons(labelled("q", None, "other"), guard).values()) == {None}


def test_company_is_judged_before_distance_and_ones_own_terms_before_those_of_others():
    rival = labelled("x", "a1", "db", **apart(term("web")))
    assert reasons(labelled("p", **apart(term("db"))), rival)["a1"] == NOT_APART
    assert reasons(labelled("q", **near(term("none")), **apart(term("db"))), rival)["a1"] == ALONE


def test_namespaces_and_their_selector_add_up():
    namespaces = {"default": {}, "prod": {"stage": "prod"}, "test": {"stage": "test"}, "named": {}}
    stage = LabelSelector((Requirement("stage", Operator.IN, frozenset({"prod"})),))
    wide = PodAffinityTerm(HOSTNAME, app("db"), frozenset({"named"}), stage)
    there = [
        labelled("w", "a1", "db", namespace="prod"),
        labelled("x", "a2", "db", namespace="test"),
        labelled("y", "b1", "db", namespace="named"),
        labelled("z", "none", "db"),
    ]
    found = reasons(labelled("p", **apart(wide)), *there, namespaces=namespaces)
    assert {name for name, reason in found.items() if reason} == {"a1", "b1"}


def test_no_selector_selects_nobody_and_an_empty_one_everybody():
    there = labelled("x", "a1")
    nobody = PodAffinityTerm(HOSTNAME, None, HERE)
    everybody = PodAffinityTerm(HOSTNAME, LabelSelector(), HERE)
    assert set(reasons(labelled("p", **apart(nobody)), there).values()) == {None}
    assert reasons(labelled("q", **apart(everybody)), there)["a1"] == NOT_APART


def test_a_pod_without_terms_is_skipped_until_somebody_is_there_whom_it_disturbs():
    rule, newcomer = InterPodAffinity(), labelled("p")
    guard = labelled("x", None, "db", **apart(term("web")))
    state = filled(ZONES, [newcomer, guard])
    found = filter_of(rule, newcomer, state)
    assert not found.begin()
    state.bind(guard, 0)
    assert found.begin()
    assert rule.filter(labelled("q", None, "other").spec, state) is None


def score(newcomer, *there, among=None, rule=None):
    return points(rule or InterPodAffinity(), newcomer, filled(ZONES, [*there, newcomer]), among)


def test_weights_of_preferred_terms_count_once_for_every_match():
    wishes = near(preferred=(PreferredPodTerm(10, term("db")),))
    there = [labelled("x", "a1", "db"), labelled("y", "a2", "db"), labelled("z", "b1", "db")]
    assert score(labelled("p", **wishes), *there) == {"a1": 100, "a2": 100, "b1": 50, "none": 0}
    assert score(labelled("q", **wishes), *there, among=["b1", "none"]) == {"b1": 100, "none": 0}


def test_anti_affinity_counts_against():
    wishes = apart(preferred=(PreferredPodTerm(10, term("db")),))
    assert score(labelled("p", **wishes), labelled("x", "a1", "db")) == {"a1": 0, "a2": 0, "b1": 100, "none": 100}


def test_the_wishes_and_needs_of_pods_there_count():
    fond = labelled("x", "a1", "db", **near(preferred=(PreferredPodTerm(4, term("web", HOSTNAME)),)))
    bound = labelled("y", "a2", "db", **near(term("web", HOSTNAME)))
    averse = labelled("z", "b1", "db", **apart(preferred=(PreferredPodTerm(4, term("web", HOSTNAME)),)))
    assert score(labelled("p"), fond, bound, averse) == {"a1": 100, "a2": 62, "b1": 0, "none": 50}
    heavy = InterPodAffinity(hard_weight=4)
    assert score(labelled("q"), fond, bound, averse, rule=heavy) == {"a1": 100, "a2": 100, "b1": 0, "none": 50}


def test_required_anti_affinity_of_others_scores_nothing():
    assert score(labelled("p"), labelled("x", "a1", "db", **apart(term("web")))) is None


def test_equal_weights_score_nothing_and_no_weights_are_skipped():
    wishes = near(preferred=(PreferredPodTerm(10, term("db", HOSTNAME)),))
    there = [labelled(f"x{place.name}", place.name, "db") for place in ZONES]
    assert set(score(labelled("p", **wishes), *there).values()) == {0}
    assert score(labelled("q", **wishes)) is None
