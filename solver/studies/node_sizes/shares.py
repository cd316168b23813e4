"""Which pods have to be told apart by zone, and what is known of their numbers there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.topology import HOSTNAME
from solver.studies.node_sizes.kinds import UNLIMITED

if TYPE_CHECKING:
    from solver.cluster.pod import PodSpec
    from solver.strategies.cpsat.buying.shares import Shares
    from solver.studies.node_sizes.kinds import Ints, Kinds, Mask


def shares_of(kinds: Kinds, group_of: Ints) -> Shares:
    """Of all pods; ``group_of`` says the group of each spec."""
    from solver.strategies.cpsat.buying.shares import Difference, Shares

    spread = {row for spread in kinds.spreads for row in (spread.row, *spread.matching)}
    rows = sorted(spread | set(np.flatnonzero(kinds.most_in_zone < UNLIMITED).tolist()))
    place = {row: at for at, row in enumerate(rows)}
    names = [template.zone for template in kinds.task.offers[0].templates]
    differences = tuple(
        Difference(
            place[spread.row],
            spread.skew,
            tuple(place[row] for row in spread.matching),
            tuple(at for at, name in enumerate(names) if name in spread.zones),
        )
        for spread in kinds.spreads
    )
    open_to: Mask = np.any(kinds.admitted, axis=1)
    alike = _alike(kinds)
    groups = int(group_of.max(initial=-1)) + 1
    first = np.unique(group_of, return_index=True)[1]
    return Shares(
        zones=1 if alike and not any(map(_looks_at_zones, kinds.pods)) else kinds.zones,
        wanting=kinds.wanting[rows],
        most=np.minimum(kinds.wanting, kinds.most_in_zone)[rows] * open_to[:, rows],
        group=group_of[rows],
        differences=differences,
        tied=np.bincount(group_of[rows], minlength=groups) == np.bincount(group_of, minlength=groups),
        open_to=open_to[:, first],
        alike=alike,
    )


def _alike(kinds: Kinds) -> bool:
    """Whether pods could be in any zone instead of any other; a volume is where it is."""
    stored = any(spec.claims or spec.disks for spec in kinds.pods)
    return not stored and bool((kinds.admitted == kinds.admitted[:1]).all())


def _looks_at_zones(spec: PodSpec) -> bool:
    """Whether some rule of the pod speaks of more than single nodes."""
    keys = [constraint.topology_key for constraint in spec.spread if constraint.hard]
    keys += [term.topology_key for side in (spec.affinity, spec.anti_affinity) for term in side.required]
    return any(key != HOSTNAME for key in keys)
