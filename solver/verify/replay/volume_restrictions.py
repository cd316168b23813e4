"""VolumeRestrictions: one user of a ReadWriteOncePod claim anywhere, and of most in-tree disks on a node.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.volumes import Disk
    from solver.verify.replay.ledger import Ledger

SINGLE_USER = "ReadWriteOncePod"


class VolumeRestrictions:
    """Users of each claim, and disks of each node."""

    rule = "VolumeRestrictions"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._users: Counter[str] = Counter()
        self._disks: defaultdict[Node, Counter[Disk]] = defaultdict(Counter)

    def objection(self, pod: Pod, node: Node) -> str | None:
        """A claim that is missing or has its one user, or a disk that is mounted."""
        for volume in pod.spec.claims:
            if volume.ephemeral:
                continue
            claim = self._ledger.claim_of(pod, volume)
            if claim is None:
                return f"claim {pod.namespace}/{volume.claim} does not exist"
            if SINGLE_USER in claim.access_modes and self._users[claim.key]:
                return f"claim {claim.key} is ReadWriteOncePod and has a user"
        for disk in pod.spec.disks:
            if any(disk.conflicts_with(mounted) for mounted in self._disks[node]):
                return f"the disk {'/'.join(disk.identity)} is in use on the node"
        return None

    def arrive(self, pod: Pod, node: Node) -> None:
        """Count the pod's claims and disks."""
        if pod.spec.claims:
            self._users.update(_claims(pod))
        if pod.spec.disks:
            self._disks[node].update(pod.spec.disks)

    def leave(self, pod: Pod, node: Node) -> None:
        """Take them off."""
        if pod.spec.claims:
            self._users.subtract(_claims(pod))
        if pod.spec.disks:
            self._disks[node] -= Counter(pod.spec.disks)


def _claims(pod: Pod) -> list[str]:
    return [f"{pod.namespace}/{volume.claim}" for volume in pod.spec.claims if not volume.ephemeral]
