"""A place in a document: its value, the way to it, and where what is wrong with it is noted.

Readers walk a document with these and never stop at a defect: each is noted, a harmless value stands in, and the
reading goes on, so that all problems are shown at once. ``null`` is the same as absent, as everywhere in Kubernetes.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from solver.scenario.problems import ABSENT, Notices, Path, Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from solver.scenario.documents.document import Document

Choice = TypeVar("Choice", bound=StrEnum)

INT32 = 2**31 - 1


class Findings:
    """What reading brought up: problems, at most one of each place, and notices."""

    def __init__(self) -> None:
        self.problems = Problems()
        self.notices = Notices()
        self._places: set[tuple[str, str, str]] = set()
        self._seen = 0

    def note(self, document: Document, path: Path, message: str, remedy: str, value: object = ABSENT) -> None:
        """Note a problem of a document, unless there is one of the same place."""
        problem = document.problem(path, message, remedy, value)
        if _place(problem) not in self._noted():
            self.problems.add(problem)

    def _noted(self) -> set[tuple[str, str, str]]:
        """The places of all problems, those that others have added included."""
        self._places.update(_place(problem) for problem in islice(self.problems, self._seen, None))
        self._seen = len(self.problems)
        return self._places


def _place(problem: Problem) -> tuple[str, str, str]:
    return problem.file, problem.document, problem.path


@dataclass(slots=True, eq=False)
class Field:
    """One place in a document; ``value`` is None where there is nothing. Not frozen, to be made faster."""

    document: Document
    findings: Findings
    value: Any
    path: Path = ()

    @property
    def present(self) -> bool:
        """Whether anything stands here."""
        return self.value is not None

    def wrong(self, message: str, remedy: str) -> None:
        """Note what is wrong with the value here."""
        self.findings.note(self.document, self.path, message, remedy)

    def missing(self, key: str, remedy: str) -> None:
        """Note that a key is missing from the mapping here."""
        self.findings.note(self.document, (*self.path, key), "missing", remedy)

    def at(self, *keys: str) -> Field:
        """The place under a key of the mapping here, or under several in turn."""
        value = self.value
        for depth, key in enumerate(keys):
            if isinstance(value, dict):
                value = value.get(key)
            elif value is not None:
                value = Field(self.document, self.findings, value, self.path + keys[:depth]).mapping().get(key)
        return Field(self.document, self.findings, value, self.path + keys)

    def mapping(self) -> dict[str, Any]:
        """The value as a mapping; empty where it is absent or none."""
        if isinstance(self.value, dict):
            return self.value
        if self.value is not None:
            self.wrong("not a mapping", "write keys with values here")
        return {}

    def entries(self) -> Iterator[tuple[str, Field]]:
        """The keys of the mapping here, each with its place."""
        for key in self.mapping():
            yield key, self.at(key)

    def __iter__(self) -> Iterator[Field]:
        """The places of the items of the list here; of none where it is absent or no list."""
        if isinstance(self.value, list):
            for position, item in enumerate(self.value):
                yield Field(self.document, self.findings, item, (*self.path, position))
        elif self.value is not None:
            self.wrong("not a list", "write a list here, each item after a dash")

    def text(self, default: str = "") -> str:
        """The value as text."""
        if isinstance(self.value, str):
            return self.value
        if self.value is not None:
            self.wrong("not text", "put it in quotes")
        return default

    def required_text(self, remedy: str) -> str:
        """The value as text that must be there and not be empty."""
        text = self.text()
        if not text and (self.value is None or self.value == ""):
            self.wrong("missing" if self.value is None else "empty", remedy)
        return text

    def texts(self) -> tuple[str, ...]:
        """The value as a list of texts."""
        return tuple(item.text() for item in self)

    def labels(self) -> dict[str, str]:
        """The value as a mapping of texts to texts; an entry without a value is an empty text."""
        found = self.mapping()
        if all(isinstance(text, str) for text in found.values()):
            return found
        return {key: place.text() for key, place in self.entries()}

    def flag(self, default: bool = False) -> bool:
        """The value as a boolean."""
        if isinstance(self.value, bool):
            return self.value
        if self.value is not None:
            self.wrong("neither true nor false", "write true or false, without quotes")
        return default

    def integer(self, least: int = 0, most: int = INT32) -> int | None:
        """The value as a whole number within bounds; None where it is absent or none."""
        if self.value is None:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            self.wrong("not a whole number", "write digits, without quotes")
            return None
        if not least <= self.value <= most:
            self.wrong("out of range", f"write a number from {least} to {most}")
            return None
        return self.value

    def choice(self, choices: type[Choice]) -> Choice | None:
        """The value as one of a few words; None where it is absent, empty or none of them."""
        word = self.text()
        if not word:
            return None
        words = [choice.value for choice in choices]
        if word in words:
            return choices(word)
        self.wrong("not one of the possible values", one_of(word, words))
        return None

    def required_choice(self, choices: type[Choice]) -> Choice | None:
        """The value as one of a few words, one of which must be there."""
        if self.value in (None, ""):
            self.wrong("missing", f"write one of {', '.join(choices)}")
        return self.choice(choices)


def one_of(word: str, words: Iterable[str]) -> str:
    """A remedy that names the possible words, the nearest one first where one is near."""
    possible = list(words)
    near = nearest(word, possible)
    listed = ", ".join(possible)
    return f"did you mean {near[0]}? Possible: {listed}" if near else f"possible: {listed}"


def nearest(word: str, words: Iterable[str], most: int = 3) -> list[str]:
    """The words most like this one, upper and lower case being the same; none where nothing is near."""
    by_lower = {candidate.lower(): candidate for candidate in words}
    return [by_lower[lower] for lower in get_close_matches(word.lower(), by_lower, n=most)]
