from __future__ import annotations

import pytest

from tests.scenario.loading import cluster_of, pod, problems_of


def test_an_object_without_a_namespace_is_in_default():
    assert [each.key for each in cluster_of(pod()).pods] == ["default/p"]
    assert [each.key for each in cluster_of(pod(metadata="namespace: shop")).pods] == ["shop/p"]


@pytest.mark.parametrize("name", ["Upper", "a/b", "-a", "a_b", "a..b", "é", "x" * 254])
def test_names_that_no_object_can_have_are_problems(name):
    assert "not a possible name" in str(problems_of(pod(name=f"'{name}'"))["metadata.name"])


def test_an_object_has_a_name():
    nameless = "{apiVersion: v1, kind: Pod, metadata: {}, spec: {containers: [{name: c}]}}"
    assert problems_of(nameless)["metadata.name"].message == "missing"
    assert problems_of(pod(name="''"))["metadata.name"].message == "empty"


def test_a_namespace_has_a_possible_name():
    assert "metadata.namespace" in problems_of(pod(metadata="namespace: Shop"))
