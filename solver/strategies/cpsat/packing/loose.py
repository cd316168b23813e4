"""Which pods can be moved without a look at the rest of the cluster, and who keeps away from whom on a node.

*Loose* pods may be on any node of their home (`homes.py`) that has room for them and nobody they keep away from. Who
keeps away from whom is said in marks: a group shows some and bars some, and two groups share a node only if neither
bars what the other shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from solver.cluster.devices import asks_for_devices
from solver.rules.selection import Selected, SelectionIndex, selected_by
from solver.strategies.cpsat.packing.homes import Homes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.cluster.ports import HostPort
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.strategies.cpsat.packing.homes import Ints

Marks = frozenset[int]


@dataclass(frozen=True, eq=False)
class Company:
    """By group (its index): the marks that it ``shows``, those that it ``bars``, and which ``home`` each node is.

    Bars and shows are symmetric: where one group bars what another shows, the other bars something of the first, too.
    Pods of a group without homes stay where they are; those of a ``free`` one may also come and go altogether.
    """

    homes: Homes
    shows: tuple[Marks, ...]
    bars: tuple[Marks, ...]
    home: tuple[Ints | None, ...]
    free: tuple[bool, ...]


def company(ground: Ground) -> Company:
    """The marks of anti-affinity whose domains are single nodes, and of host ports."""
    near = _keys_of_nodes(ground)
    shows: list[set[int]] = [set() for _ in ground.groups]
    bars: list[set[int]] = [set() for _ in ground.groups]
    numbers = count()
    for carriers, matches in (*_apart_on_nodes(ground, near), *_port_conflicts(ground.groups)):
        mine, theirs = next(numbers), next(numbers)
        for group in carriers:
            shows[group].add(mine)
            bars[group].add(theirs)
        for group in matches:
            shows[group].add(theirs)
            bars[group].add(mine)
    homes = Homes(ground, near)
    home = tuple(homes.of(group.spec) if _can_move(group, ground) else None for group in ground.groups)
    free = tuple(homes.free(group.spec) for group in ground.groups)
    return Company(homes, tuple(map(frozenset, shows)), tuple(map(frozenset, bars)), home, free)


def _keys_of_nodes(ground: Ground) -> frozenset[str]:
    """The topology keys of which no two nodes have the same value."""
    keys = {term.topology_key for group in ground.groups for term in group.spec.anti_affinity.required}
    values = {key: [node.labels[key] for node in ground.cluster.nodes if key in node.labels] for key in keys}
    return frozenset(key for key, named in values.items() if len(set(named)) == len(named))


def _apart_on_nodes(ground: Ground, near: frozenset[str]) -> Iterator[tuple[list[int], list[int]]]:
    """Of each anti-affinity term over single nodes, the groups that carry it and those that it speaks of."""
    carriers: dict[Selected, dict[int, None]] = {}
    for group in ground.groups:
        for term in group.spec.anti_affinity.required:
            if term.topology_key in near:
                carriers.setdefault(selected_by(term, ground.cluster.namespaces), {})[group.index] = None
    index = SelectionIndex(carriers)
    matches: list[list[int]] = [[] for _ in index.selections]
    for group in ground.groups:
        for place in index.holding(group.spec):
            matches[place].append(group.index)
    for selected, matching in zip(index.selections, matches, strict=True):
        if matching:
            yield list(carriers[selected]), matching


def _port_conflicts(groups: Sequence[PodGroup]) -> Iterator[tuple[list[int], list[int]]]:
    """Of each host port, the groups that take it and those whose ports conflict with it."""
    users: dict[HostPort, dict[int, None]] = {}
    for group in groups:
        for port in group.spec.host_ports:
            users.setdefault(port, {})[group.index] = None
    for port, mine in users.items():
        rivals = {group: None for other, theirs in users.items() if port.conflicts_with(other) for group in theirs}
        yield list(mine), list(rivals)


def _can_move(group: PodGroup, ground: Ground) -> bool:
    """Whether pending pods of the group have nothing that is at one node or one volume only."""
    spec = group.spec
    stored = spec.claims or spec.disks or spec.inline_volumes
    sharing = ground.cluster.shares_devices and asks_for_devices(spec)
    return bool(group.pending) and group.movable and not (stored or sharing)
