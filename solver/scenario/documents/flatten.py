"""From a parsed document to the objects in it: itself, or the items of a list object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.scenario.documents.document import Document
from solver.scenario.problems import ABSENT, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.scenario.documents.source import Parsed, Source
    from solver.scenario.problems import Problems

_LIST = "List"


def objects(source: Source, parsed: Parsed, problems: Problems) -> Iterator[Document]:
    """The objects of a document; each has a kind and an apiVersion."""
    if isinstance(parsed.value, dict):
        yield from _objects(Document(source, parsed.extent, parsed.index, parsed.value), problems)
    else:
        place = (source.file, f"document {parsed.index}", "")
        message, remedy = "a document is a mapping", "begin it with apiVersion and kind"
        problems.add(Problem(*place, parsed.value, message, remedy, parsed.extent.line + 1))


def _objects(document: Document, problems: Problems) -> Iterator[Document]:
    if _is_list(document):
        for item in _items(document, problems):
            yield from _objects(item, problems)
    elif _is_object(document, problems):
        yield document


def _is_list(document: Document) -> bool:
    """``kind: List``, or the list of one kind, such as ``PodList``; some kinds end in List without being one."""
    return document.kind == _LIST or (document.kind.endswith(_LIST) and "items" in document.value)


def _items(document: Document, problems: Problems) -> Iterator[Document]:
    items = document.value.get("items")
    if not isinstance(items, list | None):
        problems.add(document.problem(("items",), "the items of a list object are a list", "write one item per dash"))
        return
    for position, item in enumerate(items or ()):
        if isinstance(item, dict):
            yield _item(document, position, item)
        else:
            problems.add(
                document.problem(("items", position), "an item is a mapping", "begin it with apiVersion and kind")
            )


def _item(parent: Document, position: int, item: dict[str, Any]) -> Document:
    """The item as a document; within the list of one kind, an API server leaves kind and apiVersion to the list."""
    kind = parent.kind.removesuffix(_LIST)
    if kind and not item.keys() & {"kind", "apiVersion"}:
        item = {"apiVersion": parent.api_version, "kind": kind, **item}
    return Document(parent.source, parent.extent, parent.index, item, (*parent.prefix, "items", position))


def _is_object(document: Document, problems: Problems) -> bool:
    missing = [key for key in ("apiVersion", "kind") if not document.value.get(key)]
    if missing:
        message, remedy = f"the document has no {' and no '.join(missing)}", "add it, or leave out what is no object"
        problems.add(document.problem((), message, remedy, value=_summary(document)))
        return False
    wrong = [key for key in ("apiVersion", "kind") if not isinstance(document.value[key], str)]
    for key in wrong:
        problems.add(
            document.problem((key,), "a text is needed", "write the kind and its version as the API names them")
        )
    return not wrong


def _summary(document: Document) -> object:
    return sorted(document.value) or ABSENT
