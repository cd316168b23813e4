"""VolumeBinding: bound claims reach the node; waiting ones find a volume there, or one can be made.

Source: https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.verify.replay.check import Stateless
from solver.verify.replay.ledger import SELECTED_NODE, Ledger, reaches

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.volumes import ClaimVolume, PersistentVolumeClaim


class VolumeBinding(Stateless):
    """The ledger holds the state; binds are entered there, not here."""

    rule = "VolumeBinding"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def objection(self, pod: Pod, node: Node) -> str | None:
        """The first claim that cannot be used on the node."""
        if not pod.spec.claims or not self._ledger.described:
            return None
        return self._unusable(pod) or self._out_of_reach(pod, node) or self._unmatched(pod, node)

    def _unusable(self, pod: Pod) -> str | None:
        """A claim that no node could help."""
        for volume in pod.spec.claims:
            claim = self._ledger.claim_of(pod, volume)
            if claim is None:
                return f"claim {pod.namespace}/{volume.claim} does not exist"
            if claim.phase == "Lost" or claim.deleting:
                return f"claim {claim.key} is lost or being deleted"
            if _is_strangers(pod, volume, claim):
                return f"the ephemeral claim {claim.key} belongs to another pod"
            if not self._ledger.is_bound(claim) and not self._ledger.waits(claim):
                return f"claim {claim.key} is unbound, and its binding does not wait for a pod"
        return None

    def _out_of_reach(self, pod: Pod, node: Node) -> str | None:
        """A bound claim whose volume is missing or elsewhere."""
        for volume in pod.spec.claims:
            claim = self._ledger.claim_of(pod, volume)
            if claim is None or not self._ledger.is_bound(claim):
                continue
            found = self._ledger.volumes.get(claim.volume)
            if found is None:
                return f"volume {claim.volume} does not exist"
            if not reaches(found, node.labels):
                return f"volume {claim.volume} does not reach the node"
        return None

    def _unmatched(self, pod: Pod, node: Node) -> str | None:
        """A waiting claim for which there is no volume, and none can be made here."""
        for claim, volume in self._ledger.matches(pod, node):
            if claim.annotations.get(SELECTED_NODE, node.name) != node.name:
                return f"claim {claim.key} is being provisioned for another node"
            if volume is None and not self._can_provision(claim, node):
                return f"claim {claim.key} finds no volume, and none can be made on the node"
        return None

    def _can_provision(self, claim: PersistentVolumeClaim, node: Node) -> bool:
        storage_class = self._ledger.class_of(claim)
        if storage_class is None or not storage_class.provisions:
            return False
        terms = storage_class.topologies
        return not terms or any(term.matches(node.name, node.labels) for term in terms)


def _is_strangers(pod: Pod, volume: ClaimVolume, claim: PersistentVolumeClaim) -> bool:
    return volume.ephemeral and claim.owner_pod != pod.name
