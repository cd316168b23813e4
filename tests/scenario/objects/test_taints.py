from __future__ import annotations

import pytest

from solver.cluster.taints import Effect, Taint, Toleration
from tests.scenario.loading import cluster_of, notices_of, pod, problems_of, read_pod


def node(taints: str) -> str:
    return f"{{apiVersion: v1, kind: Node, metadata: {{name: n-1}}, spec: {{taints: [{taints}]}}, status: {{}}}}"


def test_a_taint_has_key_value_and_effect():
    found = (
        cluster_of(node("{key: a, effect: NoExecute}, {key: a, value: b, effect: PreferNoSchedule}")).nodes[0].taints
    )
    assert found == (Taint("a", "", Effect.NO_EXECUTE), Taint("a", "b", Effect.PREFER_NO_SCHEDULE))


@pytest.mark.parametrize(
    ("taint", "key", "words"),
    [
        ("{key: a, effect: NoSchedul}", "effect", "did you mean NoSchedule"),
        ("{key: a}", "effect", "missing"),
        ("{effect: NoSchedule}", "key", "missing"),
    ],
)
def test_taints_that_cannot_be_are_problems(taint, key, words):
    assert words in str(problems_of(node(taint))[f"spec.taints[0].{key}"])


@pytest.mark.parametrize(
    ("toleration", "read"),
    [
        ("{key: a, value: b}", Toleration("a", False, "b")),
        ("{key: a, operator: Equal, value: b, effect: NoSchedule}", Toleration("a", False, "b", Effect.NO_SCHEDULE)),
        ("{key: a, operator: Exists, effect: ''}", Toleration("a", True)),
        ("{operator: Exists}", Toleration("", True)),
        (
            "{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: -5}",
            Toleration("a", True, "", Effect.NO_EXECUTE),
        ),
    ],
)
def test_a_toleration_compares_by_equality_and_covers_every_effect_unless_told_otherwise(toleration, read):
    assert read_pod(f"tolerations: [{toleration}]").spec.tolerations == (read,)


@pytest.mark.parametrize(
    ("toleration", "key", "words"),
    [
        ("{key: a, operator: Exist}", "operator", "did you mean Exists"),
        ("{value: b}", "operator", "needs the operator Exists"),
        ("{operator: Equal, value: b}", "operator", "Equal without a key"),
        ("{key: a, operator: Exists, value: b}", "value", "takes no value"),
        ("{key: a, effect: NoExec}", "effect", "did you mean NoExecute"),
    ],
)
def test_tolerations_that_cannot_be_are_problems(toleration, key, words):
    assert words in str(problems_of(pod(f"tolerations: [{toleration}]"))[f"spec.tolerations[0].{key}"])


def test_tolerations_that_compare_numbers_are_too_new_so_their_pods_wait():
    spec = "tolerations: [{key: load, operator: Lt, value: '50', effect: NoSchedule}]"
    assert not read_pod(spec).schedulable
    assert "Gt or Lt" in notices_of(pod(spec))
