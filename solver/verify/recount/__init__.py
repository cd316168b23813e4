"""What holds in any order, counted afresh from the finished placement.

Only what the plan did is judged: a rule that bound pods break among themselves, in the input, is not of its making. So
each recount asks for at least one newly bound pod in what it reports.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from solver.verify.recount.anti_affinity import anti_affinity
from solver.verify.recount.attach_limits import attach_limits
from solver.verify.recount.daemons import daemons
from solver.verify.recount.devices import devices
from solver.verify.recount.disks import disks
from solver.verify.recount.final import Final
from solver.verify.recount.membership import membership
from solver.verify.recount.pools import pools
from solver.verify.recount.ports import ports
from solver.verify.recount.resources import resources
from solver.verify.recount.single_users import single_users
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from solver.placement import Placement

Recount = Callable[[Final], Iterator[Violation]]

RECOUNTS: tuple[Recount, ...] = (
    resources,
    ports,
    disks,
    single_users,
    attach_limits,
    anti_affinity,
    devices,
    daemons,
    pools,
)


def recount(placement: Placement, waived: Collection[str] = ()) -> tuple[Violation, ...]:
    """What is wrong with a placement whatever its steps; where pods or nodes are unknown, nothing else is counted."""
    strangers = tuple(membership(placement))
    if strangers:
        return strangers
    final = Final(placement, waived)
    return tuple(found for count in RECOUNTS for found in count(final) if found.rule not in waived)
