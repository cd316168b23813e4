from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.errors import InputError
from solver.scenario.problems import ABSENT, Notice, Notices, Problem, Problems, path_text, shown


def problem(**changes: object) -> Problem:
    parts: dict[str, object] = {
        "file": "a.yaml",
        "document": "document 2 (Pod x/web)",
        "path": "spec.hostname",
        "value": 7,
        "message": "a text is needed",
        "remedy": 'write "7"',
        **changes,
    }
    return Problem(**parts)  # type: ignore[arg-type]


def test_a_problem_says_where_what_why_and_what_to_do():
    assert str(problem(line=12)) == ('a.yaml:12, document 2 (Pod x/web): spec.hostname: 7\na text is needed; write "7"')


def test_a_problem_of_a_whole_file_names_only_the_file():
    text = str(problem(document="", path="", value=ABSENT, message="no such file", remedy=""))
    assert text == "a.yaml\nno such file"


def test_a_null_is_shown_and_an_absent_value_is_not():
    assert "spec.hostname: null\n" in str(problem(value=None))
    assert "spec.hostname\n" in str(problem(value=ABSENT))


def test_all_problems_are_raised_at_once_in_the_order_found():
    problems = Problems()
    problems.raise_if_any()
    first, second = problem(), problem(line=3)
    problems.add(first)
    problems.add(second)
    with pytest.raises(InputError) as caught:
        problems.raise_if_any()
    assert caught.value.problems == (first, second) == tuple(problems)
    assert len(problems) == 2


def test_equal_notices_of_a_file_are_counted_and_said_once():
    notices = Notices()
    for text, file in [("left out", "a"), ("assumed", ""), ("left out", "a"), ("left out", "b")]:
        notices.add(text, file)
    assert list(notices) == [Notice("left out", "a", 2), Notice("assumed"), Notice("left out", "b")]
    assert [str(notice) for notice in notices] == ["a: left out (2 times)", "assumed", "b: left out"]
    assert len(notices) == 3


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("spec", "containers", 0, "image"), "spec.containers[0].image"),
        (("metadata", "labels", "app.kubernetes.io/name"), 'metadata.labels["app.kubernetes.io/name"]'),
        (("items", 3, "a b"), 'items[3]["a b"]'),
    ],
)
def test_a_path_reads_as_people_write_it(path, text):
    assert path_text(path) == text


@given(st.one_of(st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.integers())))
def test_whatever_is_shown_fits_one_terminal_line(value):
    text = shown(value)
    assert len(text) <= 60
    assert text.isprintable()


def test_a_long_value_is_cut_visibly():
    assert shown("x" * 100).endswith("x…")
