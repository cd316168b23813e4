"""Columns over nodes: NumPy arrays with one entry per node, and the labels of the nodes as such columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.cluster.labels import Operator, Requirement

if TYPE_CHECKING:
    from collections.abc import Sequence

Column = NDArray[np.int64]
"""One integer per node."""
Mask = NDArray[np.bool_]
"""One truth value per node."""
Places = NDArray[np.intp]
"""The places of some nodes in a column, ascending."""


@dataclass(slots=True, eq=False)
class LabelColumn:
    """The value of one label on every node, as a code into ``values``; -1 where the node lacks the label."""

    key: str
    values: dict[str, int]
    codes: NDArray[np.int64]

    @classmethod
    def of(cls, key: str, labels: Sequence[str | None]) -> LabelColumn:
        """From the label's value on each node, None where it is absent."""
        values: dict[str, int] = {}
        codes = [-1 if value is None else values.setdefault(value, len(values)) for value in labels]
        return cls(key, values, np.array(codes, dtype=np.int64))

    def filled(self) -> LabelColumn:
        """The same column with the empty value where the label is absent."""
        values = dict(self.values)
        empty = values.setdefault("", len(values)) if (self.codes < 0).any() else -1
        return LabelColumn(self.key, values, np.where(self.codes < 0, empty, self.codes))

    def meets(self, requirement: Requirement) -> Mask:
        """Where the label meets a requirement, every distinct value judged once."""
        if requirement.operator in (Operator.IN, Operator.NOT_IN):
            wanted = [self.values[value] for value in requirement.values if value in self.values]
            found = self.codes == wanted[0] if len(wanted) == 1 else np.isin(self.codes, wanted)
            return found if requirement.operator is Operator.IN else ~found
        verdict = [requirement.matches({self.key: value}) for value in self.values]
        return np.array([*verdict, requirement.matches({})], dtype=np.bool_)[self.codes]
