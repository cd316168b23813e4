"""Offers that no least-cost mix needs, each with the offer that proves it.

Offer t is needless beside s where s costs no more, has at least as much of every resource for the pods of workloads
(what is allocatable, less the DaemonSet pods that come with the node), and differs from t in no label that a selector,
an affinity, a topology key or a DaemonSet here reads. Proof: in any placement, put what is on a node of t on a node of
s in the same zone instead. Every pod still fits, no rule can tell the difference, and the price does not rise. Of two
offers that are needless beside each other the first stays. All zones offer the same, so this holds in each of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.topology import HOSTNAME, ZONE
from solver.studies.node_sizes.capacity import for_workloads, resources_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node_affinity import NodeAffinity
    from solver.cluster.pod import PodSpec
    from solver.studies.node_sizes.offers import Offer


def needless(offers: Sequence[Offer], workloads: Cluster) -> Mapping[Offer, Offer]:
    """Every offer that another one makes needless, and that other one, which is kept."""
    kinds = [_kind(offer, workloads) for offer in offers]
    names = resources_of(workloads)
    room = np.array([[for_workloads(offer.template, workloads).get(name, 0) for name in names] for offer in offers])
    prices = [offer.price for offer in offers]
    order = sorted(range(len(offers)), key=lambda at: (prices[at], (-room[at]).tolist(), at))
    kept: list[int] = []
    found: dict[Offer, Offer] = {}
    for at in order:
        better = next((other for other in kept if kinds[other] == kinds[at] and (room[other] >= room[at]).all()), None)
        if better is None:
            kept.append(at)
        else:
            found[offers[at]] = offers[better]
    return found


def _kind(offer: Offer, workloads: Cluster) -> object:
    """What anything here reads of the node apart from its room."""
    node = offer.template
    labels = {key: node.labels.get(key) for key in sorted(keys_read(workloads)) if key not in (HOSTNAME, ZONE)}
    daemons = tuple(daemon_set.runs_on(node) for daemon_set in workloads.daemon_sets)
    return tuple(labels.items()), node.taints, daemons


def keys_read(workloads: Cluster) -> frozenset[str]:
    """The label keys of nodes that some rule, preference or DaemonSet reads."""
    specs = dict.fromkeys(pod.spec for pod in workloads.pods)
    specs |= dict.fromkeys(daemon_set.spec for daemon_set in workloads.daemon_sets)
    storage = workloads.storage
    terms = [term for volume in storage.volumes.values() for term in volume.affinity or ()]
    terms += [term for each in storage.classes.values() for term in each.topologies]
    read = {requirement.key for term in terms for requirement in term.expressions}
    return frozenset(read | {key for spec in specs for key in _keys_of(spec)})


def _keys_of(spec: PodSpec) -> Iterator[str]:
    yield from spec.node_selector
    yield from _keys_of_affinity(spec.node_affinity)
    for constraint in spec.spread:
        yield constraint.topology_key
    for direction in (spec.affinity, spec.anti_affinity):
        yield from (term.topology_key for term in direction.required)
        yield from (preferred.term.topology_key for preferred in direction.preferred)


def _keys_of_affinity(affinity: NodeAffinity) -> Iterator[str]:
    terms = (*(affinity.required or ()), *(preferred.term for preferred in affinity.preferred))
    yield from (requirement.key for term in terms for requirement in term.expressions)
