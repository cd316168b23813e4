"""NodeVolumeLimits: a driver attaches so many volumes to a node and no more.

Source: https://kubernetes.io/docs/concepts/storage/storage-limits/
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.state import ClusterState
from solver.cluster.tally import Trait
from solver.model.linear import total
from solver.rules.rule import Codes, Filter, Reach, Rejection, Rule

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Places
    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.cluster.volumes import PersistentVolumeClaim
    from solver.model.groups import PodGroup
    from solver.model.model import Model

MIGRATED = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
}
"""In-tree plugins whose volumes are always handed over to a CSI driver, where the node has one."""

_IN_TREE = frozenset(
    {*MIGRATED, "kubernetes.io/azure-file", "kubernetes.io/portworx-volume", "kubernetes.io/vsphere-volume"}
)

UNLIMITED = 2**31
"""More volumes than a driver's limit can state."""

Attachment = tuple[str, str]
"""Driver and volume: attached once to a node, however many pods use it."""


class NodeVolumeLimits(Rule):
    """Distinct volumes per driver within the limit that the node's CSINode states; without one there is no limit."""

    name = "NodeVolumeLimits"

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The volumes that are attached, as far as the input says anything about storage."""
        claims = spec.claims if cluster.storage.described else ()
        inline = spec.inline_volumes if cluster.storage.csi_nodes else ()
        return (spec.namespace, claims, inline) if claims or inline else ()

    def constrain(self, model: Model) -> None:
        """``Σ_v attached[v, n] <= limit[n, driver]`` over the driver's distinct volumes that pods on n use.

        On a node beyond its limit this binds only where a volume is attached that was not there: an arrival, and none
        that stays.
        """
        if not model.cluster.storage.csi_nodes:
            return
        state = ClusterState(model.cluster, ())
        for node in model.free_nodes:
            for driver, limit in _limits(node.name, state).items():
                _limit(model, node, limit, _users(model, driver, state))

    def filter(self, spec: PodSpec, state: ClusterState) -> Filter | None:
        """Nothing to check without volumes, or without limits."""
        if not spec.claims and not spec.inline_volumes:
            return None
        return (
            LimitsFilter(spec, state) if any(_limits(node, state) for node in state.cluster.storage.csi_nodes) else None
        )


@dataclass(frozen=True)
class AttachesVolumes(Trait):
    """The trait of attaching volumes, of whatever driver."""

    def count(self, spec: PodSpec) -> int:
        """As many as the pod names."""
        return len(spec.claims) + len(spec.inline_volumes)


class LimitsFilter(Filter):
    """Code 1: the node would exceed a driver's limit; evictions could help."""

    reach = Reach.NODE
    REJECTION = Rejection(NodeVolumeLimits.name, ("node(s) exceed max volume count",), resolvable=True)

    def __init__(self, spec: PodSpec, state: ClusterState) -> None:
        self.state = state
        self.new = set(attachments(spec, state))
        self.volumes = state.tally(AttachesVolumes())
        self.room: Column = np.full(len(state.nodes), UNLIMITED, dtype=np.int64)
        for driver in {driver for driver, _ in self.new}:
            self.room = np.minimum(self.room, _limit_by_node(driver, state))

    def codes(self, at: Places) -> Codes:
        """Per node; only where all volumes together could be too many are they told apart."""
        codes = (self.volumes.per_node[at] + len(self.new) > self.room[at]).astype(np.uint8)
        for number in np.flatnonzero(codes):
            codes[number] = self._exceeds(int(at[number]))
        return codes

    def rejection(self, code: int, node: int) -> Rejection:
        """Always the same."""
        return self.REJECTION

    def _exceeds(self, node: int) -> bool:
        limits = _limits(self.state.nodes[node].name, self.state)
        present = {attached for pod in self.state.pods_on[node] for attached in attachments(pod.spec, self.state)}
        attached = Counter(driver for driver, _ in present)
        added = Counter(driver for driver, _ in self.new - present)
        return any(attached[driver] + count > limits[driver] for driver, count in added.items() if driver in limits)


def attachments(spec: PodSpec, state: ClusterState) -> Iterator[Attachment]:
    """What a pod attaches to a node that has CSI drivers."""
    for volume in spec.claims:
        claim = state.claims.get(f"{spec.namespace}/{volume.claim}")
        attached = None if claim is None else _attachment(claim, state)
        if attached is not None:
            yield attached
    for inline in spec.inline_volumes:
        if inline.driver in MIGRATED.values():
            yield inline.driver, inline.name


def _attachment(claim: PersistentVolumeClaim, state: ClusterState) -> Attachment | None:
    """By the claim's volume where it has one, else by what its class would provision."""
    volume = state.volumes.get(claim.volume)
    if volume is not None:
        driver = MIGRATED.get(volume.plugin, "") if volume.plugin in _IN_TREE else volume.driver
        return (driver, volume.handle) if driver and volume.handle else None
    storage_class = state.cluster.storage.classes.get(claim.storage_class or "")
    if storage_class is None:
        return None
    provisioner = storage_class.provisioner
    driver = MIGRATED.get(provisioner, "") if provisioner in _IN_TREE else provisioner
    return (driver, f"to be made for {claim.key}") if driver else None


def _limit_by_node(driver: str, state: ClusterState) -> Column:
    """The limit of one driver on every node."""

    def make() -> Column:
        limits = (_limits(node.name, state).get(driver, UNLIMITED) for node in state.nodes)
        return np.fromiter(limits, dtype=np.int64, count=len(state.nodes))

    return state.once((NodeVolumeLimits.name, driver), make)


def _limits(node: str, state: ClusterState) -> dict[str, int]:
    """The limits of a node by driver."""
    csi_node = state.cluster.storage.csi_nodes.get(node)
    drivers = csi_node.drivers.values() if csi_node is not None else ()
    return {driver.name: driver.attach_limit for driver in drivers if driver.attach_limit is not None}


def _users(model: Model, driver: str, state: ClusterState) -> list[list[PodGroup]]:
    """For every volume of the driver, the groups whose pods attach it."""
    users: dict[Attachment, list[PodGroup]] = {}
    for group in model.groups:
        for attached in dict.fromkeys(attachments(group.spec, state)):
            if attached[0] == driver:
                users.setdefault(attached, []).append(group)
    return list(users.values())


def _limit(model: Model, node: Node, limit: int, volumes: list[list[PodGroup]]) -> None:
    here = [total(model.count(group, node) for group in users) for users in volumes]
    attached = total(model.some(present).linear for present in here if model.limits(present)[1] > 0)
    before = sum(any(group.bound.get(node) for group in users) for users in volumes)
    if before <= limit:
        model.require(attached <= limit)
        return
    for users in volumes:
        arriving = total(model.arrivals(group, node) for group in users)
        staying = total(model.stays(group, node) for group in users)
        if model.limits(arriving)[1] > 0:
            model.require(attached <= limit, model.some(arriving), ~model.some(staying))
