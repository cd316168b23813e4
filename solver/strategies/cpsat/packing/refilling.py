"""Fewer nodes by filling some of them again, until what nodes lose is on few of them.

A pod is worth what the scarce resource says, and a node loses what its pods are worth less than it. The losses add up
to the distance from the bound, so they cannot be made less on the nodes in use; but where they come together on one
node, it is empty in the end.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from solver.objectives.cost import prices_of
from solver.strategies.cpsat.packing.stuffing import Stuffing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from solver.strategies.cpsat.packing.loads import Loads
    from solver.strategies.cpsat.packing.projection import Scarce

    Floats = NDArray[np.float64]

_FRESH, _CARRIED = 70, 40
"""What a node is filled from at first: so many pods from the deck, and so many that nodes before have passed over."""
_LATE = 0.5
"""Of groups that keep apart, those with so many pods for each node that is left come first."""
_GIVEN = 0.002
"""So much of the best filling may be given up for pods that come first; in every other round nothing."""
_WORST = 6
"""A round tries to empty one of so many nodes that hold least of what they cost."""
_OTHERS = (2, 6)
"""And fills so many others again."""
_LOSING = 0.7
"""So often these are nodes that lose something, otherwise any."""
_LOSS = 1e-4
"""A loss below this part of a node's value is none."""
_STRAYS = 3
"""So many pods that find no room on the nodes of a round may go elsewhere."""


