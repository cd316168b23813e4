from __future__ import annotations

import pytest

from tests.scenario.loading import NODE, cluster_of, pod, problems_of


def budget(spec: str, status: str = "") -> str:
    return (
        f"{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: b}}, spec: {{{spec}}}"
        f"{', status: {' + status + '}' if status else ''}}}"
    )


def pods(bound: int, pending: int) -> list[str]:
    names = [("nodeName: node-1", f"b{number}") for number in range(bound)] + [
        ("", f"w{number}") for number in range(pending)
    ]
    return [pod(spec, name, metadata="labels: {app: web}") for spec, name in names]


WEB = "selector: {matchLabels: {app: web}}"


@pytest.mark.parametrize(
    ("spec", "bound", "pending", "allowed"),
    [
        ("minAvailable: 2", 3, 0, 1),
        ("minAvailable: 2", 1, 5, 0),
        ("minAvailable: 50%", 5, 0, 2),
        ("maxUnavailable: 1", 3, 0, 1),
        ("maxUnavailable: 1", 3, 1, 0),
        ("maxUnavailable: 30%", 4, 0, 2),
        ("maxUnavailable: 0", 4, 0, 0),
    ],
)
def test_a_budget_without_a_status_allows_what_the_controller_would_work_out(spec, bound, pending, allowed):
    manifests = [NODE, budget(f"{spec}, {WEB}"), *pods(bound, pending), pod("nodeName: node-1", "other")]
    assert cluster_of(*manifests).budgets[0].disruptions_allowed == allowed


def test_a_status_is_believed():
    found = cluster_of(
        budget(f"minAvailable: 1, {WEB}", "disruptionsAllowed: 7, disruptedPods: {p: '2026-01-01T00:00:00Z'}")
    )
    assert found.budgets[0].disruptions_allowed == 7
    assert found.budgets[0].disrupted == {"p"}


@pytest.mark.parametrize(
    ("spec", "key", "words"),
    [
        ("minAvailable: many", "minAvailable", "neither a number nor a percentage"),
        ("minAvailable: -1", "minAvailable", "out of range"),
        ("minAvailable: 1, maxUnavailable: 1", "maxUnavailable", "both"),
    ],
)
def test_budgets_that_cannot_be_are_problems(spec, key, words):
    assert words in str(problems_of(budget(f"{spec}, {WEB}"))[f"spec.{key}"])


def test_namespaces_carry_their_name_as_a_label_declared_or_not():
    shop = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}"
    found = cluster_of(shop, pod(metadata="namespace: other")).namespaces
    assert found["shop"] == {"team": "a", "kubernetes.io/metadata.name": "shop"}
    assert found["other"] == {"kubernetes.io/metadata.name": "other"}


def test_a_service_selects_by_labels_and_one_that_only_names_another_host_selects_nothing():
    services = cluster_of(
        "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}}}",
        "{apiVersion: v1, kind: Service, metadata: {name: out}, "
        "spec: {type: ExternalName, externalName: x, selector: {app: web}}}",
    ).services
    assert [service.selector for service in services] == [{"app": "web"}, {}]
