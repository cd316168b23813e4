"""A first mix, and better ones: nodes are bought one by one, and the most wasteful ones are sold and replaced.

The best filling of all offers is bought, as often as it can be repeated; then the next. The relaxation's fillings,
rounded to whole nodes (see `rounding`), are another start; the better one counts. Rules are heeded as far as they are a
number per node or per zone; whether all others hold, the verification says. In rounds, some nodes are then emptied,
half of them drawn by what they waste, and their pods buy anew, with other weights; what costs less stays.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.pool import numbered
from solver.placement import Placement, widened
from solver.studies.node_sizes.filling import Filling
from solver.studies.node_sizes.rounding import Bought, Rounding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.studies.node_sizes.kinds import Floats, Ints, Kinds
    from solver.studies.node_sizes.relaxation import Relaxation

_CLOSE_LOOKS = 6
"""Offers that are filled anew for each node, those that did best when all were filled."""
_ALL_LOOKS = 12
"""After so many nodes all offers are filled again."""
AWKWARD = (0.3, 1.0, 3.0)
_EXCHANGED = 3
"""In rounds, so many fillings are improved before one is chosen; at first all are."""
_REPEATS = 8
"""One filling is used for this part of the nodes that are still needed."""
_SOLD = (3, 12)
"""Nodes that are sold in a round, at least and at most."""
_NEARLY_NOTHING = 1e-4
"""Of the highest price: what every node is taken to waste at least."""
_EFFORTS = (6, 12)
"""Rounds of pricing at each step of rounding, one way down after the other."""
_ROUNDING_SHARE = 0.3
"""Of the time, all of these may take; the first one is finished in any case."""
_PATIENCE, _MOST_PATIENCE = 15, 1_500
"""After so many rounds in vain for each node, and after so many in all, it is left at that."""
_NOISE = 0.5
"""How far the weights of pods differ from round to round (the deviation of their logarithms)."""


@dataclass(frozen=True, eq=False, slots=True)
class _Look:
    """How nodes are filled: weights of the kinds of pods, how much large pods go first, how many are improved."""

    value: Floats
    awkward: tuple[float, ...]
    exchanged: int


def drafted(kinds: Kinds, relaxed: Relaxation | None, until: float, enough: float = 0.0) -> Placement | None:
    """A placement of all pods on fresh nodes of the offers, improved until the time, or until it costs ``enough``.

    None where some pods are left over, or time was too short.
    """
    draft = _Draft(kinds, relaxed)
    rounded = draft.round_up(until, enough)
    if not draft.fill(until) and not rounded:
        return None
    failed = 0
    while (
        time.monotonic() < until
        and draft.cost > enough
        and len(draft.bought) > 1
        and failed < min(_PATIENCE * len(draft.bought), _MOST_PATIENCE)
    ):
        failed = 0 if draft.round(until) else failed + 1
    return draft.placement()


class _Draft:
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

    @property
    def cost(self) -> float:
        """USD per hour."""
        return self._cost_of(self.bought)

    def round_up(self, until: float, enough: float) -> bool:
        """The relaxation in whole nodes, with ever more effort; whether that led anywhere."""
        relaxed, now = self._relaxed, time.monotonic()
        last = now + (until - now) * _ROUNDING_SHARE
        for effort in _EFFORTS:
            if relaxed is None or time.monotonic() > last or (self.bought and self.cost <= enough):
                break
            rounding = Rounding(self._kinds, relaxed, effort, self._dice, _after(last))
            found = rounding.run(finish=not self.bought)
            if found is not None and not (self.bought and self._cost_of(found) >= self.cost):
                self.bought, self.left, self._quota = found, rounding.left, rounding.quota
        return bool(self.bought)

    def fill(self, until: float) -> bool:
        """Buy until nothing is left, for less than what is known; False, and nothing done, where that fails."""
        before, quota, most = self.bought, self._quota, self.cost if self.bought else np.inf
        self.bought, self._quota, self.left = [], self._kinds.quotas.copy(), self._kinds.wanting.copy()
        look = _Look(np.ones(len(self.left)), AWKWARD, len(self._filling.prices) * len(AWKWARD))
        if self._buy_all(look, until, most):
            return True
        self.bought, self._quota = before, quota
        self.left[:] = 0
        return False

    def round(self, until: float) -> bool:
        """Sell some nodes and buy others for their pods; back to what was, and False, where that is not cheaper."""
        before = list(self.bought)
        sold = self._chosen()
        chosen = set(sold)
        self.bought = [each for at, each in enumerate(before) if at not in chosen]
        gone = [before[at] for at in sold]
        quota = self._quota.copy()
        for each in gone:
            self.left += each.filling
            self._quota[each.zone] += each.filling
        value = np.exp(self._dice.normal(0.0, _NOISE, len(self.left)))
        look = _Look(value, (float(self._dice.choice(AWKWARD)),), _EXCHANGED)
        self._close = []
        if self._buy_all(look, until, self._cost_of(gone)):
            return True
        self.bought, self._quota = before, quota
        self.left[:] = 0
        return False

    def _chosen(self) -> list[int]:
        """Half are drawn by what they waste, half from all: what was left over must find room somewhere."""
        filling = self._filling
        filling.look_at(self._kinds.wanting)
        waste = np.array([filling.prices[each.offer] - float(each.filling @ filling.worth) for each in self.bought])
        waste = np.maximum(waste, _NEARLY_NOTHING * filling.prices.max())
        number = min(int(self._dice.integers(_SOLD[0], _SOLD[1] + 1)), len(waste))
        wasteful = self._dice.choice(len(waste), number - number // 2, replace=False, p=waste / waste.sum())
        others = self._dice.choice(len(waste), number // 2, replace=False)
        return list(dict.fromkeys(int(at) for at in (*wasteful, *others)))

    def _cost_of(self, some: Iterable[Bought]) -> float:
        return float(sum(self._filling.prices[each.offer] for each in some))

    def _buy_all(self, look: _Look, until: float, most: float) -> bool:
        """Whether all that is left found nodes for less than ``most``, in time.

        Given up as soon as what is left can no longer cost little enough.
        """
        spent = 0.0
        while self.left.any():
            number = len(self.bought)
            if time.monotonic() > until or not self._buy(look):
                return False
            spent += self._cost_of(self.bought[number:])
            if spent + float(self.left @ self._least) >= most - 1e-9:
                return False
        return True

    def _buy(self, look: _Look) -> bool:
        """One node, and as many with the same filling as make sense; False where no node takes anything."""
        self._filling.look_at(self.left)
        zone = int(np.argmax(np.minimum(self._quota, self.left) @ self._filling.worth))
        everything = not self._close or len(self.bought) % _ALL_LOOKS == 0
        looked = self._looked(range(len(self._filling.prices)) if everything else self._close, zone, look)
        if everything:
            self._close = list(dict.fromkeys(offer for _, offer, _ in looked))[:_CLOSE_LOOKS]
        if not looked:
            if everything:
                return False
            self._close = []
            return self._buy(look)
        _, offer, filling = looked[0]
        self._take(zone, offer, filling)
        return True

    def _looked(self, offers: Sequence[int] | range, zone: int, look: _Look) -> list[tuple[float, int, Ints]]:
        """What is saved of the rest for the price, offer and filling, the best first."""
        left = np.minimum(self.left, self._quota[zone])
        filled = (
            (offer, self._filling.of(offer, left, look.value, awkward)) for offer in offers for awkward in look.awkward
        )
        ranked = sorted((self._ranked(offer, filling) for offer, filling in filled if filling.any()), key=_first)
        best = [
            self._ranked(offer, self._filling.exchanged(offer, filling, left))
            for _, offer, filling in ranked[: look.exchanged]
        ]
        return sorted((*best, *ranked[look.exchanged :]), key=_first)

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


def _after(until: float) -> Callable[[], bool]:
    return lambda: time.monotonic() > until


def _first(entry: tuple[float, int, Ints]) -> float:
    return -entry[0]


def _host(pod: Pod) -> str:
    """The node that a DaemonSet's pod is pinned to."""
    terms = pod.spec.node_affinity.required or ()
    return next(name for term in terms for field in term.fields for name in field.values)
