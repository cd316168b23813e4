"""A mix dealt to all zones: the same nodes and pods, and no rule broken for it."""

from __future__ import annotations

from collections import Counter

from solver.cluster.labels import equals
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.topology import ZONE
from solver.objectives.question import Question
from solver.studies.node_sizes.dealing import in_all_zones
from solver.studies.node_sizes.risk import Part, blast_radius
from solver.studies.node_sizes.search import least_cost
from solver.verify import verify
from tests.studies.node_sizes.makings import machine, offers, pods, spec, task

ONE = machine("one", 1000, 4, "0.1")
ZONES = ("a", "b", "c")


def test_no_zone_holds_more_than_it_must():
    small = task(pods("web", 12, spec(400, 0)), offers(ONE, zones=ZONES), [spec(100, 0, "agent")])
    mix = least_cost(small)
    dealt = in_all_zones(small, mix)
    assert (dealt.cost, dealt.counts, dealt.bound) == (mix.cost, mix.counts, mix.bound)
    assert set(Counter(node.zone for node in dealt.nodes).values()) == {2}
    assert float(blast_radius(dealt, Part.ZONE).pods) == 1 / 3
    assert not dealt.placement.pending
    assert len(dealt.placement.node_of) == 12 + 6
    assert not verify(dealt.placement, dealt.result.steps, Question())


def test_pods_that_want_to_be_in_one_zone_stay_there():
    term = PodAffinityTerm(ZONE, equals({"app": "web"}), frozenset({"default"}))
    together = spec(900, 0, affinity=PodAffinity((term,)))
    small = task(pods("web", 3, together), offers(ONE, zones=ZONES))
    mix = least_cost(small)
    assert in_all_zones(small, mix) is mix
    assert len({node.zone for node in mix.nodes}) == 1
