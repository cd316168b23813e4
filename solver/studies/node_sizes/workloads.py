"""The workloads of any scenario, as if nothing of it ran anywhere yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.node_affinity import NodeSelectorTerm
from solver.cluster.topology import ZONE
from solver.cluster.workloads import DaemonSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.node_affinity import NodeAffinity
    from solver.cluster.pod import Pod, PodSpec


def without_nodes(cluster: Cluster) -> Cluster:
    """The cluster without nodes and pools: pods of workloads are new pods, DaemonSets wait for nodes.

    Static pods go with their nodes. A DaemonSet that only its pods tell of is made from one of them.
    """
    present = (*cluster.pods, *cluster.stray)
    return replace(
        cluster,
        nodes=(),
        pools=(),
        stray=(),
        pods=tuple(_new(pod) for pod in present if pod.movable),
        daemon_sets=(*cluster.daemon_sets, *_told_by_pods(cluster, present)),
    )


def zones_of(cluster: Cluster) -> tuple[str, ...]:
    """The zones that the input speaks of: those of its nodes and of what its pools may open, in order."""
    templates = (template for pool in cluster.pools for template in pool.templates)
    zones = (node.labels.get(ZONE) for node in (*cluster.nodes, *templates))
    return tuple(dict.fromkeys(zone for zone in zones if zone))


def _new(pod: Pod) -> Pod:
    return pod if pod.node is None else replace(pod, node=None, nominated_node=None, started_at=None)


def _told_by_pods(cluster: Cluster, pods: Iterable[Pod]) -> list[DaemonSet]:
    known = {(daemon_set.spec.namespace, daemon_set.name) for daemon_set in cluster.daemon_sets}
    found: dict[tuple[str, str], DaemonSet] = {}
    for pod in pods:
        owner = pod.spec.owner
        if pod.spec.daemon and owner is not None and (pod.namespace, owner.name) not in known:
            found.setdefault((pod.namespace, owner.name), DaemonSet(owner.name, _unpinned(pod.spec)))
    return list(found.values())


def _unpinned(spec: PodSpec) -> PodSpec:
    """Without the condition on the node's name that the controller adds."""
    return replace(spec, node_affinity=_without_names(spec.node_affinity))


def _without_names(affinity: NodeAffinity) -> NodeAffinity:
    if affinity.required is None:
        return affinity
    terms = dict.fromkeys(NodeSelectorTerm(term.expressions) for term in affinity.required)
    return replace(affinity, required=tuple(terms) if all(term.expressions for term in terms) else None)
