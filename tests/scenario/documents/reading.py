"""Reads texts the way a command does."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from solver.scenario.documents import Document, read
from solver.scenario.problems import Problem, Problems

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "apiVersion: v1\nkind: Thing\n"


def read_all(*inputs: str | Path, stdin: bytes = b"") -> tuple[list[Document], list[Problem]]:
    problems = Problems()
    return read(inputs, problems, stdin=io.BytesIO(stdin)), list(problems)


def read_text(text: str | bytes) -> tuple[list[Document], list[Problem]]:
    return read_all("-", stdin=text.encode() if isinstance(text, str) else text)


def value_of(text: str) -> Any:
    """The value of the key ``it`` in an object that has nothing wrong with it."""
    documents, problems = read_text(HEAD + text)
    assert problems == []
    return documents[0].value["it"]


def only_problem(text: str | bytes) -> Problem:
    _, (problem,) = read_text(text)
    return problem
