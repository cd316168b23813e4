"""The claims and volumes of a cluster while pods are bound one after the other.

A pod's bind also binds its claims that wait for a consumer: each to a volume that is there, or to a new one.
Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#binding
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.labels import Labels, Operator, Requirement
from solver.cluster.node_affinity import NodeSelectorTerm
from solver.cluster.volumes import ClaimVolume, PersistentVolume, PersistentVolumeClaim, Storage, StorageClass
from solver.verify.replay.in_tree import SUCCESSORS

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod

SELECTED_NODE = "volume.kubernetes.io/selected-node"


class Ledger:
    """Claims and volumes as they are at this moment; an eviction gives no volume back."""

    def __init__(self, storage: Storage) -> None:
        self.described = storage.described
        self.claims = dict(storage.claims)
        self.volumes = dict(storage.volumes)
        self.classes = storage.classes
        self.csi_nodes = storage.csi_nodes

    def claim_of(self, pod: Pod, volume: ClaimVolume) -> PersistentVolumeClaim | None:
        """The claim that a volume of the pod names, if it exists."""
        return self.claims.get(f"{pod.namespace}/{volume.claim}")

    def is_bound(self, claim: PersistentVolumeClaim) -> bool:
        """Whether the binding is finished, on both sides."""
        return bool(claim.volume) and claim.bind_completed

    def class_of(self, claim: PersistentVolumeClaim) -> StorageClass | None:
        """The claim's class, if it names one that exists."""
        return self.classes.get(claim.storage_class) if claim.storage_class else None

    def waits(self, claim: PersistentVolumeClaim) -> bool:
        """Whether the claim is bound only once a pod that uses it is."""
        storage_class = self.class_of(claim)
        return not claim.volume and storage_class is not None and storage_class.waits_for_consumer

    def waiting(self, pod: Pod) -> list[PersistentVolumeClaim]:
        """The pod's claims that the bind itself has to bind."""
        claims = (self.claim_of(pod, volume) for volume in pod.spec.claims)
        return [claim for claim in claims if claim is not None and not self.is_bound(claim) and self.waits(claim)]

    def settle(self, pod: Pod, node: Node) -> None:
        """The pod has been bound to the node: its waiting claims get their volumes."""
        if not self.described or not pod.spec.claims:
            return
        for claim, volume in self.matches(pod, node):
            self._bind(claim, self._provisioned(claim, node) if volume is None else volume)

    def matches(self, pod: Pod, node: Node) -> list[tuple[PersistentVolumeClaim, PersistentVolume | None]]:
        """Each waiting claim with the volume it would get on the node, None where none fits: smallest request first."""
        taken: set[str] = set()
        pairs: list[tuple[PersistentVolumeClaim, PersistentVolume | None]] = []
        for claim in sorted(self.waiting(pod), key=lambda claim: claim.request):
            volume = None if SELECTED_NODE in claim.annotations else self._smallest(claim, node, taken)
            if volume is not None:
                taken.add(volume.name)
            pairs.append((claim, volume))
        return pairs

    def _smallest(self, claim: PersistentVolumeClaim, node: Node, taken: set[str]) -> PersistentVolume | None:
        """The volume made for the claim, or the smallest free one that suits it; equal sizes by name."""
        candidates = [volume for volume in self.volumes.values() if volume.name not in taken and _suits(claim, volume)]
        for volume in candidates:
            if volume.claim is not None:
                return volume if reaches(volume, node.labels) else None
        fitting = [volume for volume in candidates if _is_free_for(claim, volume) and reaches(volume, node.labels)]
        return min(fitting, key=lambda volume: (volume.capacity, volume.name), default=None)

    def _bind(self, claim: PersistentVolumeClaim, volume: PersistentVolume) -> None:
        self.volumes[volume.name] = replace(volume, claim=claim.key, claim_uid=claim.uid or None, phase="Bound")
        self.claims[claim.key] = replace(claim, volume=volume.name, bind_completed=True, phase="Bound")

    def _provisioned(self, claim: PersistentVolumeClaim, node: Node) -> PersistentVolume:
        """A new volume, tied to the node's place by the topology keys that its driver knows."""
        storage_class = self.classes[claim.storage_class or ""]
        labels = {key: node.labels[key] for key in self._topology_keys(storage_class, node) if key in node.labels}
        name, provisioner = f"pvc-{claim.namespace}-{claim.name}", storage_class.provisioner
        return PersistentVolume(
            name,
            claim.request,
            claim.access_modes,
            storage_class=storage_class.name,
            affinity=(NodeSelectorTerm(_equal(labels)),) if labels else None,
            volume_mode=claim.volume_mode,
            driver=SUCCESSORS.get(provisioner, provisioner),
            handle=name,
        )

    def _topology_keys(self, storage_class: StorageClass, node: Node) -> list[str]:
        csi_node = self.csi_nodes.get(node.name)
        driver = None if csi_node is None else csi_node.drivers.get(storage_class.provisioner)
        if driver is not None and driver.topology_keys:
            return list(driver.topology_keys)
        return [expression.key for term in storage_class.topologies for expression in term.expressions]


def reaches(volume: PersistentVolume, labels: Labels) -> bool:
    """Whether the volume can be attached to a node of these labels; names of nodes play no part."""
    return volume.affinity is None or any(term.matches("", labels) for term in volume.affinity)


def _suits(claim: PersistentVolumeClaim, volume: PersistentVolume) -> bool:
    """Class, size and mode are right, and nobody else has the volume."""
    if volume.deleting or volume.storage_class != (claim.storage_class or ""):
        return False
    if volume.capacity < claim.request or volume.volume_mode != claim.volume_mode:
        return False
    if volume.attributes_class != claim.attributes_class:
        return False
    return volume.claim is None or (volume.claim == claim.key and (volume.claim_uid or claim.uid) == claim.uid)


def _is_free_for(claim: PersistentVolumeClaim, volume: PersistentVolume) -> bool:
    """What a volume that was not made for the claim must meet besides."""
    if volume.phase != "Available" or not claim.access_modes <= volume.access_modes:
        return False
    return claim.selector is None or claim.selector.matches(volume.labels)


def _equal(labels: Labels) -> tuple[Requirement, ...]:
    return tuple(Requirement(key, Operator.IN, frozenset({value})) for key, value in labels.items())
