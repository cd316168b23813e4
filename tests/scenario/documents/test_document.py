from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from solver.scenario.problems import ABSENT
from tests.scenario.documents.reading import HEAD, read_text

keys = st.text("abcdef", min_size=1, max_size=3)
values = st.recursive(
    st.integers(0, 9) | st.text("xyz ", min_size=1, max_size=5),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(keys, inner, min_size=1, max_size=3),
    max_leaves=12,
)


def key_paths(value, path=()):
    """The paths of all mapping keys within a value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in entries:
        if isinstance(step, str):
            yield (*path, step)
        yield from key_paths(inner, (*path, step))


@given(st.lists(st.dictionaries(keys, values, min_size=1), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_the_line_of_a_key_is_the_line_it_stands_on(contents, as_list, as_json):
    objects = [{"apiVersion": "v1", "kind": "Thing", **content} for content in contents]
    roots = [{"apiVersion": "v1", "kind": "List", "items": objects}] if as_list else objects
    write = (
        (lambda root: json.dumps(root, indent=2)) if as_json else (lambda root: yaml.safe_dump(root, sort_keys=False))
    )
    text = "\n\n" + "\n---\n".join(write(root) for root in roots)
    documents, problems = read_text(text)
    assert problems == []
    lines = text.split("\n")
    places = [(document.locate(path), path[-1]) for document in documents for path in key_paths(document.value)]
    for line, key in places:
        assert lines[line - 1].strip(' -"').startswith((f"{key}:", f'{key}":'))
    assert len({line for line, _ in places}) == len(places)  # both writers begin a line for every key


def test_a_path_that_leads_nowhere_has_the_line_of_the_nearest_place_above():
    documents, _ = read_text(f"# comment\n{HEAD}it:\n  a:\n  - b\n  - &x {{c: d}}\n  e: *x\n")
    locate = documents[0].locate
    assert locate(("it", "a", 1, "c")) == 7
    assert locate(("it", "a", 5)) == 5
    assert locate(("it", "missing", "c")) == 4
    assert locate(("it", "e", "c")) == 8
    assert locate(("it", 0)) == 4
    assert locate(()) == 2


def test_an_item_that_no_list_has_is_located_at_the_list_or_the_document():
    documents, _ = read_text(
        f"apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: A}}\n---\n{HEAD}items: a\n---\n{HEAD}"
    )
    assert [document.source.line_of(document.extent, ("items", 7)) for document in documents] == [3, 8, 10]
    assert documents[0].source.line_of(documents[0].extent, ("items", "x")) == 3


@pytest.mark.parametrize("as_list", [True, False])
def test_json_that_is_no_yaml_is_located_as_far_as_it_reads_alike(as_list):
    text = '{"apiVersion": "v1",\n"kind": "Thing",\n"a": {\n"b": "\\ud83d\\ude00",\n"c": 1}}'
    documents, problems = read_text(f'{{"apiVersion": "v1", "kind": "List", "items": [{text}]}}' if as_list else text)
    assert problems == []
    assert documents[0].locate(("a", "b")) == 4
    assert documents[0].locate(("a", "c")) == 3


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (HEAD, "document 1 (Thing)"),
        (f"{HEAD}metadata: {{name: web, namespace: shop}}", "document 1 (Thing shop/web)"),
        (f"{HEAD}metadata: {{name: web}}", "document 1 (Thing web)"),
        (f"{HEAD}metadata: {{name: 7}}", "document 1 (Thing)"),
        (f"{HEAD}metadata: text", "document 1 (Thing)"),
        ("apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: A}]", "document 1 items[0] (A)"),
    ],
)
def test_a_document_is_called_by_its_place_and_its_name(text, label):
    assert read_text(text)[0][0].label == label


@pytest.mark.parametrize(
    ("metadata", "from_server"),
    [("{uid: abc}", True), ("{uid: ''}", False), ("{}", False), ("", False), ("[uid]", False)],
)
def test_only_a_server_gives_out_uids(metadata, from_server):
    assert read_text(f"{HEAD}metadata: {metadata}")[0][0].from_server is from_server


def test_a_problem_of_a_document_shows_what_stands_at_its_path():
    documents, _ = read_text(f"{HEAD}it: [{{a: null}}, 5]\n")
    problem = documents[0].problem
    assert problem(("it", 1), "m", "r").value == 5
    assert problem(("it", 0, "a"), "m", "r").value is None
    assert problem(("it", 0, "b"), "m", "r").value is ABSENT
    assert problem(("it", 1, "b"), "m", "r").value is ABSENT
    assert problem(("it", 1), "m", "r", value="other").value == "other"


def test_a_problem_of_an_item_counts_its_path_from_the_item():
    documents, _ = read_text("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: A\n  it:\n  - 1\n")
    problem = documents[0].problem(("it", 0), "wrong", "right it")
    assert str(problem) == "standard input:7, document 1 items[0] (A): it[0]: 1\nwrong; right it"
