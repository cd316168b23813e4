"""Sums over everything on a node, made for thousands of nodes at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.model.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.node import Node
    from solver.model.variables import GroupVariables

Amounts = NDArray[np.int64]
"""One number per group, in the order of the groups."""


@dataclass(frozen=True, eq=False)
class Loads:
    """The variables on each node, sorted by node: variable ``variables[i]`` counts pods of group ``groups[i]``.

    Node c has the entries from ``starts[c]`` to ``starts[c + 1]``; ``constants`` are (group, count) of what is decided
    on a node.
    """

    starts: NDArray[np.int64]
    variables: NDArray[np.int64]
    groups: NDArray[np.int64]
    constants: Mapping[int, Sequence[tuple[int, int]]]

    @classmethod
    def of(cls, rows: Sequence[GroupVariables], column: Mapping[Node, int]) -> Loads:
        """Sort the variables of all groups by node."""
        at: list[int] = []
        variables: list[int] = []
        groups: list[int] = []
        constants: dict[int, list[tuple[int, int]]] = {}
        for index, row in enumerate(rows):
            for tallied in (row.stays, row.arrivals):
                at += [column[node] for node in tallied.variable]
                variables += tallied.variable.values()
                groups += [index] * len(tallied.variable)
                for node, count in tallied.constant.items():
                    constants.setdefault(column[node], []).append((index, count))
        places = np.array(at, dtype=np.int64)
        order = np.argsort(places, kind="stable")
        starts = np.searchsorted(places[order], np.arange(len(column) + 1))
        return cls(
            starts, np.array(variables, dtype=np.int64)[order], np.array(groups, dtype=np.int64)[order], constants
        )

    def on(self, node: int, amounts: Amounts) -> Linear:
        """The sum of ``amounts`` over the pods on the node in this column."""
        here = slice(self.starts[node], self.starts[node + 1])
        weights = amounts[self.groups[here]]
        counted = weights != 0
        variables = self.variables[here][counted].tolist()
        constant = sum(int(amounts[group]) * count for group, count in self.constants.get(node, ()))
        return Linear(tuple(variables), tuple(weights[counted].tolist()), constant)
