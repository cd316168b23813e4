"""One document against the API: its kind, its apiVersion, its keys, the types of its values."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from solver.scenario.kubernetes_fields.faults import Fault, faults_of
from solver.scenario.kubernetes_fields.kinds import OLDER, current, is_of_kubernetes, meant
from solver.scenario.kubernetes_fields.table import table

if TYPE_CHECKING:
    from solver.scenario.documents.document import Document
    from solver.scenario.problems import Notices, Problems


class Verdict(Enum):
    """What a document turned out to be."""

    NATIVE = "an object of a kind that is read, with keys and values of the right types"
    FOREIGN = "an object of another kind, which has no part in placement"
    WRONG = "an object with problems, which have been noted"


def check(document: Document, problems: Problems, notices: Notices) -> Verdict:
    """Judge a document; what is wrong with it is noted.

    A key that the API does not have is a problem where people wrote it, and a notice where it comes from an API server,
    which may be newer than the table.
    """
    api_version = current(document.kind)
    if not is_of_kubernetes(document.api_version) or (api_version is None and meant(document.kind) is None):
        return Verdict.FOREIGN
    found = len(problems)
    _check_version(document, api_version, problems, notices)
    if api_version is not None:
        for fault in faults_of(document.kind, document.value):
            _report(document, fault, problems, notices)
    return Verdict.NATIVE if len(problems) == found else Verdict.WRONG


def _check_version(document: Document, api_version: str | None, problems: Problems, notices: Notices) -> None:
    kind, given = document.kind, document.api_version
    if api_version is None:
        problems.add(document.problem(("kind",), "Kubernetes has no such kind", f"did you mean {meant(kind)}?"))
    elif given in OLDER.get(kind, ()):
        notices.add(f"{kind} of {given} is read as of {api_version}", document.file)
    elif given != api_version:
        problems.add(document.problem(("apiVersion",), f"{kind} has no such version", f"write {api_version}"))


def _report(document: Document, fault: Fault, problems: Problems, notices: Notices) -> None:
    if fault.unknown and document.from_server:
        keys = ".".join(str(step) for step in fault.path if isinstance(step, str))
        notices.add(f"{document.kind}: {keys} is unknown to Kubernetes {table().version} and left out", document.file)
    else:
        problems.add(document.problem(fault.path, fault.message, fault.remedy))
