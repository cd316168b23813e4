"""The relaxation in whole pods and whole patterns: how many of each group, and of each device pattern, a class gets."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.sharing.arrange import beside_devices

if TYPE_CHECKING:
    from solver.strategies.cpsat.fluid.rows import Floats, Ints, Rows
    from solver.strategies.cpsat.sharing.cuts import DeviceCuts
    from solver.strategies.cpsat.sharing.patterns import Pattern


@dataclass(frozen=True, eq=False)
class Shares:
    """``pods`` of each group (rows) on each class (columns), and as many devices with each of the ``patterns``."""

    pods: Ints
    patterns: tuple[Pattern, ...]
    devices: Ints


def shared_out(cuts: DeviceCuts, objective: Floats, filled: float, seconds: float) -> Shares | None:
    """The best that is found in the time with every class ``filled`` to that part of it; None where that is nothing.

    To the rows of the relaxation come, for every class, one for each size of share, which the patterns hold, and one
    for the devices.
    """
    from solver.strategies.cpsat.fluid.solved import with_whole

    relaxation, patterns = cuts.relaxation, tuple(cuts.patterns.known)
    rows = deepcopy(relaxation.rows)
    devices = np.full((len(patterns), len(relaxation.classes)), -1, dtype=np.int64)
    for place, number in enumerate(cuts.devices):
        placed = relaxation.placed[:, place]
        there = np.flatnonzero(placed >= 0)
        if number:
            devices[:, place] = rows.variables([float(number)] * len(patterns))
            rows.require(
                np.append(placed[there], devices[:, place]),
                np.append(cuts.whole[there], np.ones(len(patterns))),
                -inf,
                float(number),
            )
        for size in range(len(cuts.patterns.sizes)):
            users = there[cuts.shares[there, size] > 0]
            holds = np.array([pattern[size] for pattern in patterns], dtype=np.float64) if number else np.zeros(0)
            held = np.flatnonzero(holds)
            rows.require(
                np.append(placed[users], devices[held, place]),
                np.append(np.ones(len(users)), -holds[held]),
                -inf,
                0.0,
            )
    _leave_room(cuts, rows, filled)
    extended = np.append(objective, np.zeros(len(rows.most) - len(objective)))
    counted = np.concatenate((relaxation.placed.ravel(), devices.ravel()))
    solved = with_whole(rows, extended, counted[counted >= 0], seconds)
    if solved.values is None:
        return None
    values = np.append(np.rint(solved.values).astype(np.int64), 0)
    return Shares(values[relaxation.placed], patterns, values[devices])


def _leave_room(cuts: DeviceCuts, rows: Rows, filled: float) -> None:
    """Of what is counted beside devices, only a part: a class that is full to the brim cannot be dealt out to nodes."""
    relaxation = cuts.relaxation
    supply = relaxation.supply
    for resource in beside_devices(supply).tolist():
        for place, each in enumerate(relaxation.classes):
            there = np.flatnonzero(relaxation.placed[:, place] >= 0)
            asked = supply.requests[resource, there].astype(np.float64)
            room = float(each.room[resource]) * len(each)
            used = np.flatnonzero(asked)
            if room and len(used):
                rows.require(relaxation.placed[there[used], place], asked[used] / room, -inf, filled)