class Refilling:
    """Works on loads and leaves them better; ``seed`` says in which of many ways."""

    def __init__(self, loads: Loads, scarce: Scarce, seed: int) -> None:
        self.loads = loads
        self._stuffing = Stuffing(loads, scarce)
        self._dice = np.random.default_rng(seed)
        nodes = loads.ground.cluster.nodes
        self._row = loads.resources.index(scarce.resource)
        self._price: Floats = np.array([float(each) for each in prices_of(loads.ground.cluster).values()])
        self._worth = [scarce.worth.get(requests[self._row], 0.0) for requests in loads.requests]
        value: Floats = np.maximum([scarce.value[node] for node in nodes], self._price)
        self._value: Floats = np.maximum(value - [sum(self._worth[group] for group in on) for on in loads.staying], 0.0)
        self._awkward, self._plenty = _shares(loads, self._row)
        self._held: Floats = np.array([sum(self._worth[group] for group in on) for on in loads.on], dtype=np.float64)
        self._used = loads.kept | np.array([bool(on) for on in loads.on])
        self._kinds = _kinds(loads, self._price)
        self._before: dict[int, list[int]] = {}
        self._waiting: list[int] = []

    @property
    def cost(self) -> float:
        """Of all nodes in use."""
        return float(self._price[self._used].sum())

    def anew(self, nodes: Iterable[int], stop: Callable[[], bool]) -> None:
        """Take all loose pods off and fill these nodes one by one; who is left goes where there is room, if in time."""
        loads = self.loads
        for node in range(len(loads.on)):
            loads.left += self._take(node)
        deck = _Deck(loads, self._dice)
        order = sorted(nodes, key=lambda node: -self._plenty[node])
        carried: list[int] = []
        for rank, node in enumerate(order):
            if stop():
                break
            if not loads.may_open(node):
                continue
            late = deck.late((len(order) - rank) * _LATE)
            hand = [*carried, *deck.draw(_FRESH)]
            hand = self._in_order([*hand, *deck.ahead(late.difference(hand))], late)
            rest = self._fill(node, hand, _GIVEN)
            deck.gone(hand, rest)
            carried = rest[:_CARRIED]
            deck.add(rest[_CARRIED:])
        loads.left = [*carried, *deck.all()]
        if not stop():
            self._settle_left(range(len(loads.on)))

    @property
    def can_improve(self) -> bool:
        """Whether there is a node that could do without its pods."""
        return bool(len(self._closable))

    def round(self) -> bool:
        """Empty one node and fill others again, with whoever has no node yet.

        It is undone where more pods are left, or as many and the nodes cost more or lose more evenly than before.
        """
        victim = self._victim(self._closable)
        others = self._others(victim)
        self._before, self._waiting = {}, self.loads.left
        self.loads.left = []
        hand = [*self._waiting, *(group for node in (*others, victim) for group in self._take(node))]
        hand = self._in_order(hand)
        give = _GIVEN * float(self._dice.integers(2))
        for node in others:
            hand = self._fill(node, hand, give)
        home = self._home(hand, victim)
        if home is not None:
            self._put(home, hand)
        else:
            self.loads.left = self._fill(victim, hand, give)
            if len(self.loads.left) <= _STRAYS:
                self._settle_left(np.flatnonzero(self._used).tolist())
        return self._judge()

    # -- parts of a round

    @property
    def _closable(self) -> NDArray[np.intp]:
        return np.flatnonzero(self._used & ~self.loads.kept & (self._price > 0))

    def _victim(self, closable: NDArray[np.intp]) -> int:
        """One of the nodes that hold least for their price, the first ones rather."""
        held = self._held[closable] / self._price[closable]
        number = min(_WORST, len(closable))
        worst = np.argpartition(held, number - 1)[:number]
        worst = worst[np.argsort(held[worst], kind="stable")]
        return int(closable[worst[self._dice.integers(number, size=2).min()]])

    def _others(self, victim: int) -> list[int]:
        number = int(self._dice.integers(*_OTHERS, endpoint=True))
        others: list[int] = []
        if self._dice.random() < _LOSING:
            losing = np.flatnonzero(self._used & (self._value - self._held > _LOSS * self._value))
            others = self._dice.choice(losing, min(number, len(losing)), replace=False).tolist()
        used = np.flatnonzero(self._used)
        others += self._dice.choice(used, min(number, len(used)) - len(others), replace=False).tolist()
        return [node for node in dict.fromkeys(others) if node != victim]

    def _home(self, rest: Sequence[int], victim: int) -> int | None:
        """The cheapest node that takes all of the rest: a cheaper unused one, or the victim."""
        for price, nodes in self._kinds:
            if price >= self._price[victim]:
                break
            unused = nodes[~self._used[nodes]]
            if len(unused) and self.loads.may_open(int(unused[0])) and self._takes(int(unused[0]), rest):
                return int(unused[0])
        return victim if self._takes(victim, rest) else None

    def _takes(self, node: int, groups: Sequence[int]) -> bool:
        """Whether the node takes pods of all these groups together."""
        loads, company = self.loads, self.loads.company
        asked = np.array([loads.requests[group] for group in groups], dtype=np.int64).sum(axis=0)
        if (asked > loads.room[node]).any():
            return False
        barred = set(loads.barred(node))
        for group in groups:
            if not loads.allows(group, node) or not company.shows[group].isdisjoint(barred):
                return False
            barred |= company.bars[group]
        return True

    def _judge(self) -> bool:
        """Keep what has become of the touched nodes where it is no worse, otherwise put all back."""
        after = {node: list(self.loads.on[node]) for node in self._before}
        was, now = len(self._waiting), len(self.loads.left)
        if (now, *self._standing(after)) <= (was, *self._standing(self._before)):
            return True
        self.loads.left = self._waiting
        before = self._before
        for node in before:
            self._take(node)
        for node, groups in before.items():
            self._put(node, groups)
        return False

    def _standing(self, on: dict[int, list[int]]) -> tuple[float, float]:
        """Their price and, negative, how unevenly the nodes lose that could be empty: the less, the better."""
        price = uneven = 0.0
        for node, groups in on.items():
            if groups and not self.loads.kept[node]:
                price += self._price[node]
                loss = self._value[node] - sum(self._worth[group] for group in groups)
                uneven += loss * loss / self._value[node]
        return round(price, 9), -uneven

    def _settle_left(self, nodes: Iterable[int]) -> None:
        """Whoever has no node goes where the scarce resource has least room, on nodes in use if possible."""
        loads = self.loads
        open_to = np.zeros(len(loads.on), dtype=np.bool_)
        open_to[list(nodes)] = True
        waiting, loads.left = self._in_order(loads.left), []
        for group in waiting:
            takers = loads.takers(group)
            takers = takers[open_to[takers]]
            room = loads.room[takers, self._row]
            price = np.where(self._used[takers], 0.0, self._price[takers])
            ranked = takers[np.lexsort((room, price))].tolist()
            home = next((node for node in ranked if self._used[node] or loads.may_open(node)), None)
            if home is None:
                loads.left.append(group)
            else:
                self._put(home, [group])

    # -- nodes

    def _in_order(self, groups: Sequence[int], first: Collection[int] = ()) -> list[int]:
        """Awkward pods before others, by and large; pods of these groups before all of them."""
        awkward = (self._awkward[list(groups)] * (1 + self._dice.random(len(groups)))).tolist()
        ranked = sorted(range(len(groups)), key=lambda place: (groups[place] not in first, -awkward[place]))
        return [groups[place] for place in ranked]

    def _fill(self, node: int, hand: list[int], give: float) -> list[int]:
        """The node gets the best of the hand; gives the rest."""
        chosen = set(self._stuffing.chosen(node, hand, give))
        self._put(node, [hand[place] for place in sorted(chosen)])
        return [group for place, group in enumerate(hand) if place not in chosen]

    def _put(self, node: int, groups: list[int]) -> None:
        if groups:
            self._before.setdefault(node, list(self.loads.on[node]))
            self.loads.put(node, groups)
            self._held[node] += sum(self._worth[group] for group in groups)
            self._used[node] = True

    def _take(self, node: int) -> list[int]:
        self._before.setdefault(node, list(self.loads.on[node]))
        self._held[node] = 0.0
        self._used[node] = self.loads.kept[node]
        return self.loads.take(node)


