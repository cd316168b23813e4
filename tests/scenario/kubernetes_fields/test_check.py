from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.scenario.documents import read
from solver.scenario.kubernetes_fields import Verdict, check
from solver.scenario.kubernetes_fields.kinds import OLDER
from solver.scenario.kubernetes_fields.table import Form, Many, table
from solver.scenario.problems import Notices, Problems

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: web
    resources: {requests: {cpu: 1, memory: 1.5Gi}}
    ports: [{containerPort: 80}]
"""
OF_JSON = {str: "a", int: 1, float: 0.5, bool: True, type(None): None, dict: {}, list: []}


def judge(text: str) -> tuple[Verdict, list[str], list[str]]:
    """The verdict on one document; the problems without their place, and the notices."""
    problems, notices = Problems(), Notices()
    (document,) = read(["-"], problems, stdin=io.BytesIO(text.encode()))
    verdict = check(document, problems, notices)
    return verdict, [f"{found.path}: {found.message}; {found.remedy}" for found in problems], [str(n) for n in notices]


def problem_with(text: str) -> str:
    verdict, (problem,), _ = judge(text)
    assert verdict is Verdict.WRONG
    return problem


def test_an_object_as_the_api_has_it_is_taken_without_a_word():
    assert judge(POD) == (Verdict.NATIVE, [], [])


@pytest.mark.parametrize("kind", sorted(table().api_versions))
def test_every_kind_is_taken_in_its_current_version(kind):
    assert judge(f"apiVersion: {table().api_versions[kind]}\nkind: {kind}\nmetadata: {{name: a}}") == (
        Verdict.NATIVE,
        [],
        [],
    )


def test_a_mistyped_key_is_a_problem_with_its_path_and_the_nearest_name():
    assert problem_with(POD.replace("containerPort", "containrPort")) == (
        "spec.containers[0].ports[0].containrPort: ContainerPort of Kubernetes v1.34 has no such key;"
        " did you mean containerPort?"
    )


def test_a_key_that_belongs_elsewhere_is_told_where():
    assert problem_with(POD + "    nodeSelector: {a: b}\n").endswith(
        "Container of Kubernetes v1.34 has no such key; it is a key of PodSpec, check the indentation"
    )


def test_a_key_that_belongs_nowhere_is_to_be_removed():
    assert problem_with(POD + "zzz: 1").endswith("remove it")


def test_all_problems_of_an_object_are_found():
    _, problems, _ = judge(POD.replace("name: web, labels", "name: 7, lables").replace("cpu: 1", "cpu: [1]"))
    assert [problem.partition(":")[0] for problem in problems] == [
        "metadata.name",
        "metadata.lables",
        "spec.containers[0].resources.requests.cpu",
    ]


def test_unknown_keys_from_a_server_are_counted_in_one_notice():
    text = POD.replace("name: web, labels", "uid: x, name: web, labels").replace(
        "- name: web\n", "- name: web\n    new: 1\n"
    )
    text += "  - name: more\n    new: 2\n"
    assert judge(text) == (
        Verdict.NATIVE,
        [],
        ["standard input: Pod: spec.containers.new is unknown to Kubernetes v1.34 and left out (2 times)"],
    )


def test_a_value_of_the_wrong_type_is_a_problem_wherever_it_comes_from():
    assert judge("apiVersion: v1\nkind: Pod\nmetadata: {uid: x}\nspec: text")[0] is Verdict.WRONG


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("app: web}", "app: 1.0}", "metadata.labels.app: a text is needed; put the value in quotes"),
        ("app: web}", "app: yes}", "metadata.labels.app: a text is needed; put the value in quotes"),
        (
            "labels: {app: web}",
            "labels: [a]",
            "metadata.labels: a mapping is needed; check the indentation and the dashes",
        ),
        ("containerPort: 80", 'containerPort: "80"', "a whole number is needed; write the value without quotes"),
        ("containerPort: 80", "containerPort: 80.5", "a whole number is needed; check"),
        ("containerPort: 80", "containerPort: true", "a whole number is needed; check"),
        ("ports: [{containerPort: 80}]", "ports: {containerPort: 80}", "ports: a list is needed; check"),
        ("ports: [{containerPort: 80}]", "ports: [80]", "ports[0]: a mapping is needed; check"),
        ("ports: [{containerPort: 80}]", "ports: [null]", "ports[0]: a mapping is needed; check"),
        ("ports: [{containerPort: 80}]", "args: [a, 1]", "args[1]: a text is needed; put the value in quotes"),
        ("ports: [{containerPort: 80}]", 'tty: "true"', "true or false is needed; write the value without quotes"),
        ("cpu: 1,", "cpu: true,", "requests.cpu: a quantity is needed; write an amount"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_with_what_to_do(before, after, problem):
    assert before in POD
    assert problem in problem_with(POD.replace(before, after))


@pytest.mark.parametrize("key", ["metadata", "spec", "status"])
def test_null_is_as_good_as_nothing(key):
    assert judge(f"apiVersion: v1\nkind: Pod\n{key}:\n") == (Verdict.NATIVE, [], [])
    assert judge("apiVersion: v1\nkind: Pod\nmetadata: {labels: {app: }, creationTimestamp: null}")[0] is Verdict.NATIVE


def test_ports_and_budgets_are_numbers_or_texts():
    for value in ("1", '"50%"'):
        text = f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nspec: {{minAvailable: {value}}}"
        assert judge(text) == (Verdict.NATIVE, [], [])


def test_what_a_server_keeps_about_managers_may_be_anything():
    assert judge(POD.replace("name: web, ", "managedFields: [{fieldsV1: {f:a: [1]}}], "))[0] is Verdict.NATIVE


@pytest.mark.parametrize(
    ("kind", "version"), [(kind, version) for kind, versions in OLDER.items() for version in versions]
)
def test_an_older_version_is_read_as_the_current_one_with_a_notice(kind, version):
    verdict, problems, (notice,) = judge(f"apiVersion: {version}\nkind: {kind}\n")
    assert (verdict, problems) == (Verdict.NATIVE, [])
    assert notice == f"standard input: {kind} of {version} is read as of {table().api_versions[kind]}"


@pytest.mark.parametrize("version", ["apps/v1", "v2", "V1", "core/v1"])
def test_a_version_that_a_kind_never_had_is_a_problem(version):
    assert "write v1" in problem_with(f"apiVersion: {version}\nkind: Pod")


def test_a_kind_in_the_wrong_case_is_a_problem():
    assert "did you mean ReplicaSet?" in problem_with("apiVersion: apps/v1\nkind: Replicaset")


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("v1", "ConfigMap"), ("serving.knative.dev/v1", "Service"), ("a.b/v1", "pod"), ("podsolver/v1alpha1", "Scenario")],
)
def test_other_kinds_are_left_alone_even_those_with_the_name_of_one_that_is_read(api_version, kind):
    assert judge(f"apiVersion: {api_version}\nkind: {kind}\nspec: {{any: thing}}") == (Verdict.FOREIGN, [], [])


def values_of(form: Form, depth: int) -> st.SearchStrategy[object]:
    element = (
        objects_of(form.element, depth)
        if form.nested
        else st.sampled_from(sorted(form.accepted, key=str)).map(OF_JSON.get)
    )
    if form.many is Many.LIST:
        return st.lists(element, max_size=2)
    return element if form.many is Many.ONE else st.dictionaries(st.sampled_from(["a", "b/c"]), element, max_size=2)


def objects_of(name: str, depth: int) -> st.SearchStrategy[dict[str, object]]:
    """Objects of a type, as the table has it, with a few keys of each."""
    forms = table().fields[name]
    usable = sorted(key for key, form in forms.items() if depth or not form.nested)
    some = st.lists(st.sampled_from(usable), unique=True, max_size=3) if usable else st.just([])
    return some.flatmap(lambda keys: st.fixed_dictionaries({key: values_of(forms[key], depth - 1) for key in keys}))


@given(st.data(), st.sampled_from(sorted(table().api_versions)))
def test_an_object_made_from_the_table_is_fine_until_a_key_is_added(data, kind):
    value = {
        **data.draw(objects_of(kind, 4)),
        "kind": kind,
        "apiVersion": table().api_versions[kind],
        "spec": {},
        "metadata": {},
    }
    if "spec" not in table().fields[kind]:
        del value["spec"]
    assert judge(json.dumps(value)) == (Verdict.NATIVE, [], [])
    target = value[data.draw(st.sampled_from(sorted({"spec", "metadata"} & value.keys())))]
    target["no such"] = 1
    assert judge(json.dumps(value))[1][0].partition(":")[0].endswith('["no such"]')


def test_the_table_is_complete_in_itself():
    named = {form.element for forms in table().fields.values() for form in forms.values() if form.nested}
    assert named < set(table().fields)
    assert set(table().api_versions) < set(table().fields)
