"""Which volumes a pod has a node attach, as the limits count them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from solver.cluster.node import Node
from solver.cluster.pod import Pod
from solver.cluster.volumes import CsiNode, DiskKind, PersistentVolumeClaim
from solver.verify.replay.in_tree import SUCCESSORS, successor
from solver.verify.replay.ledger import Ledger

_PLUGIN_OF_DISK = {DiskKind.GCE: "kubernetes.io/gce-pd", DiskKind.EBS: "kubernetes.io/aws-ebs"}


class Attachment(NamedTuple):
    """One volume of one driver; two pods that use it share it."""

    driver: str
    handle: str


def attachments(ledger: Ledger, pod: Pod, node: Node) -> Iterator[Attachment]:
    """The volumes of the pod that count on the node."""
    csi_node = ledger.csi_nodes.get(node.name)
    for volume in pod.spec.claims:
        claim = ledger.claim_of(pod, volume)
        found = None if claim is None else _of_claim(ledger, claim, csi_node)
        if found is not None:
            yield found
    for disk in pod.spec.disks:
        driver = successor(_PLUGIN_OF_DISK.get(disk.kind, ""), csi_node)
        if driver is not None:
            yield Attachment(driver, "/".join(disk.identity))


def _of_claim(ledger: Ledger, claim: PersistentVolumeClaim, csi_node: CsiNode | None) -> Attachment | None:
    """The volume behind a claim; one that is still to be made counts under the claim's name."""
    volume = ledger.volumes.get(claim.volume) if claim.volume else None
    if volume is not None:
        driver = volume.driver or successor(volume.plugin, csi_node)
        return Attachment(driver, volume.handle or volume.name) if driver else None
    storage_class = ledger.class_of(claim)
    if storage_class is None:
        return None
    in_tree = storage_class.provisioner in SUCCESSORS
    driver = successor(storage_class.provisioner, csi_node) if in_tree else storage_class.provisioner
    return Attachment(driver, f"unbound {claim.key}") if driver else None
