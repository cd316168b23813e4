"""Outcomes of "Priority Matters": what is kept of a run, when it is sound, and the file it is kept in."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from benchmarks.harness import RESULTS, machine
from benchmarks.priority_instances import RECORDED, Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_OVERRUN = 1.05
_OVERRUN_S = 0.5
"""The time limit is kept within this factor and so many seconds."""


@dataclass(frozen=True)
class Outcome:
    """Values and bounds level by level; pods with a node ``before`` and after, by priority from the top; seconds.

    ``moved`` and ``evicted`` count pods of the start. ``peer`` is the published result from the same start.
    """

    name: str
    cell: Cell
    values: tuple[int, ...]
    bounds: tuple[int, ...]
    before: tuple[int, ...]
    placed: tuple[int, ...]
    moved: int
    evicted: int
    seconds: float
    cpu_seconds: float
    peer: Mapping[str, Any] | None = None
    load: float = 0.0

    @property
    def certified(self) -> bool:
        """Whether every level is proven."""
        return self.values == self.bounds

    @property
    def improved(self) -> bool:
        """Whether more pods have a node than at the start, the highest priority that differs deciding."""
        return self.placed > self.before

    @property
    def recorded(self) -> bool:
        """Whether it began where the published solver began."""
        return self.name.endswith(RECORDED)

    @property
    def gap(self) -> float:
        """Of the first level without a proof: the part of its value above its bound."""
        pairs = zip(self.values, self.bounds, strict=True)
        return next(((value - bound) / value for value, bound in pairs if bound < value), 0.0)

    @property
    def disruption(self) -> int:
        """Evicted once, moved twice."""
        return self.evicted + 2 * self.moved


def sound(outcome: Outcome, seconds: float) -> bool:
    """No bound above its value, the time limit kept, nothing worse than the start, no other proof than the peer's."""
    bounded = all(bound <= value for value, bound in zip(outcome.values, outcome.bounds, strict=True))
    timely = outcome.seconds <= seconds * _OVERRUN + _OVERRUN_S
    return bounded and timely and _at_least(outcome.placed, outcome.before) and _agrees(outcome)


def _at_least(placed: Iterable[int], other: Iterable[int]) -> bool:
    """Priority by priority from the top, no fewer pods together in the first that differs."""
    return tuple(accumulate(placed)) >= tuple(accumulate(other))


def _agrees(outcome: Outcome) -> bool:
    """Two proofs of one question give the same placed pods and disruption."""
    peer = outcome.peer
    if peer is None or not (peer["proven"] and outcome.certified):
        return True
    return list(outcome.placed) == list(peer["placed"]) and outcome.disruption == peer["evicted"] + 2 * peer["moved"]


def contradictions(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Runs of one instance of which one claims that what another one reached does not exist."""
    runs: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        runs[outcome.name].append(outcome)
    for name, found in runs.items():
        best = min(each.values for each in found)
        if any(each.certified and each.values > best for each in found):
            yield f"{name}: proven optima differ: {sorted({each.values for each in found})}"


@dataclass
class Ledger:
    """The outcomes of one time limit, kept line by line in a file; its first line tells date and machine."""

    seconds: float
    process: str
    path: Path | None
    head: Mapping[str, Any]
    outcomes: list[Outcome] = field(default_factory=list)
    carried: list[Outcome] = field(default_factory=list)
    """What shorter time limits have proven."""

    @property
    def all(self) -> list[Outcome]:
        """Solved within this limit or a shorter one."""
        return [*self.carried, *self.outcomes]

    def carry(self, shorter: Iterable[Ledger]) -> None:
        """Take over what these have proven and this one has not solved."""
        known = {outcome.name for outcome in self.outcomes}
        proven = [outcome for ledger in shorter for outcome in ledger.outcomes if outcome.certified]
        self.carried = list({outcome.name: outcome for outcome in proven if outcome.name not in known}.values())

    @staticmethod
    def of(seconds: float, process: str, kept: bool) -> Ledger:
        """With what the file has already; ``kept``: whether there is a file at all."""
        suffix = "" if process == "cold" else f"_{process}"
        path = RESULTS / f"priority_matters_{seconds:g}s{suffix}.jsonl" if kept else None
        if path is not None and path.is_file():
            head, *lines = map(json.loads, path.read_text().splitlines())
            return Ledger(seconds, process, path, head, [_outcome(line) for line in lines])
        head = {"date": datetime.now(UTC).date().isoformat(), "process": process, "machine": machine()}
        ledger = Ledger(seconds, process, path, head)
        ledger._write(head)
        return ledger

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome, with the load of the machine at its end."""
        loaded = replace(outcome, load=round(os.getloadavg()[0], 1))
        self.outcomes.append(loaded)
        self._write(asdict(loaded))

    @property
    def title(self) -> str:
        """What the figures are of."""
        return f"Time limit {self.seconds:g} s, {self.process} process, {self.head['date']}"

    def _write(self, fields: Mapping[str, Any]) -> None:
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(json.dumps(fields, separators=(",", ":")) + "\n")


def _outcome(fields: Mapping[str, Any]) -> Outcome:
    lists: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    return Outcome(**{**lists, "cell": Cell(**fields["cell"])})
