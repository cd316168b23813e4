"""What spreading over zones says of the numbers of pods in them, whatever the nodes are.

A pod that carries a ``DoNotSchedule`` constraint over zones and matches it is bound only where its zone then has at
most maxSkew more matching pods than the emptiest eligible zone; and the emptiest counts as empty while fewer than
``minDomains`` zones have a node. On fresh nodes numbers only grow, so in the end, for all eligible zones z and y,

    pods of the spec in z  ≤  maxSkew + matching pods in y

since a zone y without an eligible node has none, and where ``minDomains`` are as many as there are to choose from (see
`zones`) the minimum is 0 then. DaemonSets whose pods match would count as well: such constraints are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.cluster.topology import ZONE
from solver.rules.selection import Selected
from solver.studies.node_sizes.zones import zones_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.cluster.topology import SpreadConstraint


@dataclass(frozen=True, slots=True)
class Spread:
    """In no eligible zone more pods of spec ``row`` than ``skew`` above all of ``matching`` in any other one."""

    row: int
    skew: int
    matching: tuple[int, ...]
    zones: frozenset[str | None]

    def most(self, wanting: NDArray[np.int64]) -> int:
        """The most pods of the spec in one zone.

        Were there more than that, x, the N - x matching pods elsewhere would have to be at least x - skew in each of
        the Z - 1 other zones: so Z·x ≤ (Z - 1)·skew + N.
        """
        zones = len(self.zones)
        return int((zones - 1) * self.skew + wanting[list(self.matching)].sum()) // zones


def spreads_of(specs: Sequence[PodSpec], templates: Sequence[Node], workloads: Cluster) -> tuple[Spread, ...]:
    """Those of all specs; ``templates`` are the nodes that may be opened, in every zone."""
    return tuple(spread for row in range(len(specs)) for spread in _spreads(row, specs, templates, workloads))


def _spreads(row: int, specs: Sequence[PodSpec], templates: Sequence[Node], workloads: Cluster) -> Iterator[Spread]:
    spec = specs[row]
    for constraint in spec.spread:
        if not constraint.hard or constraint.topology_key != ZONE or constraint.selector is None:
            continue
        selected = Selected(frozenset({spec.namespace}), constraint.selector)
        zones = zones_for(spec, constraint, templates)
        if len(zones) > 1 and _counts(spec, constraint, selected, len(zones), workloads):
            matching = tuple(at for at, other in enumerate(specs) if selected.holds(other))
            yield Spread(row, constraint.max_skew, matching, zones)


def _counts(spec: PodSpec, constraint: SpreadConstraint, selected: Selected, zones: int, workloads: Cluster) -> bool:
    """Whether all that is said above holds of it."""
    daemons = any(selected.holds(daemon_set.spec) for daemon_set in workloads.daemon_sets)
    return selected.holds(spec) and not daemons and (constraint.min_domains or 1) >= zones
