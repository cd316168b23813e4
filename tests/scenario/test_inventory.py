from __future__ import annotations

from tests.scenario.loading import NODE, cluster_of, notices_of, pod, problems_of


def test_an_object_that_is_there_twice_is_a_problem():
    found = problems_of(NODE, pod(), NODE)["metadata.name"]
    assert found.message == "the same Node is there twice, first as document 1 (Node node-1)"


def test_equal_names_in_other_namespaces_or_of_other_kinds_are_no_problem():
    service = "{apiVersion: v1, kind: Service, metadata: {name: p}, spec: {}}"
    assert len(cluster_of(pod(), pod(metadata="namespace: shop"), service).pods) == 2


def test_the_default_namespace_written_or_not_is_the_same():
    assert "metadata.name" in problems_of(pod(), pod(metadata="namespace: default"))


def test_kinds_without_a_part_in_placement_are_counted_in_one_notice():
    others = [f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: c-{number}}}}}" for number in range(2)]
    rollout = "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: r}}"
    assert notices_of(NODE, *others, rollout) == (
        "kinds that play no part in placement here are left out: 2 ConfigMap, 1 Rollout"
    )


def test_a_foreign_kind_of_a_known_name_is_another_kind():
    foreign = "{apiVersion: apps.kruise.io/v1beta1, kind: StatefulSet, metadata: {name: s}, spec: {odd: true}}"
    assert cluster_of(NODE, foreign).pods == ()


def test_a_key_that_kubernetes_does_not_have_is_a_problem_by_hand_and_a_notice_from_a_server():
    odd = "nodeSelecter: {disk: ssd}"
    assert "did you mean nodeSelector" in problems_of(pod(odd))["spec.nodeSelecter"].remedy
    assert "nodeSelecter" in notices_of(pod(odd, metadata="uid: u-1"))
