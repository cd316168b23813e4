"""The best fillings of all classes of nodes at once: a knapsack by dynamic programming over what room can be.

    best[j][r] = max(best[j-1][r], best[j-1][r - size_j] + worth_j)

in whole numbers, so the values are exact. A table for the largest room holds the answer for every smaller one. Groups
of which several fit are split into parts of 1, 2, 4, ... pods, as many as reach every number up to the limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.work import spend

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.strategies.cpsat.packing.task import Column, Ints, Pattern, Task

LARGEST = 120_000_000
"""Rooms times parts of groups: larger tables are not made."""
_PER_CLASS = 12
"""Fillings of one class at a time, where there are few classes."""


_PER_CELL, _PER_PART = 2e-9, 1e-5
"""What an entry, and a part of a group, count as work: about their seconds."""


@dataclass(frozen=True, eq=False)
class Priced:
    """Of each class, what a node holds at ``most``, by worth; and good fillings, the best of each class among them."""

    most: Ints
    columns: tuple[Column, ...]


class Lattice:
    """Tables for the families of classes that set the same limits to groups, apart from room."""

    def __init__(self, task: Task) -> None:
        binding = _binding(task)
        unit = np.maximum(np.gcd.reduce(task.requests[binding], axis=1), 1)
        self._sizes: Ints = (task.requests[binding] // unit[:, None]).T
        self._rooms: Ints = task.rooms[:, binding] // unit
        self._families = _families(task)

    def cells(self, task: Task) -> int:
        """How many entries the largest table has."""
        return max(
            (len(_parts(self._limit(task, family))) * int(np.prod(self._rooms[family].max(axis=0) + 1, dtype=object)))
            for family in self._families
        )

    def priced(self, task: Task, worth: Ints) -> Priced:
        """The best fillings at these worths, of pods that the task still wants."""
        most = np.zeros(len(task.classes), dtype=np.int64)
        columns: list[Column] = []
        number = max(1, _PER_CLASS // len(task.classes))
        for family in self._families:
            table = _Table(self._sizes, self._rooms[family].max(axis=0), self._limit(task, family), worth)
            for place in family:
                room = self._rooms[place]
                most[place] = table.value(room)
                columns += [(place, pattern) for pattern in table.fillings(room, number)]
        return Priced(most, tuple(columns))

    def _limit(self, task: Task, family: list[int]) -> Ints:
        """The family's own limits, as far as its largest room does not say the same."""
        largest = self._rooms[family].max(axis=0)
        fits = np.full(len(task.wanting), np.iinfo(np.int64).max)
        for size, room in zip(self._sizes.T, largest, strict=True):
            asks = size > 0
            fits[asks] = np.minimum(fits[asks], room // size[asks])
        limit: Ints = np.minimum(fits, np.max(task.reaches[family], axis=0))
        return limit


class _Table:
    """``best`` by room, and which part of which group was taken last in each cell."""

    def __init__(self, sizes: Ints, room: Ints, limit: Ints, worth: Ints) -> None:
        self._parts = [(group, pods) for group, pods in _parts(limit) if worth[group] > 0]
        self._sizes = sizes
        self._worth = worth
        shape = tuple((room + 1).tolist())
        self._best = np.zeros(shape, dtype=np.int64)
        self._taken = np.zeros((len(self._parts), *shape), dtype=np.bool_)
        for rank, (group, pods) in enumerate(self._parts):
            self._take(self._taken[rank], (sizes[group] * pods).tolist(), int(worth[group]) * pods)
        spend(_PER_CELL * self._taken.size + _PER_PART * len(self._parts))

    def _take(self, taken: NDArray[np.bool_], size: list[int], worth: int) -> None:
        upper = tuple(slice(each, None) for each in size)
        lower = tuple(slice(0, end - each) for each, end in zip(size, self._best.shape, strict=True))
        if any(part.stop <= 0 for part in lower):
            return
        with_it = self._best[lower] + worth
        better = np.greater(with_it, self._best[upper], out=taken[upper])
        np.copyto(self._best[upper], with_it, where=better)

    def value(self, room: Ints) -> int:
        """The most that a node with this room holds, by worth."""
        return int(self._best[tuple(room.tolist())])

    def fillings(self, room: Ints, number: int) -> list[Pattern]:
        """The best filling; then the best one of parts before the last one in it, and so on."""
        found: list[Pattern] = []
        parts = len(self._parts)
        while parts and len(found) < number:
            pattern, parts = self._filling(room, parts)
            if pattern:
                found.append(pattern)
        return found

    def _filling(self, room: Ints, parts: int) -> tuple[Pattern, int]:
        """With the first ``parts`` parts only; and the rank of the last one that it uses."""
        left, counts, last = room.copy(), dict[int, int](), 0
        while parts:
            used = np.flatnonzero(self._taken[(slice(0, parts), *left.tolist())])
            if not len(used):
                break
            parts = int(used[-1])
            last = max(last, parts)
            group, pods = self._parts[parts]
            counts[group] = counts.get(group, 0) + pods
            left -= self._sizes[group] * pods
        return tuple(sorted(counts.items())), last


def _parts(limit: Ints) -> list[tuple[int, int]]:
    """(group, pods): parts of which some add up to every number of pods up to the group's limit."""
    parts: list[tuple[int, int]] = []
    for group, most in enumerate(limit.tolist()):
        part = 1
        while most > 0:
            parts.append((group, min(part, most)))
            most -= part
            part *= 2
    return parts


def _binding(task: Task) -> NDArray[np.bool_]:
    """The resources that can be short on some node while no other one is: all others follow from these."""
    binding: NDArray[np.bool_] = np.any(task.wanting @ task.requests.T > task.rooms, axis=0)
    for resource in np.flatnonzero(binding).tolist():
        others = [other for other in np.flatnonzero(binding).tolist() if other != resource]
        binding[resource] = not any(_implied(task, resource, other) for other in others)
    binding[:1] |= not binding.any()
    return binding


def _implied(task: Task, resource: int, other: int) -> bool:
    """Whether pods that have room in the ``other`` resource always have it in this one, on every node."""
    asked, leading = task.requests[resource], task.requests[other]
    if np.any((leading == 0) & (asked > 0)):
        return False
    steepest = max(
        (Fraction(ask, lead) for ask, lead in zip(asked.tolist(), leading.tolist(), strict=True) if lead),
        default=Fraction(0),
    )
    return all(steepest * room <= own for own, room in task.rooms[:, [resource, other]].tolist())


def _families(task: Task) -> list[list[int]]:
    """Classes whose limits to groups are the same, where room does not set them."""
    alike: dict[bytes, list[int]] = {}
    for place, each in enumerate(task.classes):
        fits = np.full(len(task.wanting), np.iinfo(np.int64).max)
        for request, room in zip(task.requests, each.room, strict=True):
            asks = request > 0
            fits[asks] = np.minimum(fits[asks], room // request[asks])
        fits = np.minimum(fits, task.wanting)
        limits = np.where(np.minimum(each.reach, task.wanting) < fits, each.reach, -1)
        alike.setdefault(limits.tobytes(), []).append(place)
    return list(alike.values())
