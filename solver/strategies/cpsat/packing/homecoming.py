"""Fewer moves at the same cost: pods trade places, so that more of them stay where they were.

The nodes in use have hardly any room left. So a pod comes home where others leave and fit on the node that it comes
from: a few nodes are filled again with what all of them hold, each with its own pods first.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.packing.accounts import Accounts
from solver.strategies.cpsat.packing.projection import Scarce
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from solver.strategies.cpsat.packing.loads import Loads

_OTHERS = (1, 4)
"""A node trades with so many others."""
_GIVEN = (0.0, 0.002, 0.004)
"""So much of the fullest filling is given up for pods that are at home, in turn."""
_PATIENCE = 60
"""Rounds in vain for each node in use, after which it is left at that."""

_PER_ROUND = 5e-5
"""What a round counts as work beside its fillings: about its seconds."""


class Homecoming:
    """Works on loads whose pods were on other nodes, named in ``home_of`` by the keys of pods, and brings them back."""

    def __init__(self, loads: Loads, home_of: Mapping[str, str], seed: int) -> None:
        self.loads = loads
        self._accounts = Accounts(loads, _by_size(loads))
        self._residents = loads.residents(home_of)
        self._dice = np.random.default_rng(seed)
        average = np.maximum(np.maximum(loads.offered, 0).mean(axis=0), 1.0)
        self._sizes = (np.array(loads.requests, dtype=np.float64).reshape(-1, len(average)) / average).sum(axis=1)
        self._holders: dict[int, dict[int, None]] = {}
        self._note(range(len(loads.on)))

    def run(self, stop: Callable[[], bool]) -> None:
        """Round after round, until many have gained nothing, or it is stopped."""
        used = [node for node, on in enumerate(self.loads.on) if on]
        in_vain = 0
        while used and in_vain < _PATIENCE * len(used) and not stop():
            in_vain = 0 if self.round(int(self._dice.choice(used))) else in_vain + 1

    def round(self, node: int) -> bool:
        """Bring pods home to the node; undone where somebody loses the place on a node, or no more are at home."""
        spend(_PER_ROUND)
        others = self._partners(node)
        if not others:
            return False
        accounts, nodes = self._accounts, [node, *others]
        before = self._at_home(nodes)
        accounts.begin()
        waiting, self.loads.left = self.loads.left, []
        hand = [kind for each in nodes for kind in accounts.take(each)]
        order = np.argsort(-self._sizes[hand] * (1 + self._dice.random(len(hand))), kind="stable")
        hand = [hand[place] for place in order.tolist()]
        give = float(self._dice.choice(_GIVEN))
        for each in nodes:
            hand = accounts.fill(each, self._own_first(each, hand), give)
        if hand or self._at_home(nodes) <= before:
            accounts.undo()
            return False
        self.loads.left = waiting
        self._note(nodes)
        return True

    def _partners(self, node: int) -> list[int]:
        """Some of the nodes that hold pods of this one as strangers."""
        missing = self._residents[node] - Counter(self.loads.on[node])
        found: dict[int, None] = {}
        for kind in missing:
            found |= dict.fromkeys(
                other
                for other in self._holders.get(kind, ())
                if other != node and self.loads.on[other].count(kind) > self._residents[other][kind]
            )
        number = int(self._dice.integers(*_OTHERS, endpoint=True))
        return [int(other) for other in self._dice.permutation(list(found))[:number]]

    def _own_first(self, node: int, hand: Sequence[int]) -> list[int]:
        """The hand with the pods that are at home on the node before all others."""
        awaited = Counter(self._residents[node])
        strangers: list[int] = []
        own: list[int] = []
        for kind in hand:
            awaited[kind] -= 1
            (own if awaited[kind] >= 0 else strangers).append(kind)
        return [*own, *strangers]

    def _at_home(self, nodes: Iterable[int]) -> int:
        return sum((Counter(self.loads.on[node]) & self._residents[node]).total() for node in nodes)

    def _note(self, nodes: Iterable[int]) -> None:
        """Who is where now; whoever has left is found out when asked for."""
        for node in nodes:
            for kind in self.loads.on[node]:
                self._holders.setdefault(kind, {})[node] = None


def _by_size(loads: Loads) -> Scarce:
    """Pods are worth what they take of the resource of which the nodes in use have least left."""
    used = np.array([bool(on) for on in loads.on])
    offered = np.maximum(loads.offered[used], 0).sum(axis=0)
    row = int(np.argmin(np.where(offered > 0, loads.room[used].sum(axis=0) / np.maximum(offered, 1), np.inf)))
    rooms = zip(loads.ground.cluster.nodes, loads.offered[:, row].tolist(), strict=True)
    return Scarce(
        resource=loads.resources[row],
        bound=Fraction(0),
        nodes=(),
        worth={requests[row]: float(requests[row]) for requests in loads.requests},
        value={node: float(max(room, 0)) for node, room in rooms},
    )
