"""The documents of an input by kind: what is used, what is left out, and what is there twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.scenario.field import Field, Findings
from solver.scenario.kubernetes_fields import Verdict, check
from solver.scenario.objects.metadata import DEFAULT_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.scenario.documents.document import Document

_CLUSTER_WIDE = frozenset({"Node", "Namespace", "PriorityClass", "PersistentVolume", "StorageClass", "CSINode"})


@dataclass(frozen=True, slots=True)
class Inventory:
    """Documents in the order of the input, with those of one kind at hand."""

    documents: tuple[Document, ...]
    findings: Findings
    by_kind: dict[str, list[Document]]

    def roots(self, *kinds: str) -> list[Field]:
        """The objects of these kinds, kind by kind."""
        return [self.root(document) for kind in kinds for document in self.by_kind.get(kind, ())]

    def root(self, document: Document) -> Field:
        """The whole of a document."""
        return Field(document, self.findings, document.value)


def take_stock(documents: Sequence[Document], findings: Findings) -> Inventory:
    """Check the documents and sort them by kind.

    Keys and types that Kubernetes does not have, and objects that are there twice, are problems; kinds that play no
    part are counted in one notice.
    """
    verdicts = [check(document, findings.problems, findings.notices) for document in documents]
    used = [document for document, verdict in zip(documents, verdicts, strict=True) if verdict is not Verdict.FOREIGN]
    by_kind: dict[str, list[Document]] = defaultdict(list)
    for document in used:
        by_kind[document.kind].append(document)
    _check_twins(used, findings)
    _count_unused(
        (document for document, verdict in zip(documents, verdicts, strict=True) if verdict is Verdict.FOREIGN),
        findings,
    )
    return Inventory(tuple(used), findings, dict(by_kind))


def _check_twins(documents: Iterable[Document], findings: Findings) -> None:
    seen: dict[tuple[str, str, str], Document] = {}
    for document in documents:
        metadata = document.value.get("metadata")
        if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
            continue
        cluster_wide = document.kind in _CLUSTER_WIDE
        namespace = "" if cluster_wide else str(metadata.get("namespace") or DEFAULT_NAMESPACE)
        key = (document.kind, namespace, metadata["name"])
        first = seen.setdefault(key, document)
        if first is not document:
            place = f"{first.file}, {first.label}" if first.file != document.file else first.label
            findings.note(
                document,
                ("metadata", "name"),
                f"the same {document.kind} is there twice, first as {place}",
                "rename one or remove it",
            )


def _count_unused(documents: Iterable[Document], findings: Findings) -> None:
    unused = Counter(document.kind for document in documents)
    if unused:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(unused.items()))
        findings.notices.add(f"kinds that play no part in placement here are left out: {kinds}")
