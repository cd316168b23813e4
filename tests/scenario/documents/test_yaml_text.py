from __future__ import annotations

import pytest

from solver.scenario.documents import anchors
from solver.scenario.documents.faults import MAX_DEPTH
from tests.scenario.documents.reading import HEAD, only_problem, read_text, value_of


def nested(levels: int) -> str:
    """A document of this many levels, the root included."""
    return HEAD + "it: " + "[" * (levels - 1) + "]" * (levels - 1)


def test_documents_are_counted_as_they_stand_in_the_file_with_the_empty_ones_left_out():
    documents, problems = read_text(f"---\n# nothing\n---\n{HEAD}---\nnull\n---\n{HEAD}...\n")
    assert problems == []
    assert [document.index for document in documents] == [2, 4]


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n---\n", "~"])
def test_nothing_is_read_from_nothing(text):
    assert read_text(text) == ([], [])


def test_keys_that_are_numbers_or_booleans_become_the_texts_json_has_for_them():
    assert value_of("it: {1: a, yes: b, 2.5: c, 'no': d}") == {"1": "a", "true": "b", "2.5": "c", "no": "d"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("it: {null: 1}", "null cannot be a key"),
        ("it: {[a]: 1}", "a list cannot be a key"),
        ("it:\n  ? {a: b}\n  : 1", "a mapping cannot be a key"),
        ("it: {.nan: 1}", "infinity"),
    ],
)
def test_what_json_has_no_key_for_is_a_problem(text, message):
    assert message in only_problem(HEAD + text).message


def test_a_key_given_twice_is_a_problem_with_its_path_and_line():
    problem = only_problem(f"{HEAD}it:\n- a: {{b: 1}}\n  c: 2\n  a: 3\n")
    assert (problem.path, problem.line, problem.column) == ("it[0].a", 6, 3)
    assert "twice" in problem.message


def test_keys_that_only_json_makes_equal_are_given_twice_too():
    assert "twice" in only_problem(f"{HEAD}it: {{1: a, '1': b}}").message


def test_every_problem_of_a_file_is_found_and_not_only_the_first():
    _, problems = read_text(f"{HEAD}it: !!set {{a: !foo b}}\nmore: {{a: !!binary b, a: c}}\n---\n{HEAD}it: .inf\n")
    assert [problem.line for problem in problems] == [3, 3, 4, 4, 8]
    assert [problem.document for problem in problems] == ["document 1"] * 4 + ["document 2"]


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!binary", "!!set", "!!omap", "!mine", "!<x>"])
@pytest.mark.parametrize("value", ["abc", "[a]", "{a: b}"])
def test_tags_of_a_language_or_an_application_are_refused(tag, value):
    problem = only_problem(f"{HEAD}it: {tag} {value}")
    assert "tag" in problem.message
    assert problem.path == "it"


def test_a_key_with_a_foreign_tag_is_one_problem():
    assert "tag" in only_problem(f"{HEAD}it: {{!mine a: 1}}").message


def test_the_tags_of_lists_and_mappings_are_allowed():
    assert value_of("it: !!map {a: !!seq [1]}") == {"a": [1]}


def test_an_alias_stands_for_its_anchor():
    assert value_of("it: {a: &x {k: [1]}, b: *x, c: &y text, d: *y, &z e: *z}") == {
        "a": {"k": [1]},
        "b": {"k": [1]},
        "c": "text",
        "d": "text",
        "e": "e",
    }


def test_the_last_anchor_of_a_name_holds():
    assert value_of("it: [&x 1, *x, &x [2, 3], *x]") == [1, 1, [2, 3], [2, 3]]


def test_own_keys_win_over_merged_ones_and_earlier_merged_ones_over_later():
    text = "base: &base {a: 1, b: 1}\nmore: &more {b: 2, c: 2}\nit: {a: 0, <<: [*base, *more], d: 4}\n"
    assert value_of(text) == {"a": 0, "b": 1, "c": 2, "d": 4}


def test_a_quoted_merge_key_is_a_key():
    assert value_of("it: {'<<': {a: 1}}") == {"<<": {"a": 1}}


@pytest.mark.parametrize("merged", ["1", "[a]", "[{a: 1}, b]", "null"])
def test_only_mappings_can_be_merged(merged):
    assert "merges only mappings" in only_problem(f"{HEAD}it: {{<<: {merged}}}").message


def test_nesting_is_followed_down_to_the_limit_and_no_further():
    assert read_text(nested(MAX_DEPTH))[1] == []
    problem = only_problem(nested(MAX_DEPTH + 1))
    assert f"beyond {MAX_DEPTH} levels" in problem.message
    assert problem.line == 3


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 20_000, "? " * 50_000])
def test_bottomless_nesting_is_refused_without_falling_in(text):
    assert "beyond" in only_problem(HEAD + "it:\n  " + text).message


def test_nesting_by_aliases_counts_as_if_written_out():
    steps = "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, MAX_DEPTH + 1))
    assert "beyond" in only_problem(f"{HEAD}a0: &a0 []\n{steps}\n").message


def test_aliases_that_stand_for_billions_of_values_are_refused():
    bomb = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10))
    problem = only_problem(f"{HEAD}a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{bomb}\n")
    assert "aliases stand for more than" in problem.message


def test_the_values_behind_aliases_are_counted_over_all_documents_of_a_file(monkeypatch):
    monkeypatch.setattr(anchors, "MAX_ALIASED", 20)
    document = f"{HEAD}it: [&a [1, 2, 3, 4], *a, *a]\n"
    assert read_text(document + "---\n" + document)[1] == []
    assert "aliases" in only_problem("---\n".join([document] * 3)).message


def test_an_alias_within_its_own_anchor_is_refused():
    assert "within the value it stands for" in only_problem(f"{HEAD}it: &a [*a]").message


@pytest.mark.parametrize("text", [f"{HEAD}it: *a", f"{HEAD}it: &a 1\n---\n{HEAD}it: *a"])
def test_an_alias_needs_an_anchor_before_it_in_its_document(text):
    documents, (problem,) = read_text(text)
    assert "no anchor before it" in problem.message
    assert len(documents) == text.count("---")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: b: c\n", 3, "mapping values are not allowed"),
        ("it: [1, 2\n", 4, "expected ',' or ']'"),
        ("it:\n\t- tab\n", 4, "cannot start any token"),
        ("it: 'open\n", 4, "end of stream"),
        ("it: @x\n", 3, "cannot start any token"),
        ("it: [a]]\n", 3, "expected"),
    ],
)
def test_malformed_yaml_is_named_with_line_and_reason(text, line, reason):
    problem = only_problem(HEAD + text)
    assert reason in problem.message
    assert problem.line == line
    assert problem.column


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("it:\n\t- tab\n", "indent with spaces"),
        ("it: {{ .Values.it }}\n", "render the template"),
        ("it: a\n{{- if .Values.it }}\n", "render the template"),
        ("a: b: c\n", "correct the file"),
        ("it: {null: 1}\n", "write a text"),
    ],
)
def test_tabs_and_templates_are_recognised(text, remedy):
    assert remedy in only_problem(HEAD + text).remedy


def test_a_control_character_is_named_with_its_line():
    problem = only_problem(f"{HEAD}it: é\nmore: a\x08b\n")
    assert "control characters" in problem.message
    assert problem.line == 4


def test_documents_before_a_malformed_one_are_read():
    documents, problems = read_text(f"{HEAD}---\n{HEAD}it: ]\n")
    assert len(documents) == len(problems) == 1
