from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from solver.scenario.documents.faults import MeaninglessError
from solver.scenario.documents.scalars import key_text, resolve, tagged
from tests.scenario.documents.reading import HEAD, only_problem, read_text, value_of


@pytest.mark.parametrize("text", ["yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"])
def test_yaml_1_1_has_many_words_for_true(text):
    assert resolve(text) is True


@pytest.mark.parametrize("text", ["no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"])
def test_yaml_1_1_has_many_words_for_false(text):
    assert resolve(text) is False


@pytest.mark.parametrize("text", ["y", "Y", "n", "N"])
def test_single_letters_are_text_as_other_writers_leave_them_unquoted(text):
    assert resolve(text) == text
    assert value_of(yaml.safe_dump({"it": text})) == text


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null_has_a_few_words(text):
    assert resolve(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-17", -17),
        ("+5", 5),
        ("1_000", 1000),
        ("010", 8),
        ("-010", -8),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0x10", -16),
        ("0b101", 5),
        ("18446744073709551615", 2**64 - 1),
    ],
)
def test_whole_numbers_have_the_bases_of_yaml_1_1(text, number):
    assert resolve(text) == number
    assert type(resolve(text)) is int


@pytest.mark.parametrize(("text", "number"), [("0.5", 0.5), (".5", 0.5), ("-1.5e-3", -0.0015), ("1_0.5", 10.5)])
def test_fractions_are_numbers(text, number):
    assert resolve(text) == number


@pytest.mark.parametrize(("text", "number"), [("1e3", 1000), ("2.0", 2), ("08", 8), ("1e10", 10**10), ("1.", 1)])
def test_a_number_without_fraction_is_whole_however_it_is_written(text, number):
    assert resolve(text) == number
    assert type(resolve(text)) is int


def test_a_number_beyond_64_bits_is_a_floating_point_number():
    assert resolve("1" + "0" * 20) == 1e20
    assert type(resolve("1" + "0" * 20)) is float


@pytest.mark.parametrize(
    "text",
    [
        *(
            "100m",
            "1.2.3",
            "1:30",
            "12:30:45",
            "2026-05-01",
            "2026-05-01T10:00:00Z",
            "0x",
            "0b2",
            "-",
            "+",
            ".",
            "..",
            "-a",
        ),
        *("yEs", "nUll", "tRUE", "_1", "1e", "1e999", "1" * 5000, "0x" + "f" * 17, ".5_0", "<<", "=", "é"),
    ],
)
def test_whatever_looks_only_somewhat_like_a_number_or_word_is_text(text):
    assert resolve(text) == text


@pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".nan", ".NaN"])
def test_infinity_and_not_a_number_have_no_place_in_an_object(text):
    problem = only_problem(f"{HEAD}it: {{deep: {text}}}\n")
    assert (problem.path, problem.value, problem.line) == ("it.deep", text, 3)
    assert "infinity" in problem.message


@given(
    st.sampled_from(["y", "on", "12", "0x1", "null", "", "1e3", "~", ".inf", "2026-01-01", "<<"]),
    st.sampled_from("'\""),
)
def test_quotes_make_text_of_everything(text, quote):
    assert value_of(f"it: {quote}{text}{quote}") == text


@given(st.text())
def test_every_text_has_a_meaning_or_a_reason_for_none(text):
    try:
        assert isinstance(resolve(text), str | int | float | bool | None)
    except MeaninglessError as error:
        assert error.message
        assert error.remedy


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_what_a_yaml_writer_quotes_and_tags_is_read_back_as_it_was(value):
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "Thing", "it": value}, default_style='"', allow_unicode=False)
    documents, problems = read_text(text)
    assert problems == []
    assert documents[0].value["it"] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!!str 12", "12"),
        ("!!int '12'", 12),
        ("!!float 12", 12),
        ("!!timestamp 2026-01-01", "2026-01-01"),
    ],
)
def test_the_tags_of_json_types_are_followed(text, value):
    assert value_of(f"it: {text}") == value


@pytest.mark.parametrize("text", ["!!int abc", "!!int true", "!!bool 1", "!!null x", "!!float off"])
def test_a_tag_that_its_text_does_not_follow_is_a_problem(text):
    assert "does not follow its tag" in only_problem(f"{HEAD}it: {text}\n").message


def test_foreign_tags_are_named_as_written():
    with pytest.raises(MeaninglessError, match="!!python/name"):
        tagged("tag:yaml.org,2002:python/name:os.system", "")


@pytest.mark.parametrize(("value", "key"), [("a", "a"), (True, "true"), (False, "false"), (12, "12"), (1.5, "1.5")])
def test_scalars_become_keys_as_in_json(value, key):
    assert key_text(value) == key
