"""What a reader should know of how an input was understood: what was left out, and what was assumed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.cluster.pod import DEFAULT_SCHEDULER
from solver.cluster.topology import HOSTNAME
from solver.scenario.expansion.ownership import namespace_of_raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.scenario.expansion.pods import Pods
    from solver.scenario.inventory import Inventory
    from solver.scenario.problems import Notices

_NAMED = 5
_LOST = frozenset({"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"})
"""What the node controller taints a node with that is not ready."""


def remark(cluster: Cluster, found: Pods, inventory: Inventory) -> None:
    """Note everything about the pods and the storage of an input that was left out or assumed."""
    notices = inventory.findings.notices
    _remark_on_pods(cluster, found, notices)
    _remark_on_held_back(cluster, notices)
    _remark_on_nodes(cluster, notices)
    _remark_on_topology(cluster, notices)
    cron_jobs = [
        f"{namespace_of_raw(root.value)}/{root.at('metadata', 'name').value}" for root in inventory.roots("CronJob")
    ]
    if cron_jobs:
        notices.add(f"CronJobs run nothing now and are left out: {listed(cron_jobs)}")
    claims = cluster.storage.claims
    claiming = [
        pod.key for pod in cluster.pods if any(f"{pod.namespace}/{each.claim}" in claims for each in pod.spec.claims)
    ]
    if claiming and not cluster.storage.described:
        notices.add(
            "no StorageClass and no PersistentVolume in the input: claims are taken as provisionable anywhere, for "
            + listed(claiming)
        )


def _remark_on_pods(cluster: Cluster, found: Pods, notices: Notices) -> None:
    if found.finished:
        notices.add(f"pods that have finished are left out: {listed(found.finished)}")
    if cluster.stray:
        stray = listed([f"{pod.key} on {pod.node}" for pod in cluster.stray])
        notices.add(f"pods bound to nodes that are not in the input count nowhere: {stray}")
    if found.leaving:
        notices.add(f"pods that are being deleted are taken to stay: {listed(found.leaving)}")
    if found.expanded:
        notices.add(
            "workloads from a server that own no pod of the input make the pods that they want: "
            + listed(found.expanded)
        )
    if found.differing:
        notices.add(
            f"workloads with other numbers of pods than they want are taken as they are: {listed(found.differing)}"
        )


def _remark_on_nodes(cluster: Cluster, notices: Notices) -> None:
    closed = [node.name for node in cluster.nodes if not node.pods_allowed]
    if closed:
        notices.add(f"nodes that allow no pods (allocatable has no pods) stay empty: {listed(closed)}")
    open_still = [node.name for node in cluster.nodes if not node.ready and not _LOST.intersection(_taint_keys(node))]
    if open_still:
        notices.add(
            "nodes that are not ready, but have no taint that says so, take pods as kube-scheduler would have it: "
            + listed(open_still)
        )


def _taint_keys(node: Node) -> Iterable[str]:
    return (taint.key for taint in node.taints)


def _remark_on_topology(cluster: Cluster, notices: Notices) -> None:
    """Where no node has a topology key there is no domain, so terms and constraints over it mean little."""
    nodes = [*cluster.nodes, *(template for pool in cluster.pools if pool.openable for template in pool.templates)]
    present = {HOSTNAME} if any(not node.declared for node in nodes) else set()
    present.update(key for node in nodes for key in node.labels)
    asking: dict[str, list[str]] = defaultdict(list)
    missing = {pod.spec: _topology_keys(pod.spec) - present for pod in cluster.pods} if nodes else {}
    for pod in cluster.pods:
        for key in sorted(missing.get(pod.spec, ())):
            asking[key].append(pod.key)
    for key, pods in asking.items():
        notices.add(f"no node has the label {key}, over which these pods ask to be spread or placed: {listed(pods)}")


def _topology_keys(spec: PodSpec) -> set[str]:
    sides = (spec.affinity, spec.anti_affinity)
    terms = [term for side in sides for term in (*side.required, *(each.term for each in side.preferred))]
    return {term.topology_key for term in terms} | {constraint.topology_key for constraint in spec.spread}


def _remark_on_held_back(cluster: Cluster, notices: Notices) -> None:
    """Pods that wait for a node and are no candidates, by the reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for pod in cluster.held_back:
        for reason in _reasons(pod):
            by_reason[reason].append(pod.key)
    for reason, keys in by_reason.items():
        notices.add(f"{reason}, so these pods stay without a node: {listed(keys)}")


def _reasons(pod: Pod) -> Iterable[str]:
    spec = pod.spec
    if spec.gates:
        yield "scheduling gates are closed"
    if spec.scheduler != DEFAULT_SCHEDULER:
        yield f"the scheduler {spec.scheduler} is not modelled"
    for field in spec.unmodelled:
        yield f"{field} not modelled"


def listed(names: Sequence[str]) -> str:
    """Some names, the first of them written out."""
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED:,} more"
