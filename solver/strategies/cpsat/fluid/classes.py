"""Equal nodes as one class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.objectives.cost import prices_of

if TYPE_CHECKING:
    from fractions import Fraction

    from solver.strategies.cpsat.fluid.limits import Limits
    from solver.strategies.cpsat.fluid.rows import Ints
    from solver.strategies.cpsat.fluid.supply import Supply


@dataclass(frozen=True, eq=False)
class NodeClass:
    """Nodes (places in the ground's cluster) that nothing here tells apart: ``number`` of them, were all made.

    ``room`` has what restless pods can have of each resource on one node (milli-CPU, bytes, pods), ``most`` how many of
    each group. ``paid``: a settled pod keeps the nodes in use whatever happens. ``pool`` is that of candidates.
    """

    places: Ints
    number: int
    price: Fraction
    paid: bool
    pool: str | None
    room: Ints
    most: Ints

    def __len__(self) -> int:
        """How many nodes there are, or could be."""
        return self.number


def node_classes(supply: Supply, limits: Limits, *, wishes: bool = False) -> tuple[NodeClass, ...]:
    """Nodes of the same room, price, limits and domains, in the order of their first node.

    With ``wishes`` they leave the same preferences unmet as well.
    """
    ground = supply.ground
    prices = prices_of(ground.cluster)
    most = np.minimum(supply.most, limits.per_node)
    marks = np.column_stack((supply.room, most.T, limits.marks, *(supply.unmet if wishes else ())))
    pool_of = {node: row.pool.name for row in ground.candidates for node in row.nodes}
    members: dict[tuple[bytes, Fraction, bool, str | None], list[int]] = {}
    for place, node in enumerate(ground.cluster.nodes):
        key = marks[place].tobytes(), prices[node], bool(supply.paid[place]), pool_of.get(node)
        members.setdefault(key, []).append(place)
    return tuple(
        NodeClass(
            np.array(places),
            int(ground.copies[places].sum()),
            price,
            paid,
            pool,
            supply.room[places[0]],
            most[:, places[0]],
        )
        for (_, price, paid, pool), places in members.items()
    )
