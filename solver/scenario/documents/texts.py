"""From names on the command line to texts: files, folders, standard input, compressed or not."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from solver.scenario.documents.faults import UnreadableError
from solver.scenario.documents.source import Source
from solver.scenario.problems import ABSENT, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from solver.scenario.problems import Problems

STDIN = "-"
STDIN_NAME = "standard input"
ENDINGS = (".yaml", ".yml", ".json")
MAX_BYTES = 2**30
"""A longer text is refused, decompressed ones above all; 100,000 pods as ``kubectl`` prints them are a third."""

_GZIP_MAGIC = b"\x1f\x8b"
_WIDE_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def standard_input() -> BinaryIO:
    """The process's own; where it is closed, nothing comes from it."""
    return io.BytesIO() if sys.stdin is None else sys.stdin.buffer


def texts(inputs: Sequence[str | Path], stdin: BinaryIO, problems: Problems) -> Iterator[Source]:
    """The texts of all inputs, in the order given; what cannot be read is a problem.

    A folder stands for its files ending in ``ENDINGS``, compressed (``.gz``) ones and those of folders in it included,
    in the order of their names; hidden ones are left out. Whatever is given twice is a problem.
    """
    seen: set[Path | str] = set()
    for given in inputs:
        try:
            if str(given) == STDIN:
                _check_once(STDIN, seen)
                yield Source(STDIN_NAME, _text(_bounded(stdin)))
                continue
            paths = _paths(given)
        except (UnreadableError, OSError, ValueError) as error:
            problems.add(_problem(STDIN_NAME if str(given) == STDIN else str(given) or '""', error))
            continue
        yield from _files(paths, seen, problems)


def _check_once(place: Path | str, seen: set[Path | str]) -> None:
    if place in seen:
        raise UnreadableError("given twice", "name it once")
    seen.add(place)


def _files(paths: Sequence[Path], seen: set[Path | str], problems: Problems) -> Iterator[Source]:
    for path in paths:
        try:
            _check_once(path.resolve(), seen)
            with path.open("rb") as file:
                text = _text(_bounded(file))
        except (UnreadableError, OSError) as error:
            problems.add(_problem(str(path), error))
        else:
            yield Source(str(path), text)


def _paths(given: str | Path) -> list[Path]:
    path = Path(given)
    if not str(given) or not path.exists():
        raise UnreadableError("there is no such file or folder", "check the name; - stands for standard input")
    if not path.is_dir():
        return [path]
    found = sorted(inner for inner in path.rglob("*") if _is_input(inner.relative_to(path)) and inner.is_file())
    if not found:
        raise UnreadableError(
            f"the folder has no file ending in {' '.join(ENDINGS)}, nor compressed", "name a folder that has"
        )
    return found


def _is_input(relative: Path) -> bool:
    hidden = any(part.startswith(".") for part in relative.parts)
    return not hidden and relative.name.lower().removesuffix(".gz").endswith(ENDINGS)


def _bounded(file: BinaryIO) -> bytes:
    content = _at_most(file, "larger than")
    if not content.startswith(_GZIP_MAGIC):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as unpacked:
            return _at_most(unpacked, "decompresses to more than")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableError(f"damaged compressed file: {error}", "compress it again with gzip") from None


def _at_most(file: BinaryIO | gzip.GzipFile, beyond: str) -> bytes:
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise UnreadableError(
            f"{beyond} {MAX_BYTES:,} bytes", "split it, or leave out what has no bearing on placement"
        )
    return content


def _text(content: bytes) -> str:
    if content.startswith(_WIDE_MARKS):
        raise UnreadableError("the text is UTF-16 or UTF-32", "save it as UTF-8")
    if b"\0" in content:
        raise UnreadableError("binary content", "give YAML or JSON as text")
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableError("the text is not UTF-8", "save it as UTF-8", line) from None


def _problem(file: str, error: UnreadableError | OSError | ValueError) -> Problem:
    if isinstance(error, UnreadableError):
        return Problem(file, "", "", ABSENT, error.message, error.remedy, error.line, error.column)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Problem(file, "", "", ABSENT, f"cannot be read: {reason}", "check the name and its permissions")