class _Deck:
    """Loose pods in a random order, of which some are taken ahead of their turn."""

    def __init__(self, loads: Loads, dice: np.random.Generator) -> None:
        self._cards: list[int] = dice.permutation(np.array(loads.left, dtype=np.int64)).tolist()
        self._inside = Counter(self._cards)
        self._homeless = Counter(self._cards)
        self._apart = [group for group in self._inside if loads.company.keeps_apart(group)]
        self._ahead: Counter[int] = Counter()

    def draw(self, number: int) -> list[int]:
        """The next pods."""
        drawn: list[int] = []
        while self._cards and len(drawn) < number:
            group = self._cards.pop()
            if self._ahead[group]:
                self._ahead[group] -= 1
            else:
                drawn.append(group)
        self._inside.subtract(drawn)
        return drawn

    def late(self, most: float) -> frozenset[int]:
        """The groups that keep apart and have more pods without a node than this."""
        return frozenset(group for group in self._apart if self._homeless[group] > most)

    def ahead(self, groups: Iterable[int]) -> list[int]:
        """One pod of each of these groups, as far as they are in the deck."""
        taken = [group for group in sorted(groups) if self._inside[group]]
        self._ahead.update(taken)
        self._inside.subtract(taken)
        return taken

    def gone(self, hand: Sequence[int], rest: Sequence[int]) -> None:
        """Of a hand these are left; all others have a node."""
        self._homeless.subtract(hand)
        self._homeless.update(rest)

    def add(self, groups: Sequence[int]) -> None:
        """Pods that come once more when all others have had their turn."""
        self._cards[:0] = groups
        self._inside.update(groups)

    def all(self) -> list[int]:
        """Everybody that is left."""
        return self.draw(len(self._cards))


def _shares(loads: Loads, scarce: int) -> tuple[Floats, Floats]:
    """How awkward the pods of a group are, and how much a node has beside the scarce resource.

    Awkward are those that ask for much, and those that keep away from many others.
    """
    room = np.maximum(loads.offered, 0).astype(np.float64)
    average = np.maximum(room.mean(axis=0), 1.0)
    shares, asked = room / average, np.array(loads.requests, dtype=np.float64) / average
    others = np.arange(room.shape[1]) != scarce
    plenty: Floats = shares[:, others].sum(axis=1) / np.maximum(shares[:, scarce], 1e-9)
    awkward: Floats = asked.sum(axis=1) + asked[:, scarce] + 2 * _avoided(loads)
    return awkward, plenty


def _avoided(loads: Loads) -> Floats:
    """The part of all loose pods that each group keeps away from; who is avoided for two reasons counts twice."""
    pods = Counter(group for groups in (loads.left, *loads.on) for group in groups)
    showing = Counter[int]()
    for group, number in pods.items():
        showing.update(dict.fromkeys(loads.company.shows[group], number))
    barred = [sum(showing[mark] for mark in bars) for bars in loads.company.bars]
    return np.array(barred, dtype=np.float64) / max(pods.total(), 1)


def _kinds(loads: Loads, price: Floats) -> list[tuple[float, NDArray[np.intp]]]:
    """Nodes of the same price and room, the cheapest first."""
    alike: dict[tuple[float, bytes], list[int]] = {}
    for node, each in enumerate(price.tolist()):
        if not loads.kept[node]:
            alike.setdefault((each, loads.offered[node].tobytes()), []).append(node)
    return sorted(((each, np.array(nodes)) for (each, _), nodes in alike.items()), key=lambda kind: kind[0])
