"""An answer with its loose pods rearranged: on the nodes that the scarcest resource asks for, then on fewer of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.placement import Placement
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.incumbent import Incumbent
from solver.strategies.cpsat.packing.loads import Loads
from solver.strategies.cpsat.packing.loose import company
from solver.strategies.cpsat.packing.refilling import Refilling
from solver.verify.recount import recount
from solver.verify.replay import replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.packing.projection import Scarce

_SAME = 1e-9
"""Costs that differ by this part are the same, added up in another order."""


class Rearranging:
    """Rearranges answers of one cluster, by what its pods are worth of the ``scarce`` resource.

    After as many rounds in vain as ``patience`` says it is left at that. Placements that are not ``better`` than what
    is known need no order of binds.
    """

    def __init__(
        self, work: Groundwork, scarce: Scarce, seed: int, patience: int, better: Callable[[Placement], bool]
    ) -> None:
        self._work = work
        self._scarce = scarce
        self._seed = seed
        self._patience = patience
        self._is_better = better
        self._company = company(work.ground)

    def filled_anew(self, before: Placement, stop: Callable[[], bool]) -> Iterator[Incumbent]:
        """All loose pods put on the nodes that the scarce resource asks for, if that is better.

        Rounds go on from there, and find places for those that are left over at first.
        """
        if not stop():
            refilling = self._refilling(before)
            refilling.anew((self._work.ground.column[node] for node in self._scarce.nodes), stop)
            self._rounds(refilling, stop)
            yield from self._better(refilling.loads, before)

    def improved(self, before: Placement, stop: Callable[[], bool]) -> Iterator[Incumbent]:
        """What rounds make of the placement, if that is better; it leaves no loose pod out."""
        if not stop():
            refilling = self._refilling(before)
            if not refilling.loads.left:
                self._rounds(refilling, stop)
                yield from self._better(refilling.loads, before)

    def _rounds(self, refilling: Refilling, stop: Callable[[], bool]) -> None:
        """Until the bound is met with every loose pod placed, many rounds have gained nothing, or it is stopped."""
        enough = float(self._scarce.bound) * (1 + _SAME)
        best, in_vain = (refilling.loads.missing, refilling.cost), 0
        while best > ((0, 0), enough) and in_vain < self._patience and refilling.can_improve and not stop():
            refilling.round()
            reached = refilling.loads.missing, refilling.cost
            in_vain = 0 if reached < best else in_vain + 1
            best = min(best, reached)

    def _refilling(self, before: Placement) -> Refilling:
        return Refilling(Loads(self._work.ground, self._company, before), self._scarce, self._seed)

    def _better(self, loads: Loads, before: Placement) -> Iterator[Incumbent]:
        """The loads carried out, if that can be done and is of use."""
        placement = rearranged(before, loads, self._work)
        if self._is_better(placement):
            order = bind_order(placement)
            if order.steps is not None and not (replay(order.placement, order.steps) or recount(order.placement)):
                yield Incumbent(order.placement, order.steps)


def rearranged(before: Placement, loads: Loads, work: Groundwork) -> Placement:
    """Loose pods as the loads have them, all others as before, DaemonSet pods on the nodes that open.

    Of nodes that were open, DaemonSet pods that found no room there are left as they are.
    """
    nodes = work.ground.cluster.nodes
    named = {node.name: node for node in nodes}
    loose = loads.loose
    staying = (pod for pod in work.cluster.pods if pod in before.node_of and pod not in loose)
    node_of = {pod: named[before.node_of[pod].name] for pod in staying}
    node_of |= {pod: nodes[place] for pod, place in loads.node_of()}
    used = set(node_of.values())
    opened = [node for row in work.ground.candidates for node in row.nodes if node in used]
    roomless = {pod.key for pod in before.pending}
    for node in opened:
        node_of |= {pod: node for pod in work.daemons[node] if pod.key not in roomless}
    cluster = work.with_opened(opened)
    return Placement(cluster, {pod: node_of[pod] for pod in cluster.pods if pod in node_of})
