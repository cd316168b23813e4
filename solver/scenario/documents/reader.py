"""All inputs of a command to one list of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.scenario.documents.faults import UnreadableError
from solver.scenario.documents.flatten import objects
from solver.scenario.documents.json_text import NotJSONError, parse_json
from solver.scenario.documents.texts import standard_input, texts
from solver.scenario.documents.yaml_text import parse_yaml
from solver.scenario.memory import no_garbage_collection
from solver.scenario.problems import ABSENT, Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from solver.scenario.documents.document import Document
    from solver.scenario.documents.source import Parsed, Source


def read(inputs: Sequence[str | Path], problems: Problems, stdin: BinaryIO | None = None) -> list[Document]:
    """The documents of all inputs in the order given, list objects replaced by their items, empty documents left out.

    Args:
        inputs: files, folders, or ``-`` for standard input; ``.gz`` is decompressed.
        problems: takes what is wrong; a malformed text ends the reading of its own file only.
        stdin: stands for standard input, the process's own unless given.
    """
    documents: list[Document] = []
    with no_garbage_collection():
        for source in texts(inputs, stdin or standard_input(), problems):
            for parsed in _parsed(source, problems):
                documents += objects(source, parsed, problems)
    return documents


def _parsed(source: Source, problems: Problems) -> Iterator[Parsed]:
    """The documents of a text; a ``.json`` file must be JSON, any other text may be either."""
    try:
        if not source.text.lstrip().startswith(("{", "[")):
            yield from parse_yaml(source, problems)
        elif source.file.lower().removesuffix(".gz").endswith(".json"):
            yield from parse_json(source, problems)
        else:
            yield from _json_or_yaml(source, problems)
    except UnreadableError as error:
        problems.add(Problem(source.file, "", "", ABSENT, error.message, error.remedy, error.line, error.column))


def _json_or_yaml(source: Source, problems: Problems) -> list[Parsed]:
    """A text that begins as JSON and flow-style YAML do; the complaint is that of the reading that got further."""
    found = Problems()
    try:
        parsed = list(parse_json(source, found))
    except NotJSONError as not_json:
        try:
            return list(parse_yaml(source, problems))
        except UnreadableError as not_yaml:
            raise max(not_yaml, not_json, key=lambda error: (error.line or 0, error.column or 0)) from None
    for problem in found:
        problems.add(problem)
    return parsed
