"""Nodes that could be opened and that something knows by name already: these differ from the others of their pool."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.node_affinity import NodeSelectorTerm
    from solver.cluster.pod import PodSpec
    from solver.cluster.pool import NodePool
    from solver.model.ground import Depth


def told_apart(cluster: Cluster) -> Depth:
    """How many nodes of a pool's zone must exist, so that the last of them stands for all after it.

    The nodes of a row differ in their names only, so they are alike beyond the last that a selector, a volume or a
    storage object names; a value that names one by chance costs a node more.
    """
    return reaching(names_in(cluster))


def reaching(names: Iterable[str]) -> Depth:
    """How many nodes of a pool's zone must exist for all nodes of these names to do so, and one more."""
    known = frozenset(names)

    def depth(pool: NodePool, zone: int) -> int:
        stem = f"{pool.templates[zone].name}-"
        numbers = (name.removeprefix(stem) for name in known if name.startswith(stem))
        ranks = (int(number) - pool.taken[zone] for number in numbers if number.isascii() and number.isdigit())
        return max(ranks, default=-1) + 2

    return depth


def names_in(cluster: Cluster) -> Iterator[str]:
    """All values that nodes are asked for; names of nodes are among them."""
    specs = dict.fromkeys(chain((pod.spec for pod in cluster.pods), (each.spec for each in cluster.daemon_sets)))
    for spec in specs:
        yield from spec.node_selector.values()
        yield from _values(_terms(spec))
    storage = cluster.storage
    for volume in storage.volumes.values():
        yield from _values(volume.affinity or ())
    for storage_class in storage.classes.values():
        yield from _values(storage_class.topologies)
    yield from storage.csi_nodes
    yield from (pod.nominated_node for pod in cluster.pods if pod.nominated_node is not None)


def _terms(spec: PodSpec) -> Iterable[NodeSelectorTerm]:
    return (*(spec.node_affinity.required or ()), *(each.term for each in spec.node_affinity.preferred))


def _values(terms: Iterable[NodeSelectorTerm]) -> Iterator[str]:
    for term in terms:
        for requirement in (*term.expressions, *term.fields):
            yield from requirement.values
