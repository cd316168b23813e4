"""How reading goes wrong: with one value, or altogether."""

from __future__ import annotations

MAX_DEPTH = 100
"""Levels of mappings and lists within one another; Kubernetes objects have about 20, and far more breaks any reader."""


class MeaninglessError(Exception):
    """A value that has no place in a document; the reading goes on after it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UnreadableError(Exception):
    """A file or text that cannot be read any further; line and column count from 1."""

    def __init__(self, message: str, remedy: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.line = line
        self.column = column


def too_deep(line: int | None = None, column: int | None = None) -> UnreadableError:
    """The refusal of a text that nests beyond ``MAX_DEPTH``."""
    return UnreadableError(f"nested beyond {MAX_DEPTH} levels", "no Kubernetes object is that deep", line, column)
