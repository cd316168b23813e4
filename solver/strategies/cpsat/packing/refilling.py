"""Fewer nodes by filling some of them again, until what nodes lose is on few of them.

A pod is worth what the scarce resource says, and a node loses what its pods are worth less than it. The losses add up
to the distance from the bound, so they cannot be made less on the nodes in use; but where they come together on one
node, it is empty in the end.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.packing.accounts import Accounts
from solver.strategies.cpsat.packing.deck import Deck

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
_PAIRS = 0.3
"""So often another one goes with it, and what they hold may end on one node that costs less than both."""
_OTHERS = (2, 6)
"""And fills so many others again."""
_LOSING = 0.7
"""So often these are nodes that lose something, otherwise any."""
_LENIENCE = 0.003
"""Losses may become evener by this part of the price of what was to be emptied, on average: a way out of dead ends."""
_STRAYS = 3
"""So many pods that find no room on the nodes of a round may go elsewhere."""


class Refilling:
    """Works on loads and leaves them better; ``seed`` says in which of many ways."""

    def __init__(self, loads: Loads, scarce: Scarce, seed: int) -> None:
        self.loads = loads
        self._accounts = Accounts(loads, scarce)
        self._dice = np.random.default_rng(seed)
        self._awkward, self._plenty = _shares(loads, self._accounts.row)
        self._alike = _alike(loads, self._accounts.price)

    @property
    def cost(self) -> float:
        """Of all nodes in use."""
        return self._accounts.cost

    def anew(self, nodes: Iterable[int], stop: Callable[[], bool]) -> None:
        """Take all loose pods off and fill these nodes one by one; who is left goes where there is room, if in time."""
        loads, accounts = self.loads, self._accounts
        for node in range(len(loads.on)):
            loads.left += accounts.take(node)
        deck = Deck(loads, self._dice)
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
            rest = accounts.fill(node, hand, _GIVEN)
            deck.gone(hand, rest)
            carried = rest[:_CARRIED]
            deck.add(rest[_CARRIED:])
        loads.left = [*carried, *deck.all()]
        if not stop():
            self._settle_left(range(len(loads.on)))

    @property
    def can_improve(self) -> bool:
        """Whether there is a node that could do without its pods."""
        return bool(len(self._accounts.closable))

    def round(self) -> bool:
        """Empty one node and fill others again, with whoever has no node yet.

        It is undone where more pods are left, or as many and the nodes cost more or lose more evenly than before.
        """
        loads, accounts = self.loads, self._accounts
        victims = self._victims()
        others = self._others(victims)
        accounts.begin()
        waiting, loads.left = loads.left, []
        hand = [*waiting, *(kind for node in (*others, *victims) for kind in accounts.take(node))]
        hand = self._in_order(hand)
        give = _GIVEN * float(self._dice.integers(2))
        for node in others:
            hand = accounts.fill(node, hand, give)
        most = sum(accounts.price[victims].tolist())
        home = self._home(hand, most)
        if home is not None:
            accounts.put(home, hand)
        else:
            for node in victims:
                hand = accounts.fill(node, hand, give)
            loads.left = hand
            if len(loads.left) <= _STRAYS:
                self._settle_left(np.flatnonzero(accounts.used).tolist())
        return accounts.keep_or_undo(_LENIENCE * most * self._dice.exponential())

    # -- parts of a round

    def _victims(self) -> list[int]:
        """One or two of the nodes that hold least for their price, the first ones rather."""
        closable = self._accounts.closable
        yields = self._accounts.yields(closable)
        number = min(_WORST, len(closable))
        worst = np.argpartition(yields, number - 1)[:number]
        worst = worst[np.argsort(yields[worst], kind="stable")]
        first = int(closable[worst[self._dice.integers(number, size=2).min()]])
        if self._dice.random() >= _PAIRS:
            return [first]
        return list(dict.fromkeys((first, int(self._dice.choice(closable)))))

    def _others(self, victims: Sequence[int]) -> list[int]:
        number = int(self._dice.integers(*_OTHERS, endpoint=True))
        others: list[int] = []
        if self._dice.random() < _LOSING:
            losing = self._accounts.losing
            others = self._dice.choice(losing, min(number, len(losing)), replace=False).tolist()
        used = np.flatnonzero(self._accounts.used)
        others += self._dice.choice(used, min(number, len(used)) - len(others), replace=False).tolist()
        return [node for node in dict.fromkeys(others) if node not in victims]

    def _home(self, rest: Sequence[int], most: float) -> int | None:
        """The cheapest unused node, of at most this price, that takes all of the rest."""
        accounts = self._accounts
        for price, nodes in self._alike:
            if price > most:
                break
            unused = nodes[~accounts.used[nodes]]
            if len(unused) and self.loads.may_open(int(unused[0])) and accounts.takes(int(unused[0]), rest):
                return int(unused[0])
        return None

    def _settle_left(self, nodes: Iterable[int]) -> None:
        """Whoever has no node goes where the scarce resource has least room, on nodes in use if possible."""
        loads, accounts = self.loads, self._accounts
        open_to = np.zeros(len(loads.on), dtype=np.bool_)
        open_to[list(nodes)] = True
        waiting, loads.left = self._in_order(loads.left), []
        for kind in waiting:
            takers = loads.takers(kind)
            takers = takers[open_to[takers]]
            room = loads.room[takers, accounts.row]
            price = np.where(accounts.used[takers], 0.0, accounts.price[takers])
            ranked = takers[np.lexsort((room, price))].tolist()
            home = next((node for node in ranked if accounts.used[node] or loads.may_open(node)), None)
            if home is None:
                loads.left.append(kind)
            else:
                accounts.put(home, [kind])

    def _in_order(self, kinds: Sequence[int], first: Collection[int] = ()) -> list[int]:
        """Awkward pods before others, by and large; pods of these kinds before all of them."""
        awkward = (self._awkward[list(kinds)] * (1 + self._dice.random(len(kinds)))).tolist()
        ranked = sorted(range(len(kinds)), key=lambda place: (kinds[place] not in first, -awkward[place]))
        return [kinds[place] for place in ranked]


def _shares(loads: Loads, scarce: int) -> tuple[Floats, Floats]:
    """How awkward the pods of a kind are, and how much a node has beside the scarce resource.

    Awkward are those that ask for much, and those that keep away from many others.
    """
    room = np.maximum(loads.offered, 0).astype(np.float64)
    average = np.maximum(room.mean(axis=0), 1.0)
    shares = room / average
    asked = np.array(loads.requests, dtype=np.float64).reshape(-1, room.shape[1]) / average
    others = np.arange(room.shape[1]) != scarce
    plenty: Floats = shares[:, others].sum(axis=1) / np.maximum(shares[:, scarce], 1e-9)
    awkward: Floats = asked.sum(axis=1) + asked[:, scarce] + 2 * _avoided(loads)
    return awkward, plenty


def _avoided(loads: Loads) -> Floats:
    """The part of all loose pods that each kind keeps away from; who is avoided for two reasons counts twice."""
    pods = Counter(kind for kinds in (loads.left, *loads.on) for kind in kinds)
    showing = Counter[int]()
    for kind, number in pods.items():
        showing.update(dict.fromkeys(loads.shows[kind], number))
    barred = [sum(showing[mark] for mark in bars) for bars in loads.bars]
    return np.array(barred, dtype=np.float64) / max(pods.total(), 1)


def _alike(loads: Loads, price: Floats) -> list[tuple[float, NDArray[np.intp]]]:
    """Nodes of the same price and room where the same kinds may be, the cheapest first."""
    alike: dict[tuple[float, bytes, bytes], list[int]] = {}
    open_to = loads.open_to()
    for node, each in enumerate(price.tolist()):
        if not loads.kept[node]:
            alike.setdefault((each, loads.offered[node].tobytes(), open_to[node].tobytes()), []).append(node)
    return sorted(((key[0], np.array(nodes)) for key, nodes in alike.items()), key=lambda pair: pair[0])
