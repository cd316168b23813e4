"""Defects and remarks found while reading: collected, so that all of them are shown at once.

A ``Problem`` is an error of the input: nothing is solved while there is one. A ``Notice`` is something left out or
assumed that the reader should know of.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from solver.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Path = tuple[str | int, ...]
"""Keys and list positions from the root of a document to a value."""


class Absent(Enum):
    """Stands for the value of a problem that has none: a missing key, a file that cannot be read."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT

_PLAIN_KEY = re.compile(r"[\w-]+")
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One defect: where it is, what stands there, what is wrong with it and what to do.

    ``document`` names the document within the file and ``path`` leads to the key; both are empty for a file as a whole.
    Lines and columns count from 1 and are None where nobody knows them.
    """

    file: str
    document: str
    path: str
    value: object
    message: str
    remedy: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return f"{self._place()}\n{self.message}; {self.remedy}" if self.remedy else f"{self._place()}\n{self.message}"

    def _place(self) -> str:
        position = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        place = f"{position}, {self.document}" if self.document else position
        target = f"{place}: {self.path}" if self.path else place
        return target if self.value is ABSENT else f"{target}: {shown(self.value)}"


class Problems:
    """Collects the problems of an input, in the order found."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Note one more."""
        self._found.append(problem)

    def raise_if_any(self) -> None:
        """End the reading if there was any problem.

        Raises:
            InputError: with all the problems.
        """
        if self._found:
            raise InputError(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark on the input, said once however often it applies; ``file`` is empty for the input as a whole."""

    text: str
    file: str = ""
    count: int = 1

    def __str__(self) -> str:
        text = f"{self.file}: {self.text}" if self.file else self.text
        return text if self.count == 1 else f"{text} ({self.count:,} times)"


class Notices:
    """Collects notices; equal ones of one file are counted and not repeated."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, text: str, file: str = "", count: int = 1) -> None:
        """Note a remark, once more if it is there already."""
        self._counts[text, file] += count

    def __len__(self) -> int:
        return len(self._counts)

    def __iter__(self) -> Iterator[Notice]:
        return (Notice(text, file, count) for (text, file), count in self._counts.items())


def path_text(path: Iterable[str | int]) -> str:
    """A path as people write it: ``spec.containers[0].image``, ``metadata.labels["app.kubernetes.io/name"]``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            text += f".{part}"
        else:
            text += f"[{shown(part)}]"
    return text.removeprefix(".")


def shown(value: object) -> str:
    """A value as JSON on one line, cut where it is long; never more than a terminal line, never a control character."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    # JSON leaves the control characters above ASCII as they are.
    text = "".join(character if character.isprintable() else repr(character)[1:-1] for character in text[: _WIDEST + 1])
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
