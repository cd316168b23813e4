"""One document as read, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from solver.scenario.problems import ABSENT, Path, Problem, path_text

if TYPE_CHECKING:
    from solver.scenario.documents.source import Extent, Source


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A mapping with ``kind`` and ``apiVersion``, both as written, empty where they are no texts.

    ``index`` counts the documents of the file from 1; ``prefix`` leads from there to an item of a list object.
    YAML aliases share their values, so ``value`` is to be read only.
    """

    source: Source
    extent: Extent
    index: int
    value: dict[str, Any]
    prefix: Path = ()
    kind: str = field(init=False)
    api_version: str = field(init=False)

    def __post_init__(self) -> None:
        """Kind and apiVersion are asked for often."""
        object.__setattr__(self, "kind", _text(self.value, "kind"))
        object.__setattr__(self, "api_version", _text(self.value, "apiVersion"))

    @property
    def file(self) -> str:
        """The file's name as given on the command line or found in a folder."""
        return self.source.file

    @property
    def label(self) -> str:
        """What to call it: ``document 3 (Pod shop/front)``."""
        place = " ".join(filter(None, (f"document {self.index}", path_text(self.prefix))))
        metadata = self.value.get("metadata")
        names = [_text(metadata, key) for key in ("namespace", "name")] if isinstance(metadata, dict) else []
        identity = " ".join(filter(None, (self.kind, "/".join(filter(None, names)))))
        return f"{place} ({identity})" if identity else place

    @property
    def from_server(self) -> bool:
        """Whether an API server gave it out, so that nobody mistyped it: it has a ``metadata.uid``."""
        metadata = self.value.get("metadata")
        return isinstance(metadata, dict) and bool(metadata.get("uid"))

    def locate(self, path: Path) -> int:
        """The line of a key or item, counting from 1; of the nearest one above it where the path leads nowhere."""
        return self.source.line_of(self.extent, self.prefix + path)

    def problem(self, path: Path, message: str, remedy: str, value: object = ABSENT) -> Problem:
        """A problem of this document; the value is what stands at the path, unless given."""
        found = self._at(path) if value is ABSENT else value
        return Problem(self.file, self.label, path_text(path), found, message, remedy, self.locate(path))

    def _at(self, path: Path) -> object:
        value: Any = self.value
        for part in path:
            try:
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return ABSENT
        return value


def _text(mapping: dict[str, Any], key: str) -> str:
    text = mapping.get(key)
    return text if isinstance(text, str) else ""
