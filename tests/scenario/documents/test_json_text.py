from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.scenario.documents.faults import MAX_DEPTH
from tests.scenario.documents.reading import only_problem, read_all, read_text

THING = '{"apiVersion": "v1", "kind": "Thing", "it": %s}'


@pytest.mark.parametrize("between", ["", " ", "\n", "\r\n\t"])
def test_documents_may_follow_one_another_on_a_line_or_on_several(between):
    documents, problems = read_text(between.join(["", THING % 1, "null", THING % 2, ""]))
    assert problems == []
    assert [(document.index, document.value["it"]) for document in documents] == [(1, 1), (3, 2)]


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_are_refused(constant):
    assert f"{constant} is no JSON number" in only_problem(THING % constant).message


def test_a_key_given_twice_is_a_problem_with_its_path():
    problem = only_problem(THING % '[{"a": 1, "b": {"c": 1, "d": 2, "c": 3}}]')
    assert problem.path == "it[0].b.c"
    assert "twice" in problem.message


def test_a_mapping_dropped_with_its_repeated_key_is_not_mistaken_for_another():
    text = THING % ('{"a": {"x": 1, "x": 2}, "a": 0, "more": [' + ", ".join(['{"x": 1}'] * 1000) + "]}")
    assert only_problem(text).path == "it.a"


def test_a_character_cut_in_half_is_a_problem_wherever_it_stands():
    _, problems = read_text(THING % r'["\ud83d\ude00", "\ud83d", {"\ude00": 1}]')
    assert [problem.path for problem in problems] == ["it[1]", "it[2]"]


def deep(levels: int) -> str:
    """A document of this many levels, the root included."""
    return THING % ("[" * (levels - 1) + "]" * (levels - 1))


def test_nesting_is_followed_down_to_the_limit_and_no_further():
    assert read_text(deep(MAX_DEPTH))[1] == []
    assert "beyond" in only_problem(deep(MAX_DEPTH + 1)).message
    assert "beyond" in only_problem(deep(100_000)).message


def test_a_number_of_thousands_of_digits_is_refused():
    assert "digits" in only_problem(THING % ("1" * 5000)).message


def test_malformed_json_is_named_with_line_column_and_reason(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(THING % "\n[1 2]")
    documents, (problem,) = read_all(file)
    assert documents == []
    assert (problem.line, problem.column, problem.message) == (2, 4, "malformed JSON: expecting ',' delimiter")


def test_documents_before_a_malformed_one_are_read(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(THING % 1 + THING)
    documents, problems = read_all(file)
    assert len(documents) == len(problems) == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    ),
    st.sampled_from([None, 0, 4]),
)
def test_what_a_json_writer_writes_is_read_back_as_it_was(value, indent):
    documents, problems = read_text(json.dumps({"apiVersion": "v1", "kind": "Thing", "it": value}, indent=indent))
    assert problems == []
    assert documents[0].value["it"] == value
