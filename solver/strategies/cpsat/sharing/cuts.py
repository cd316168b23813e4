"""Rows that make the relaxation see devices: weights of shares, by which a device bears only so much.

Where a solution of the relaxation needs more devices than there are, in parts of patterns, the prices of these patterns
are weights that it breaks. Rounded to whole numbers they are still weights: what a device bears is found exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.devices import GPU, number_of_devices, whole_devices
from solver.rules.gpu_sharing.weigh import device_weighing, heaviest
from solver.strategies.cpsat.sharing.patterns import DevicePatterns
from solver.strategies.work import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.strategies.cpsat.fluid.relaxation import Relaxation
    from solver.strategies.cpsat.fluid.rows import Floats
    from solver.strategies.cpsat.fluid.solved import Solved

_FULL = 1_000_000
"""Parts of a device that weights are rounded to."""
_BROKEN = 1e-5
"""Devices beyond those there are, as a part of them, that make a cut worth while."""
_USE = 1e-7
"""A round of cuts that raises the bound by less than this part of it was of no use."""


@dataclass
class DeviceCuts:
    """The cuts of one relaxation, found as its solutions ask for them."""

    relaxation: Relaxation
    patterns: DevicePatterns = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        """What shares there are, and on which classes of nodes how many devices."""
        groups = self.relaxation.supply.groups
        self.patterns = DevicePatterns(sorted({g.spec.gpu_milli for g in groups if g.spec.gpu_milli}, reverse=True))
        self.shares = np.array(
            [[g.spec.gpu_milli == size for size in self.patterns.sizes] for g in groups], dtype=float
        ).reshape(len(groups), len(self.patterns.sizes))
        self.whole = np.array([whole_devices(g.spec) for g in groups], dtype=float)
        ground = self.relaxation.supply.ground
        devices = np.array([number_of_devices(node) for node in ground.cluster.nodes], dtype=np.int64) * ground.copies
        self.devices = [int(devices[each.places].sum()) for each in self.relaxation.classes]

    def solved(self, objective: Floats, seconds: float) -> Solved:
        """The relaxation, with cuts until its solution breaks none, a round of them is of no use, or time is over."""
        from solver.strategies.cpsat.fluid.solved import relaxed

        until = clock() + seconds
        best = relaxed(self.relaxation.rows, objective, seconds)
        while best.values is not None and clock() < until and self._cut(best.values):
            solved = relaxed(self.relaxation.rows, objective, max(until - clock(), 0.01))
            if solved.values is None or solved.bound <= best.bound + _USE * abs(best.bound):
                return max(best, solved, key=lambda each: each.bound)
            best = solved
        return best

    def _cut(self, values: Floats) -> bool:
        """Whether a solution breaks weights, which it no longer will."""
        found = list(self._broken(values))
        for worth in found:
            weights = {size: int(each * _FULL) for size, each in zip(self.patterns.sizes, worth.tolist(), strict=True)}
            self.number += 1
            weighing = device_weighing(
                f"{GPU}, cut {self.number}", weights, heaviest(weights), self.relaxation.supply.ground.cluster
            )
            self.relaxation.weigh(weighing)
        return bool(found)

    def _broken(self, values: Floats) -> Iterator[Floats]:
        """Weights of all classes together; where these are kept, of each class for itself."""
        placed = self.relaxation.placed
        pods = np.where(placed >= 0, np.append(values, 0.0)[placed], 0.0)
        worth = self._worth(pods.sum(axis=1), sum(self.devices))
        if worth is not None:
            yield worth
            return
        for place, devices in enumerate(self.devices):
            if devices and (worth := self._worth(pods[:, place], devices)) is not None:
                yield worth

    def _worth(self, pods: Floats, devices: int) -> Floats | None:
        needed, worth = self.patterns.fewest(pods @ self.shares)
        return worth if needed + pods @ self.whole > devices * (1 + _BROKEN) else None
