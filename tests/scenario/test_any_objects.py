"""However objects are spoiled, the answer is a scenario or the list of problems, never anything else."""

from __future__ import annotations

import copy
import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.errors import InputError
from solver.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYTHING = list(yaml.safe_load_all(Path(__file__).with_name("everything.yaml").read_text()))
JUNK: list[Any] = [
    *(None, True, 0, -1, 2**31, 2**63, 2**70, 1e300, 0.5),
    *("", "x", "a/b", "-1", "1e400", "%", "Exists", "In", "\u0000", "é" * 300, "node-1", "../x", "2026-99-99"),
    *([], {}, [[]], {"a": 1}, [None], ["x"], {"x": {}}, [{}]),
]
Keys = tuple[str | int, ...]


def places(value: Any, path: Keys = ()) -> Iterator[Keys]:
    """The ways to all values within a value."""
    entries: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*path, key)
        yield from places(inner, (*path, key))


PLACES = [(number, *path) for number, document in enumerate(EVERYTHING) for path in places(document)]


def load(documents: list[Any]) -> None:
    """Load documents, through JSON as it is the faster text."""
    text = "\n---\n".join(json.dumps(document) for document in documents)
    try:
        load_scenario("-", stdin=BytesIO(text.encode()))
    except InputError as error:
        assert error.problems
        assert all(str(problem) for problem in error.problems)


def parent_of(documents: list[Any], path: Keys) -> Any:
    value: Any = documents
    for key in path[:-1]:
        value = value[key]
    return value


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(JUNK)), min_size=1, max_size=3))
def test_values_replaced_by_junk(spoiled):
    documents = copy.deepcopy(EVERYTHING)
    for path, junk in spoiled:
        try:
            parent_of(documents, path)[path[-1]] = copy.deepcopy(junk)
        except (LookupError, TypeError):
            continue  # An earlier piece of junk stands in the way.
    load(documents)


@settings(max_examples=75)
@given(st.sampled_from(PLACES), st.sampled_from(["name", "spec", "operator", "values", "x"]))
def test_values_removed_or_under_another_key(path, other):
    documents = copy.deepcopy(EVERYTHING)
    parent = parent_of(documents, path)
    removed = parent.pop(path[-1])
    load(documents)
    if isinstance(parent, dict):
        parent[other] = removed
        load(documents)


@settings(max_examples=25)
@given(st.permutations(range(len(EVERYTHING))))
def test_objects_load_in_any_order(order):
    load_scenario("-", stdin=BytesIO("\n---\n".join(json.dumps(EVERYTHING[number]) for number in order).encode()))
