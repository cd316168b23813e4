"""A first mix, and better ones: nodes are bought one by one, and the most wasteful ones are sold and replaced.

The best filling of all offers is bought, as often as it can be repeated; then the next. The relaxation's fillings,
rounded to whole nodes (see `rounding`), are another start; the better one counts. Rules are heeded as far as they are a
number per node or per zone; whether all others hold, the verification says. In rounds, some nodes are then sold, and
others bought for their pods (see `rebuying`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.pool import numbered
from solver.placement import Placement, widened
from solver.studies.node_sizes.filling import Filling
from solver.studies.node_sizes.rebuying import Rebuying
from solver.studies.node_sizes.rounding import Bought, Rounding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.studies.node_sizes.kinds import Ints, Kinds
    from solver.studies.node_sizes.relaxation import Relaxation

_CLOSE_LOOKS = 6
"""Offers that are filled anew for each node, those that did best when all were filled."""
_ALL_LOOKS = 12
"""After so many nodes all offers are filled again."""
AWKWARD = (0.3, 1.0, 3.0)
_REPEATS = 8
"""One filling is used for this part of the nodes that are still needed."""
_EFFORTS = (6, 12)
"""Rounds of pricing at each step of rounding, one way down after the other."""
_ROUNDING_SHARE = 0.3
"""Of the time, all of these may take; the first one is finished in any case."""
_FILLING_SHARE = 0.4
"""Of the time that is left after rounding, buying node by node may take."""
_PATIENCE, _PATIENCE_PER_NODE = 20, 3
"""After so many rounds in vain, and so many for each node, it is left at that."""


class Draft:
    """``left`` counts the pods of each spec; a zone's ``quota`` says how many more of each may come there."""

    def __init__(self, kinds: Kinds, relaxed: Relaxation | None) -> None:
        self._kinds = kinds
        self._relaxed = relaxed
        self._least = np.zeros(len(kinds.wanting)) if relaxed is None else relaxed.least
        self._filling = Filling(kinds)
        self._dice = np.random.default_rng(kinds.task.seed)
        self._close: list[int] = []
        self.left: Ints = kinds.wanting.copy()
        self._quota: Ints = kinds.quotas.copy()
        self.bought: list[Bought] = []
        self._mix: Rebuying | None = None
        self._failed = 0

    def improve(self, until: float, enough: float = 0.0) -> bool:
        """All pods on fresh nodes, ever cheaper, until the time, or until they cost ``enough``; whether it is cheaper.

        False, too, where some pods are left over, or time was too short.
        """
        before = self.cost if self.bought else np.inf
        if not self.bought:
            rounded = self.round_up(until, enough)
            now = time.monotonic()
            self.fill(now + (until - now) * (_FILLING_SHARE if rounded else 1.0))
        if self.bought:
            self.rebuy(until, enough)
        return bool(self.bought) and self.cost < before

    @property
    def cost(self) -> float:
        """USD per hour."""
        return self._cost_of(self.bought)

    def round_up(self, until: float, enough: float) -> bool:
        """The relaxation in whole nodes, with ever more effort; whether that led anywhere."""
        relaxed, now = self._relaxed, time.monotonic()
        last = now + (until - now) * _ROUNDING_SHARE
        for effort in _EFFORTS:
            if relaxed is None or self._over(last) or (self.bought and self.cost <= enough):
                break
            rounding = Rounding(self._kinds, relaxed, effort, self._dice, lambda: self._over(last))
            found = rounding.run(finish=not self.bought)
            if found is not None and not (self.bought and self._cost_of(found) >= self.cost):
                self.bought, self.left, self._quota = found, rounding.left, rounding.quota
        return bool(self.bought)

    def fill(self, until: float) -> bool:
        """Buy until nothing is left, for less than what is known; False, and nothing done, where that fails."""
        before, quota, most = self.bought, self._quota, self.cost if self.bought else np.inf
        self.bought, self._quota, self.left = [], self._kinds.quotas.copy(), self._kinds.wanting.copy()
        if self._buy_all(until, most):
            return True
        self.bought, self._quota = before, quota
        self.left[:] = 0
        return False

    def rebuy(self, until: float, enough: float) -> None:
        """Rounds of selling and buying, until too many in a row were in vain."""
        if self._relaxed is None:
            return
        mix = self._mix = self._mix or Rebuying(self._kinds, self._relaxed, self.bought, self._dice)
        while not self._over(until) and mix.cost > enough:
            if self._failed > _PATIENCE + _PATIENCE_PER_NODE * len(mix.bought):
                break
            self._failed = 0 if mix.round() else self._failed + 1
        self.bought = mix.bought

    def _over(self, until: float) -> bool:
        return time.monotonic() > until or self._kinds.task.stopped()

    def _cost_of(self, some: Iterable[Bought]) -> float:
        return float(sum(self._filling.prices[each.offer] for each in some))

    def _buy_all(self, until: float, most: float) -> bool:
        """Whether all that is left found nodes for less than ``most``, in time.

        Given up as soon as what is left can no longer cost little enough.
        """
        spent = 0.0
        while self.left.any():
            number = len(self.bought)
            if self._over(until) or not self._buy():
                return False
            spent += self._cost_of(self.bought[number:])
            if spent + float(self.left @ self._least) >= most - 1e-9:
                return False
        return True

    def _buy(self) -> bool:
        """One node, and as many with the same filling as make sense; False where no node takes anything."""
        self._filling.look_at(self.left)
        zone = int(np.argmax(np.minimum(self._quota, self.left) @ self._filling.worth))
        everything = not self._close or len(self.bought) % _ALL_LOOKS == 0
        looked = self._looked(range(len(self._filling.prices)) if everything else self._close, zone)
        if everything:
            self._close = list(dict.fromkeys(offer for _, offer, _ in looked))[:_CLOSE_LOOKS]
        if not looked:
            if everything:
                return False
            self._close = []
            return self._buy()
        _, offer, filling = looked[0]
        self._take(zone, offer, filling)
        return True

    def _looked(self, offers: Sequence[int] | range, zone: int) -> list[tuple[float, int, Ints]]:
        """What is saved of the rest for the price, offer and filling, the best first."""
        left = np.minimum(self.left, self._quota[zone])
        filled = ((offer, self._filling.of(offer, left, awkward)) for offer in offers for awkward in AWKWARD)
        improved = (
            (offer, self._filling.exchanged(offer, filling, left)) for offer, filling in filled if filling.any()
        )
        return sorted((self._ranked(*each) for each in improved), key=_first)

    def _ranked(self, offer: int, filling: Ints) -> tuple[float, int, Ints]:
        saved = self._filling.saved(self.left, filling)
        return saved / max(self._filling.prices[offer], 1e-12), offer, filling

    def _take(self, zone: int, offer: int, filling: Ints) -> None:
        taken = filling > 0
        times = int((self.left[taken] // filling[taken]).min()) // _REPEATS
        for at in range(max(1, times)):
            place = (zone + at) % len(self._quota)
            if at and (filling > np.minimum(self.left, self._quota[place])).any():
                break
            self.left -= filling
            self._quota[place] -= filling
            self.bought.append(Bought(offer, place, filling))

    def placement(self) -> Placement:
        """The nodes by name, each with its pods and those of its DaemonSets."""
        task = self._kinds.task
        waiting = [iter(some) for some in self._kinds.pods.values()]
        numbers: dict[tuple[int, int], int] = {}
        nodes: list[Node] = []
        node_of: dict[Pod, Node] = {}
        for each in self.bought:
            number = numbers[each.offer, each.zone] = numbers.get((each.offer, each.zone), -1) + 1
            node = numbered(task.offers[each.offer].templates[each.zone], number)
            nodes.append(node)
            for row in np.flatnonzero(each.filling).tolist():
                node_of |= {next(waiting[row]): node for _ in range(int(each.filling[row]))}
        cluster = widened(task.with_pools(None).cluster, nodes)
        arriving = cluster.pods[len(task.workloads.pods) :]
        host = {node.name: node for node in nodes}
        return Placement(cluster, node_of | {pod: host[_host(pod)] for pod in arriving})


def _first(entry: tuple[float, int, Ints]) -> float:
    return -entry[0]


def _host(pod: Pod) -> str:
    """The node that a DaemonSet's pod is pinned to."""
    terms = pod.spec.node_affinity.required or ()
    return next(name for term in terms for field in term.fields for name in field.values)
