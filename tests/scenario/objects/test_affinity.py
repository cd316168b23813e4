from __future__ import annotations

import pytest

from solver.cluster.labels import LabelSelector
from tests.scenario.loading import pod, problems_of, read_pod

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def node_affinity(terms: str = "", preferred: str = "") -> str:
    required = f"{REQUIRED}: {{nodeSelectorTerms: [{terms}]}}, " if terms else ""
    return f"affinity: {{nodeAffinity: {{{required}{PREFERRED}: [{preferred}]}}}}"


def pod_term(fields: str) -> str:
    return f"affinity: {{podAffinity: {{{REQUIRED}: [{{topologyKey: zone{', ' if fields else ''}{fields}}}]}}}}"


@pytest.mark.parametrize(
    ("terms", "labels", "allowed"),
    [
        ("{matchExpressions: [{key: cores, operator: Gt, values: ['3']}]}", {"cores": "4"}, True),
        ("{matchExpressions: [{key: cores, operator: Gt, values: ['3']}]}", {"cores": "3"}, False),
        ("{matchExpressions: [{key: cores, operator: Gt, values: ['3']}]}", {"cores": "0" * 5000 + "4"}, True),
        ("{matchExpressions: [{key: cores, operator: Gt, values: ['3']}]}", {"cores": "4" * 5000}, False),
        ("{matchExpressions: [{key: cores, operator: Lt, values: ['3']}]}", {"cores": "many"}, False),
        (
            "{matchExpressions: [{key: disk, operator: Exists}]}, {matchExpressions: [{key: gpu, operator: Exists}]}",
            {"gpu": ""},
            True,
        ),
        ("{matchExpressions: [{key: disk, operator: Exists}, {key: gpu, operator: Exists}]}", {"gpu": ""}, False),
        ("{matchFields: [{key: metadata.name, operator: In, values: [node-1]}]}", {}, True),
        ("{matchFields: [{key: metadata.name, operator: NotIn, values: [node-1]}]}", {}, False),
        ("{}", {}, False),
    ],
)
def test_one_term_must_hold_with_all_its_conditions(terms, labels, allowed):
    assert read_pod(node_affinity(terms)).spec.node_affinity.allows("node-1", labels) is allowed


def test_without_a_required_part_every_node_is_allowed():
    preferred = "{weight: 5, preference: {matchExpressions: [{key: disk, operator: Exists}]}}"
    affinity = read_pod(node_affinity(preferred=preferred)).spec.node_affinity
    assert affinity.allows("anywhere", {})
    assert [term.weight for term in affinity.preferred] == [5]


@pytest.mark.parametrize(
    ("fields", "namespace", "covered"),
    [
        ("", "default", True),
        ("", "shop", False),
        ("namespaces: [shop]", "shop", True),
        ("namespaces: [shop]", "default", False),
        ("namespaceSelector: {}", "anything", True),
        ("namespaceSelector: {matchLabels: {team: a}}", "default", False),
        ("namespaces: [shop], namespaceSelector: {matchLabels: {team: a}}", "of-team-a", True),
        ("namespaces: [shop], namespaceSelector: {matchLabels: {team: a}}", "shop", True),
    ],
)
def test_namespaces_and_their_selector_add_up_and_the_pods_own_stands_in_for_both(fields, namespace, covered):
    term = read_pod(pod_term(fields)).spec.affinity.required[0]
    assert term.covers_namespace(namespace, {"of-team-a": {"team": "a"}}) is covered


def test_label_keys_are_merged_into_the_selector_of_a_term():
    fields = "labelSelector: {}, matchLabelKeys: [rev], mismatchLabelKeys: [tenant]"
    term = read_pod(pod_term(fields), metadata="labels: {rev: r1, tenant: t1}").spec.affinity.required[0]
    assert term.selector is not None
    assert term.selector.matches({"rev": "r1", "tenant": "t2"})
    assert not term.selector.matches({"rev": "r1", "tenant": "t1"})
    assert read_pod(pod_term("labelSelector: {}")).spec.affinity.required[0].selector == LabelSelector()


@pytest.mark.parametrize(
    ("spec", "path", "words"),
    [
        (
            node_affinity(preferred="{weight: 0, preference: {}}"),
            f"nodeAffinity.{PREFERRED}[0].weight",
            "from 1 to 100",
        ),
        (node_affinity(preferred="{preference: {}}"), f"nodeAffinity.{PREFERRED}[0].weight", "missing"),
        (
            node_affinity("{matchFields: [{key: metadata.uid, operator: In, values: [a]}]}"),
            f"nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchFields[0].key",
            "use metadata.name",
        ),
        (
            node_affinity("{matchFields: [{key: metadata.name, operator: In, values: [a, b]}]}"),
            f"nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchFields[0].values",
            "exactly one value",
        ),
        (
            node_affinity("{matchFields: [{key: metadata.name, operator: Exists}]}"),
            f"nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchFields[0].operator",
            "possible: In, NotIn",
        ),
        (
            node_affinity("{matchExpressions: [{key: a, operator: Gt, values: ['1', '2']}]}"),
            f"nodeAffinity.{REQUIRED}.nodeSelectorTerms[0].matchExpressions[0].values",
            "exactly one value",
        ),
        (
            f"affinity: {{podAntiAffinity: {{{REQUIRED}: [{{labelSelector: {{}}}}]}}}}",
            f"podAntiAffinity.{REQUIRED}[0].topologyKey",
            "missing",
        ),
    ],
)
def test_terms_that_cannot_be_are_problems(spec, path, words):
    assert words in str(problems_of(pod(spec))[f"spec.affinity.{path}"])
