"""The patterns of greatest profit, for all node classes at once.

A label grows in two phases: first the groups at home decide how many stay, then groups arrive, the most profitable per
room first. What a label can still gain is at most the best profit per unit of a mix of resources among what is to come,
times the room left in that mix; the smallest over a few mixes prunes. A label that none excludes may be lost to the
limit on their number: ``lost`` says what profit it might have reached, so nothing is claimed of what was not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.patterns.columns import Columns
from solver.strategies.cpsat.patterns.dominance import Dominance
from solver.strategies.cpsat.patterns.tree import Labels, Tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.patterns.duals import Prices
    from solver.strategies.cpsat.patterns.task import Integers, Task
    from solver.strategies.cpsat.patterns.tree import Bools, Floats

_TRACE = 1e-6
_ERROR = 1e-9
"""More than what floating point can be wrong by in what a label can become."""
_MIXES = 5
"""So many mixes bound a label."""
_SHARES, _FINE = 32, 3
"""Two resources are mixed in steps of this part; coarser where more resources are short than that."""
_CROWD = 500
"""With more labels than this, the finer bound on what they can become pays."""
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
        self._expired = expired
        self.classes = len(task.classes)
        self._room = np.array([each.room for each in task.classes], dtype=np.float64)
        reach = np.stack([each.reach for each in task.classes], axis=1)
        self._at_home = np.stack([each.homes for each in task.classes], axis=1)
        self._arrivals = reach - self._at_home
        self._requests = task.requests.astype(np.float64)
        self._homes = [np.flatnonzero(self._at_home[:, place]) for place in range(self.classes)]
        self._bit = np.zeros_like(reach)
        for place, groups in enumerate(self._homes):
            self._bit[groups, place] = np.left_shift(1, np.arange(len(groups)))
        self.dominance = Dominance(np.flatnonzero(task.binding))
        self._copies = np.maximum(reach.max(axis=1), 0).astype(np.float64)
        self._directions = _directions(self._room, task.binding)

    def mixes(self, arrive: Floats, wanted: Integers) -> Floats:
        """The directions in which the room of a node is worth least, the least one first: pods cut into pieces."""
        if not len(wanted) or self._directions.shape[1] <= _MIXES:
            return self._directions
        weights = self._requests[wanted] @ self._directions
        order = np.argsort(-arrive[wanted, None] / weights, axis=0, kind="stable")
        copies = self._copies[wanted]
        filled = np.cumsum(np.take_along_axis(copies[:, None] * weights, order, axis=0), axis=0)
        earned = np.cumsum((copies * np.maximum(arrive[wanted], 0))[order], axis=0)
        room = self._room.mean(axis=0) @ self._directions
        worth = [np.interp(each, filled[:, mix], earned[:, mix]) for mix, each in enumerate(room)]
        return self._directions[:, np.argsort(worth, kind="stable")[:_MIXES]]

    def search(
        self, prices: Prices, above: Floats, labels: int, slack: float = 0.0, margin: float | None = None
    ) -> Priced:
        """Patterns with more profit than ``above`` (per class), with at most so many labels alive.

        ``slack``: how much may be lost on a single pod. ``margin``: patterns this much below the best are not wanted.
        """
        run = _Run(self, prices, above, labels, slack, margin)
        return run.result()


class _Run:
    """One search: the labels alive, the floors below which nothing is wanted, and what was lost."""

    def __init__(
        self, of: Pricing, prices: Prices, above: Floats, labels: int, slack: float, margin: float | None
    ) -> None:
        self._of, self._prices, self._most, self._slack, self._margin = of, prices, labels, slack, margin
        self._floor = np.array(above, dtype=np.float64)
        self._lost = np.full(of.classes, -np.inf)
        self._tree = Tree(of.classes)
        number = np.arange(of.classes, dtype=np.int64)
        self._labels = Labels(number, np.zeros(of.classes), of._room.copy(), np.zeros_like(number), number)
        wanted = np.flatnonzero(prices.arrive > -slack)
        self._mixes = of.mixes(prices.arrive, wanted)
        self._weights: Floats = of._requests @ self._mixes
        worth = prices.arrive[wanted] / self._weights[wanted, 0]
        self._order = wanted[np.argsort(-worth, kind="stable")]
        self._gains = _suffix_gains(prices.arrive[self._order, None] / self._weights[self._order])
        copies = of._copies[self._order]
        self._filled = _running(copies * self._weights[self._order, 0])
        self._earned = _running(copies * np.maximum(prices.arrive[self._order], 0))

    def result(self) -> Priced:
        self._stay()
        self._arrive()
        found = self._labels.at(self._labels.profit > self._floor[self._labels.node_class])
        found = found.at(np.lexsort((-found.profit, found.node_class)))
        self._tree.close()
        return Priced(found.node_class, found.profit, found.number, self._lost, self._tree)

    def _stay(self) -> None:
        """Each class's groups at home in the order of their worth: label by label, how many of them stay."""
        homes, gains = self._homes_in_order()
        for place in range(homes.shape[1]):
            if self._out_of_time():
                return
            self._decide_home(homes[:, place])
            self._prune(gains[self._labels.node_class, place + 1])
        self._prune(np.broadcast_to(self._gains[0], (len(self._labels), self._gains.shape[1])))

    def _homes_in_order(self) -> tuple[Integers, Floats]:
        """Groups (-1: none) per class and place, and what may be gained from each place on per mix."""
        longest = max(map(len, self._of._homes))
        homes = np.full((self._of.classes, longest), -1, dtype=np.int64)
        gains = np.zeros((self._of.classes, longest + 1, self._gains.shape[1]))
        for place, groups in enumerate(self._of._homes):
            rates = self._prices.stay[groups, None] / self._weights[groups]
            order = np.argsort(-rates[:, 0], kind="stable")
            homes[place, : len(groups)] = groups[order]
            padded = np.zeros((longest, rates.shape[1]))
            padded[: len(groups)] = rates[order]
            gains[place] = np.maximum(_suffix_gains(padded), self._gains[0])
        return homes, gains

    def _decide_home(self, homes: Integers) -> None:
        labels = self._labels
        group = homes[labels.node_class]
        has = group >= 0
        there = np.where(has, self._of._at_home[group, labels.node_class], 0)
        bit = np.where(has, self._of._bit[group, labels.node_class], 0)
        willing = has & (self._prices.stay[group] >= -self._slack)
        none = Labels(labels.node_class, labels.profit, labels.room, labels.closed | bit, labels.number)
        grown = [none]
        for count in range(1, int(there.max(initial=0)) + 1):
            amounts = count * self._of._requests[group]
            able = np.flatnonzero(willing & (there >= count) & (labels.room >= amounts).all(axis=1))
            if not len(able):
                break
            closed = labels.closed[able] | np.where(there[able] > count, bit[able], 0)
            grown.append(self._grown(labels, able, group[able], count, self._prices.stay[group[able]], closed))
        self._keep(grown)

    def _arrive(self) -> None:
        for place, group in enumerate(self._order):
            if not len(self._labels) or self._out_of_time():
                return
            if self._arrivals_of(int(group)) or place % 4 == 3:
                gains = self._gains[place + 1]
                self._prune(np.broadcast_to(gains, (len(self._labels), len(gains))), place + 1)

    def _arrivals_of(self, group: int) -> bool:
        """One more and one more of the group, where it may and fits; whether there was any such label."""
        labels, request = self._labels, self._of._requests[group]
        allowed = self._of._arrivals[group][labels.node_class]
        allowed = np.where(labels.closed & self._of._bit[group][labels.node_class], 0, allowed)
        able = np.flatnonzero((allowed >= 1) & (labels.room >= request).all(axis=1))
        grown, count = [labels], 1
        earns = np.full(len(able), self._prices.arrive[group])
        while len(able):
            groups = np.full(len(able), group, dtype=np.int64)
            grown.append(self._grown(labels, able, groups, count, earns[: len(able)], labels.closed[able]))
            count += 1
            able = able[(allowed[able] >= count) & (labels.room[able] >= count * request).all(axis=1)]
        self._keep(grown)
        return len(grown) > 1

    def _grown(
        self, labels: Labels, able: Integers, groups: Integers, count: int, earns: Floats, closed: Integers
    ) -> Labels:
        return Labels(
            labels.node_class[able],
            labels.profit[able] + count * earns,
            labels.room[able] - count * self._of._requests[groups],
            closed,
            self._tree.grow(labels.number[able], groups, count),
        )

    def _keep(self, grown: list[Labels]) -> None:
        self._labels = Labels.joined(grown)
        if self._margin is not None:
            np.maximum.at(self._floor, self._labels.node_class, self._labels.profit - self._margin)

    def _prune(self, gains: Floats, place: int = 0) -> None:
        """Drop who cannot come above the floor; beyond the limit those of least promise, which is then ``lost``.

        ``place``: how many of the groups in order are done.
        """
        labels = self._labels
        # Reducing over the few mixes column by column is much faster than along the short axis.
        gained = np.ascontiguousarray((gains * (labels.room @ self._mixes)).T)
        gain = gained.min(axis=0)
        if place and len(labels) > _CROWD:
            room = np.ascontiguousarray(labels.room @ self._mixes[:, 0])
            whole = np.interp(self._filled[place] + room, self._filled, self._earned) - self._earned[place]
            gain = np.minimum(gain, whole)
        promise = labels.profit + gain + _ERROR
        kept: Bools = promise > self._floor[labels.node_class]
        if self._margin is not None and np.count_nonzero(kept) > self._most:
            alive = np.flatnonzero(kept)
            kept[alive[self._of.dominance.dominated(labels.at(alive))]] = False
        if np.count_nonzero(kept) > self._most:
            alive = np.flatnonzero(kept)
            lead = promise[alive] - self._floor[labels.node_class[alive]]
            dropped = alive[np.argpartition(-lead, self._most)[self._most :]]
            np.maximum.at(self._lost, labels.node_class[dropped], promise[dropped])
            kept[dropped] = False
        self._labels = labels.at(kept)

    def _out_of_time(self) -> bool:
        if self._of._expired():
            self._lost[:] = np.inf
            return True
        return False


