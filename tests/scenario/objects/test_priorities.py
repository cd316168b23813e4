"""What admission makes of priority classes."""

from __future__ import annotations

import pytest

from tests.scenario.loading import NODE, pod, problems_of, read_pod


def priority_class(name: str, value: int, further: str = "") -> str:
    return (
        f"{{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {{name: {name}}}, value: {value}"
        f"{', ' + further if further else ''}}}"
    )


HIGH = priority_class("high", 1000)
POLITE = priority_class("polite", 500, "preemptionPolicy: Never")
COMMON = priority_class("common", 10, "globalDefault: true, preemptionPolicy: Never")


@pytest.mark.parametrize(
    ("spec", "classes", "priority", "preempts"),
    [
        ("", (), 0, True),
        ("", (HIGH,), 0, True),
        ("", (HIGH, COMMON), 10, False),
        ("priorityClassName: high", (HIGH, COMMON), 1000, True),
        ("priorityClassName: polite", (POLITE,), 500, False),
        ("priorityClassName: system-cluster-critical", (), 2_000_000_000, True),
        ("priorityClassName: system-node-critical", (), 2_000_001_000, True),
        ("priority: 7", (), 7, True),
        ("priority: 7", (COMMON,), 7, True),
        ("priority: -7, preemptionPolicy: Never", (), -7, False),
        ("priorityClassName: high, preemptionPolicy: Never", (HIGH,), 1000, False),
        ("preemptionPolicy: PreemptLowerPriority", (COMMON,), 10, True),
    ],
)
def test_class_default_and_explicit_values(spec, classes, priority, preempts):
    found = read_pod(spec, *classes).spec
    assert (found.priority, found.preempts) == (priority, preempts)


def test_bound_pods_get_their_priority_the_same_way():
    assert read_pod("nodeName: node-1, priorityClassName: high", NODE, HIGH).priority == 1000


def test_of_several_global_defaults_the_lowest_counts():
    assert read_pod("", priority_class("a", 20, "globalDefault: true"), COMMON).priority == 10


def test_a_class_that_does_not_exist_is_a_problem_with_the_nearest_name():
    found = problems_of(pod("priorityClassName: hihg"), HIGH)["spec.priorityClassName"]
    assert "did you mean high?" in found.remedy


def test_a_pod_from_a_server_brings_its_priority_along_and_needs_no_class():
    found = read_pod("priorityClassName: gone, priority: 70", metadata="uid: u-1")
    assert found.priority == 70
    changed = read_pod("priorityClassName: high, priority: 70", HIGH, metadata="uid: u-1")
    assert changed.priority == 70, "the class may have got another value since"


@pytest.mark.parametrize(
    ("further", "path", "words"),
    [
        ("value: 1000000001", "value", "out of range"),
        ("value: 1, preemptionPolicy: Sometimes", "preemptionPolicy", "possible: Never, PreemptLowerPriority"),
        ("description: none", "value", "missing"),
    ],
)
def test_classes_that_cannot_be_are_problems(further, path, words):
    broken = f"{{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {{name: c}}, {further}}}"
    assert words in str(problems_of(broken)[path])


def test_a_pod_explains_itself_wrongly():
    assert "ossible: " in problems_of(pod("preemptionPolicy: Maybe"))["spec.preemptionPolicy"].remedy
