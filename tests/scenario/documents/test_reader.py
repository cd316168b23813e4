from __future__ import annotations

import gc
import json

import pytest

from tests.scenario.documents.reading import HEAD, only_problem, read_all, read_text

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}


def test_one_malformed_file_hides_no_problem_of_another(tmp_path):
    for name, text in [("a.yaml", "a: ]"), ("b.json", "{"), ("c.yaml", "a: 1"), ("d.yaml", HEAD)]:
        (tmp_path / name).write_text(text)
    documents, problems = read_all(tmp_path, "missing")
    assert [problem.file.rpartition("/")[2] for problem in problems] == ["a.yaml", "b.json", "c.yaml", "missing"]
    assert len(documents) == 1


@pytest.mark.parametrize(
    ("text", "missing"), [("kind: Pod", "no apiVersion"), ("apiVersion: v1", "no kind"), ("a: 1", "no kind")]
)
def test_a_document_without_kind_or_api_version_is_a_problem(text, missing):
    assert missing in only_problem(text).message


@pytest.mark.parametrize("text", ["apiVersion: v1\nkind: [Pod]", "apiVersion: 1\nkind: Pod"])
def test_kind_and_api_version_are_texts(text):
    assert "text is needed" in only_problem(text).message


@pytest.mark.parametrize("root", ["[1]", "just text", "12", "- a\n- b", "'{}'"])
def test_a_document_that_is_no_mapping_is_a_problem(root):
    assert only_problem(f"{HEAD}--- {root}" if "\n" not in root else f"{HEAD}---\n{root}").document == "document 2"


def test_a_list_object_stands_for_its_items_wherever_it_occurs():
    inner = {"apiVersion": "v1", "kind": "List", "items": [POD, POD]}
    documents, problems = read_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [POD, inner]}))
    assert problems == []
    assert [document.prefix for document in documents] == [
        ("items", 0),
        ("items", 1, "items", 0),
        ("items", 1, "items", 1),
    ]
    assert all(document.value == POD for document in documents)


def test_items_of_a_list_of_one_kind_need_not_say_their_kind():
    documents, problems = read_text(
        json.dumps({"apiVersion": "apps/v1", "kind": "DeploymentList", "items": [{"spec": {}}]})
    )
    assert problems == []
    assert documents[0].value == {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {}}


def test_a_kind_that_only_ends_in_list_is_an_object():
    documents, _ = read_text(
        "apiVersion: example.com/v1\nkind: Allowlist\n---\napiVersion: example.com/v1\nkind: AllowList\n"
    )
    assert [document.kind for document in documents] == ["Allowlist", "AllowList"]


@pytest.mark.parametrize("items", ["", "[]", "null"])
def test_a_list_object_may_be_empty(items):
    assert read_text(f"apiVersion: v1\nkind: List\nitems: {items}") == ([], [])


@pytest.mark.parametrize(
    ("items", "path"),
    [("{}", "items"), ("text", "items"), ("[1]", "items[0]"), ("[{apiVersion: v1, kind: A}, null]", "items[1]")],
)
def test_the_items_of_a_list_object_are_a_list_of_mappings(items, path):
    assert only_problem(f"apiVersion: v1\nkind: List\nitems: {items}").path == path


def test_an_item_without_kind_is_a_problem_with_its_position():
    assert only_problem("apiVersion: v1\nkind: List\nitems:\n- {a: 1}\n").document == "document 1 items[0]"


def test_yaml_in_flow_style_is_no_malformed_json():
    documents, problems = read_text("{apiVersion: v1, kind: Thing}\n---\n{apiVersion: v1, 'kind': Thing,}\n")
    assert problems == []
    assert len(documents) == 2


def test_json_documents_may_be_separated_as_in_yaml():
    documents, problems = read_text(f"{json.dumps(POD)}\n---\n{json.dumps(POD)}\n")
    assert problems == []
    assert len(documents) == 2


def test_the_complaint_is_that_of_the_reading_that_got_further():
    assert "YAML" in only_problem("{apiVersion: v1, kind: Thing, it: {}").message
    assert "JSON" in only_problem('{"apiVersion": "v1",\n "kind": "Thing",\n "it": "\\ud83d\\ude00" 1}').message


def test_a_file_that_says_it_is_json_must_be(tmp_path):
    file = tmp_path / "a.json"
    file.write_text("{apiVersion: v1, kind: Thing}")
    _, (problem,) = read_all(file)
    assert "malformed JSON" in problem.message


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_afterwards_as_it_was_before(enabled, monkeypatch):
    was = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        read_text(HEAD)
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()