def _directions(room: Floats, binding: Bools) -> Floats:
    """Weights of the resources, a column per mix: the binding ones all alike, each alone, and between any two.

    In shares of the largest node. A trace of the pods' number (the first resource) is in every mix, so no pod is free.
    """
    scale = 1 / np.maximum(room.max(axis=0, initial=1), 1)
    unit = np.eye(len(scale))
    chosen = np.flatnonzero(binding) if binding.any() else np.array([0])
    shares = np.linspace(0, 1, _SHARES + 1)[1:-1] if len(chosen) <= _FINE else (0.25, 0.75)
    pairs = [share * unit[i] + (1 - share) * unit[j] for i, j in combinations(chosen, 2) for share in shares]
    weights = np.array([unit[chosen].mean(axis=0), *unit[chosen], *pairs])
    mixes: Floats = ((weights + _TRACE * unit[0]) * scale).T
    return mixes


def _running(amounts: Floats) -> Floats:
    """Sums from the first on, beginning with 0."""
    return np.concatenate(([0.0], np.cumsum(amounts)))


def _suffix_gains(rates: Floats) -> Floats:
    """The best rate from each place on, 0 at the end; a row more than ``rates``."""
    padded = np.concatenate((np.maximum(rates, 0), np.zeros((1, rates.shape[1]))))
    best: Floats = np.maximum.accumulate(padded[::-1])[::-1]
    return best
