from __future__ import annotations

import pytest

from solver.cluster.labels import LabelSelector, Operator, Requirement, equals
from solver.scenario.objects.selectors import with_label_keys
from tests.scenario.loading import pod, problems_of, read_pod


def spread(selector: str = "", further: str = "") -> str:
    chosen = f"labelSelector: {selector}, " if selector else ""
    return (
        "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, "
        f"{chosen}{further}}}]"
    )


def selector_of(text: str) -> LabelSelector | None:
    return read_pod(spread(text)).spec.spread[0].selector


def test_an_absent_selector_matches_nothing_and_an_empty_one_everything():
    assert selector_of("") is None
    assert selector_of("{}") == LabelSelector()


def test_labels_and_expressions_must_all_hold():
    found = selector_of(
        "{matchLabels: {app: web}, matchExpressions: [{key: track, operator: NotIn, values: [canary]}]}"
    )
    assert found is not None
    assert found.matches({"app": "web"})
    assert not found.matches({"app": "web", "track": "canary"})
    assert not found.matches({"track": "stable"})


@pytest.mark.parametrize(
    ("expression", "labels", "matches"),
    [
        ("{key: a, operator: In, values: [x, z]}", {"a": "z"}, True),
        ("{key: a, operator: In, values: [x]}", {}, False),
        ("{key: a, operator: NotIn, values: [x]}", {}, True),
        ("{key: a, operator: Exists}", {"a": ""}, True),
        ("{key: a, operator: DoesNotExist}", {"a": ""}, False),
    ],
)
def test_each_operator_means_what_the_documentation_says(expression, labels, matches):
    found = selector_of(f"{{matchExpressions: [{expression}]}}")
    assert found is not None
    assert found.matches(labels) is matches


@pytest.mark.parametrize(
    ("expression", "key", "words"),
    [
        ("{key: a, operator: in, values: [x]}", "operator", "did you mean In"),
        ("{key: a, operator: Gt, values: ['1']}", "operator", "possible: In, NotIn, Exists, DoesNotExist"),
        ("{key: a, values: [x]}", "operator", "missing"),
        ("{key: a, operator: In}", "values", "without values"),
        ("{key: a, operator: Exists, values: [x]}", "values", "takes no values"),
        ("{operator: Exists}", "key", "missing"),
    ],
)
def test_requirements_that_cannot_be_are_problems(expression, key, words):
    found = problems_of(pod(spread(f"{{matchExpressions: [{expression}]}}")))
    assert words in str(found[f"spec.topologySpreadConstraints[0].labelSelector.matchExpressions[0].{key}"])


def test_match_label_keys_add_the_pods_own_values_and_pass_over_keys_it_lacks():
    merged = with_label_keys(equals({"app": "web"}), {"app": "web", "rev": "2"}, ["rev", "other"], ["app"])
    assert merged == equals({"app": "web"}).narrowed(
        Requirement("rev", Operator.IN, frozenset({"2"})), Requirement("app", Operator.NOT_IN, frozenset({"web"}))
    )
    assert with_label_keys(None, {"rev": "2"}, ["rev"]) is None, "a nil selector stays nil"


def test_match_label_keys_of_spreading_are_merged_for_bound_and_pending_pods_alike():
    found = read_pod(
        spread("{matchLabels: {app: web}}", "matchLabelKeys: [rev]"), metadata="labels: {app: web, rev: r1}"
    )
    selector = found.spec.spread[0].selector
    assert selector is not None
    assert selector.matches({"app": "web", "rev": "r1"})
    assert not selector.matches({"app": "web", "rev": "r0"})
