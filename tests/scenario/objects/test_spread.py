from __future__ import annotations

import pytest

from solver.cluster.labels import equals
from solver.cluster.topology import SpreadConstraint
from tests.scenario.loading import pod, problems_of, read_pod


def spread(*constraints: str) -> str:
    return f"topologySpreadConstraints: [{', '.join(f'{{{each}}}' for each in constraints)}]"


HARD = "maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule"


def test_a_constraint_honours_affinity_and_ignores_taints_unless_told_otherwise():
    plain = read_pod(spread(f"{HARD}, labelSelector: {{matchLabels: {{app: web}}}}")).spec.spread
    assert plain == (SpreadConstraint(1, "zone", True, equals({"app": "web"})),)
    told = read_pod(spread(f"{HARD}, nodeAffinityPolicy: Ignore, nodeTaintsPolicy: Honor, minDomains: 3")).spec.spread[
        0
    ]
    assert (told.honors_affinity, told.honors_taints, told.min_domains) == (False, True, 3)


def test_schedule_anyway_is_soft():
    assert not read_pod(spread("maxSkew: 2, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway")).spec.spread[0].hard


@pytest.mark.parametrize(
    ("constraint", "key", "words"),
    [
        ("maxSkew: 0, topologyKey: zone, whenUnsatisfiable: DoNotSchedule", "maxSkew", "out of range"),
        ("topologyKey: zone, whenUnsatisfiable: DoNotSchedule", "maxSkew", "missing"),
        ("maxSkew: 1, whenUnsatisfiable: DoNotSchedule", "topologyKey", "missing"),
        ("maxSkew: 1, topologyKey: zone", "whenUnsatisfiable", "missing"),
        (
            "maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedul",
            "whenUnsatisfiable",
            "did you mean DoNotSchedule",
        ),
        (f"{HARD}, minDomains: 0", "minDomains", "out of range"),
        (
            "maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, minDomains: 2",
            "minDomains",
            "DoNotSchedule only",
        ),
        (f"{HARD}, nodeTaintsPolicy: Honour", "nodeTaintsPolicy", "did you mean Honor"),
    ],
)
def test_constraints_that_cannot_be_are_problems(constraint, key, words):
    assert words in str(problems_of(pod(spread(constraint)))[f"spec.topologySpreadConstraints[0].{key}"])


def test_two_constraints_of_one_kind_are_a_problem():
    found = problems_of(pod(spread(HARD, "maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule")))
    assert "second constraint" in found["spec.topologySpreadConstraints[1]"].message
