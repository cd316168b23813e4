"""The patterns of greatest profit, for all node classes at once.

A label grows in two phases: first the groups at home decide how many stay, then groups arrive, the largest first. What
it can become at most is known from tables (`Completion`); labels that cannot come above the floor of their class are
dropped. One that could, but is dropped for the limit on their number, is *lost*: ``lost`` says what profit it might
have reached, so nothing is claimed of what was not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.patterns.columns import Columns
from solver.strategies.cpsat.patterns.completion import Completion
from solver.strategies.cpsat.patterns.tree import Labels, Tree
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.patterns.duals import Prices
    from solver.strategies.cpsat.patterns.task import Integers, Task
    from solver.strategies.cpsat.patterns.tree import Bools, Floats

_ERROR = 1e-9
"""More than what floating point can be wrong by in what a label can become."""
_PAIRS = 200_000
"""Pairs of a label and a group that are looked at side by side."""
_PER_ROUND, _PER_LABEL, _PER_PAIR = 3e-4, 5e-7, 3e-7
"""What a round, its labels, and pairs of a label and a group count as work: about their seconds."""
MOST_HOMES = 62
"""Groups at home on one node beyond this have no bit left."""


@dataclass(frozen=True, eq=False)
class Priced:
    """Patterns above the asked profit, the best of each class first; ``lost`` per class, -inf where nothing was."""

    node_class: Integers
    profit: Floats
    number: Integers
    lost: Floats
    tree: Tree

    def columns(self, chosen: Integers, task: Task) -> Columns:
        """These entries as columns."""
        pods = self.tree.patterns(self.number[chosen], len(task.groups))
        return Columns.of(task, self.node_class[chosen], pods)


class Pricing:
    """Finds patterns for one task again and again, as prices change."""

    def __init__(self, task: Task, expired: Callable[[], bool]) -> None:
        self.expired = expired
        self.classes = len(task.classes)
        short = np.flatnonzero(task.binding) if task.binding.any() else np.array([0])
        self.room = np.array([each.room for each in task.classes], dtype=np.float64)[:, short]
        self.requests = task.requests[:, short].astype(np.float64)
        self.at_home = np.stack([each.homes for each in task.classes], axis=1)
        reach = np.stack([each.reach for each in task.classes], axis=1)
        self.arrivals = reach - self.at_home
        homes = [np.flatnonzero(self.at_home[:, place]) for place in range(self.classes)]
        self.bit = np.zeros_like(reach)
        self.homes = np.full((self.classes, max(map(len, homes))), -1, dtype=np.int64)
        for place, groups in enumerate(homes):
            self.bit[groups, place] = np.left_shift(1, np.arange(len(groups)))
            self.homes[place, : len(groups)] = groups
        share = (self.requests / np.maximum(self.room.max(axis=0), 1)).sum(axis=1)
        self.largest_first = np.argsort(-share, kind="stable")
        numbered = [
            [(int(group), int(self.at_home[group, place])) for group in groups] for place, groups in enumerate(homes)
        ]
        self.completion = Completion(self.requests, self.room, numbered, self.arrivals.max(axis=1, initial=0))

    def search(
        self, prices: Prices, above: Floats, labels: int, slack: float = 0.0, margin: float | None = None
    ) -> Priced:
        """Patterns with more profit than ``above`` (per class), with at most so many labels alive.

        ``slack``: how much may be lost on a single pod. ``margin``: patterns this much below the best are not wanted.
        """
        return _Run(self, prices, above, labels, slack, margin).result()


class _Run:
    """One search: the labels alive, the floors below which nothing is wanted, what was found, and what was lost."""

    def __init__(
        self, of: Pricing, prices: Prices, above: Floats, labels: int, slack: float, margin: float | None
    ) -> None:
        self._of, self._prices, self._most, self._slack, self._margin = of, prices, labels, slack, margin
        self._floor = np.array(above, dtype=np.float64)
        self._lost = np.full(of.classes, -np.inf)
        self._tree = Tree(of.classes)
        willing = (prices.arrive > -slack) & (of.arrivals.max(axis=1, initial=0) > 0)
        self._order = of.largest_first[willing[of.largest_first]]
        self._reached = of.completion.tabulate(prices, self._order.tolist())
        number = np.arange(of.classes, dtype=np.int64)
        nothing = np.zeros_like(number)
        self._labels = Labels(number, np.zeros(of.classes), of.room.copy(), nothing, nothing, number)

    def result(self) -> Priced:
        """Stays, then arrivals; each label is a pattern by itself."""
        for place in range(self._of.homes.shape[1]):
            if self._out_of_time():
                break
            self._stay(place)
        found = [self._labels]
        while len(self._labels) and not self._out_of_time():
            self._arrive()
            found.append(self._labels)
        every = Labels.joined(found)
        every = every.at(every.profit > self._floor[every.node_class])
        every = every.at(np.lexsort((-every.profit, every.node_class)))
        self._tree.close()
        return Priced(every.node_class, every.profit, every.number, self._lost, self._tree)

    def _stay(self, place: int) -> None:
        """Of each class's group at home in this place, how many stay."""
        labels, of = self._labels, self._of
        group = of.homes[labels.node_class, place]
        has = group >= 0
        there = np.where(has, of.at_home[group, labels.node_class], 0)
        bit = np.where(has, of.bit[group, labels.node_class], 0)
        willing = has & (self._prices.stay[group] >= -self._slack)
        none = Labels(labels.node_class, labels.profit, labels.room, labels.closed | bit, labels.place, labels.number)
        grown = [none]
        for count in range(1, int(there.max(initial=0)) + 1):
            able = np.flatnonzero(willing & (there >= count) & (labels.room >= count * of.requests[group]).all(axis=1))
            if not len(able):
                break
            closed = labels.closed[able] | np.where(there[able] > count, bit[able], 0)
            earns = count * self._prices.stay[group[able]]
            grown.append(self._grown(able, group[able], count, earns, closed, labels.place[able]))
        self._labels = Labels.joined(grown)
        cells = self._reached.cells(self._labels.room)
        self._keep(self._reached.staying(self._labels.node_class, place + 1, cells))

    def _arrive(self) -> None:
        """One more group on every label that this may bring above the floor; what does not grow is left behind."""
        first, numbers = self._openings()
        grown, gains = [self._labels.at(first[:0])], [np.zeros(0)]
        upto = np.cumsum(numbers)
        spend(_PER_PAIR * int(numbers.sum()))
        ends: Integers = np.searchsorted(upto, np.arange(_PAIRS, numbers.sum() + _PAIRS, _PAIRS), side="right")
        begin = 0
        for end in ends.tolist():
            if self._out_of_time():
                break
            end = min(max(end, begin + 1), len(numbers))
            label = np.repeat(np.arange(begin, end), numbers[begin:end])
            place = np.arange(len(label)) - (upto - numbers)[label] + (upto[begin] - numbers[begin]) + first[label]
            self._grow(label, place, grown, gains)
            begin = end
        self._labels = Labels.joined(grown)
        self._keep(np.concatenate(gains))

    def _grow(self, label: Integers, place: Integers, grown: list[Labels], gains: list[Floats]) -> None:
        """One more and one more pod of the group in this place on this label, where they may come, fit, and help."""
        labels, of = self._labels, self._of
        group, node_class = self._order[place], labels.node_class[label]
        allowed = of.arrivals[group, node_class]
        allowed[(labels.closed[label] & of.bit[group, node_class]) != 0] = 0
        count = 1
        while True:
            able = (allowed >= count) & (labels.room[label] >= count * of.requests[group]).all(axis=1)
            label, place, group, allowed = label[able], place[able], group[able], allowed[able]
            if not len(label):
                return
            earns = count * self._prices.arrive[group]
            cells = self._reached.cells(labels.room[label] - count * of.requests[group])
            gain = self._reached.arriving(place + 1, cells)
            hopeful = labels.profit[label] + earns + gain + _ERROR > self._floor[labels.node_class[label]]
            able = label[hopeful]
            closed, after = labels.closed[able], place[hopeful] + 1
            grown.append(self._grown(able, group[hopeful], count, earns[hopeful], closed, after))
            gains.append(gain[hopeful])
            count += 1

    def _openings(self) -> tuple[Integers, Integers]:
        """From which place in the order on, and in how many, arrivals may bring each label above the floor."""
        labels = self._labels
        lacks = self._floor[labels.node_class] - labels.profit - _ERROR
        cells = self._reached.cells(labels.room)
        low, high = labels.place, np.full(len(labels), len(self._order), dtype=np.int64)
        while (low < high).any():
            middle = (low + high) // 2
            enough = (self._reached.arriving(middle, cells) > lacks) & (low < high)
            low, high = np.where(enough, middle + 1, low), np.where(enough, high, np.minimum(middle, high))
        return labels.place, low - labels.place

    def _grown(
        self, able: Integers, groups: Integers, count: int, earns: Floats, closed: Integers, place: Integers
    ) -> Labels:
        labels = self._labels
        return Labels(
            labels.node_class[able],
            labels.profit[able] + earns,
            labels.room[able] - count * self._of.requests[groups],
            closed,
            place,
            self._tree.grow(labels.number[able], groups, count),
        )

    def _keep(self, gain: Floats) -> None:
        """Drop who cannot come above the floor; beyond the limit those of least promise, which is then ``lost``."""
        labels = self._labels
        spend(_PER_ROUND + _PER_LABEL * len(labels))
        if self._margin is not None:
            np.maximum.at(self._floor, labels.node_class, labels.profit - self._margin)
        promise = labels.profit + gain + _ERROR
        lead = promise - self._floor[labels.node_class]
        kept: Bools = lead > 0
        if np.count_nonzero(kept) > self._most:
            alive = np.flatnonzero(kept)
            alive = alive[np.lexsort((-lead[alive], labels.node_class[alive]))]
            dropped = alive[_rank(labels.node_class[alive]) >= -(-self._most // self._of.classes)]
            np.maximum.at(self._lost, labels.node_class[dropped], promise[dropped])
            kept[dropped] = False
        self._labels = labels.at(kept)

    def _out_of_time(self) -> bool:
        if self._of.expired():
            self._lost[:] = np.inf
            return True
        return False


def _rank(node_class: Integers) -> Integers:
    """How many entries of the same class stand before each, where equal classes stand together."""
    return np.arange(len(node_class)) - np.searchsorted(node_class, node_class)
