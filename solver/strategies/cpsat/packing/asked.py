"""When packing is the way: light enough to ask before anything is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.objectives.question import ObjectiveName
from solver.rules.selection import selected_by
from solver.strategies.cpsat.fluid.supply import may_leave

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.incumbent import StageResult

_MOST_GROUPS, _MOST_NODES = 1_000, 5_000
"""Beyond these, tables of groups and nodes are too large to be made for one more bound."""

_TIED = 0.25
"""More than this part of the pods, and the start that places pod by pod comes before the one that plans by counts."""


def cost_of_all(work: Groundwork, results: Sequence[StageResult], *, hoped: bool = False) -> int | None:
    """The place of an unproven cost stage for which every pod has to be placed and no bound workload may leave.

    ``hoped``: it is enough that no bound says that a pod has to be left out.
    """
    place = next((at for at, each in enumerate(results) if each.stage.level.objective is ObjectiveName.COST), None)
    if place is None or (results[place].proven and not hoped):
        return None
    pending = [each for each in results[:place] if each.stage.level.objective is ObjectiveName.PENDING]
    ground = work.ground
    groups = [group for group in ground.groups if group.movable]
    placed = bool(pending) and not any(each.bound if hoped else each.value for each in pending)
    lowest = min((each.stage.level.priority for each in pending if each.stage.level.priority is not None), default=None)
    covered = lowest is not None and all(group.priority >= lowest for group in groups)
    settled = not any(group.bound and may_leave(group, ground) for group in groups)
    return place if placed and covered and settled else None


def only_room_counts(ground: Ground) -> bool:
    """Whether nothing ties nodes to one another, and there are not too many of them.

    Then placements that keep the earlier stages are exactly the choices of one filling for every node in use.
    """
    groups = [group for group in ground.groups if group.movable]
    small = len(groups) <= _MOST_GROUPS and int(ground.copies.sum()) <= _MOST_NODES
    return small and not ground.cluster.shares_devices and all(map(_free, groups))


def mostly_tied(ground: Ground) -> bool:
    """Whether so many pods ask for company, or for none, of other groups that plans by counts come to little."""
    namespaces = ground.cluster.namespaces
    pods = tied = 0
    for group in ground.groups:
        terms = (*group.spec.affinity.required, *group.spec.anti_affinity.required)
        pods += len(group)
        if any(not selected_by(term, namespaces).holds(group.spec) for term in terms):
            tied += len(group)
    return tied > _TIED * pods


def _free(group: PodGroup) -> bool:
    """Whether room, and what a node is, are all that says where pods of the group can be."""
    spec = group.spec
    tied = spec.affinity.required or spec.anti_affinity.required or any(each.hard for each in spec.spread)
    stored = spec.claims or spec.disks or spec.inline_volumes
    return not (tied or stored or spec.host_ports)
