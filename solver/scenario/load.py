"""The door: from files to a scenario."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from solver.scenario.assembly import read_cluster
from solver.scenario.documents import read
from solver.scenario.documents.texts import STDIN, STDIN_NAME
from solver.scenario.field import Findings
from solver.scenario.inventory import take_stock
from solver.scenario.memory import no_garbage_collection
from solver.scenario.own_kind import is_own, read_own_kind, with_included
from solver.scenario.problems import ABSENT, Problem
from solver.scenario.scenario import Scenario
from solver.scenario.scheduler_configuration.inline import read_profile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from solver.scenario.problems import Notice

UNNAMED = "standard-input"
"""The name of a scenario that has none, not even that of a file."""


@no_garbage_collection()
def load_scenario(*inputs: str | Path, stdin: BinaryIO | None = None, expand: bool = True) -> Scenario:
    """Read all inputs together as one scenario.

    Args:
        *inputs: files, folders, or ``-`` for standard input, in the order that pods arrive in.
        stdin: stands for standard input, the process's own unless given.
        expand: whether workloads make the pods that they want; otherwise they are selectors and owners only.

    Raises:
        InputError: with every problem of the inputs.
    """
    started = perf_counter()
    findings = Findings()
    documents = read(inputs, findings.problems, stdin)
    own = read_own_kind(documents, findings)
    documents = with_included(documents, own, findings)
    read_own_kind(documents, findings)
    inventory = take_stock([document for document in documents if not is_own(document)], findings)
    cluster = read_cluster(inventory, own, expand)
    profile = read_profile(own, findings)
    if not (inventory.documents or own.pools or findings.problems):
        findings.problems.add(_nothing(inputs, findings.notices))
    findings.problems.raise_if_any()
    return Scenario(
        name=own.name or _name(inputs),
        question_text=own.spec.question,
        cluster=cluster,
        question=own.question,
        notices=tuple(findings.notices),
        load_seconds=perf_counter() - started,
        profile=profile,
        is_named=bool(own.name),
    )


def _nothing(inputs: tuple[str | Path, ...], notices: Iterable[Notice]) -> Problem:
    """The problem that there is nothing; what was left out is in the notices."""
    names = ", ".join(STDIN_NAME if str(each) == STDIN else str(each) for each in inputs) or "no input"
    message = "; ".join(["there is no object of a kind that bears on placement", *map(str, notices)])
    return Problem(names, "", "", ABSENT, message, "give Nodes, Pods or workloads")


def _name(inputs: tuple[str | Path, ...]) -> str:
    """The scenario's name where it has none of its own: that of the first file or folder."""
    if not inputs or str(inputs[0]) == STDIN:
        return UNNAMED
    path = Path(inputs[0]).resolve()
    return path.name if path.is_dir() else Path(path.name.removesuffix(".gz")).stem
