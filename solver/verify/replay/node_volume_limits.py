"""NodeVolumeLimits: a driver attaches only so many volumes to a node.

Source: https://kubernetes.io/docs/concepts/storage/storage-limits/
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from solver.verify.replay.attachments import Attachment, attachments

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.verify.replay.ledger import Ledger


class NodeVolumeLimits:
    """Pods with volumes, per node. A volume that is attached already is not counted twice."""

    rule = "NodeVolumeLimits"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._pods: defaultdict[Node, dict[Pod, None]] = defaultdict(dict)

    def objection(self, pod: Pod, node: Node) -> str | None:
        """A driver that would exceed its limit."""
        if not _has_volumes(pod):
            return None
        there = self._attached(node)
        arriving = set(attachments(self._ledger, pod)) - there
        used = Counter(attachment.driver for attachment in there)
        for driver, count in Counter(attachment.driver for attachment in arriving).items():
            limit = attach_limit(self._ledger, node, driver)
            if limit is not None and used[driver] + count > limit:
                return f"{driver} attaches {limit} volumes, has {used[driver]}, and {count} would come"
        return None

    def arrive(self, pod: Pod, node: Node) -> None:
        """Remember whose volumes are here; which ones is looked up when asked, for claims get bound meanwhile."""
        if _has_volumes(pod):
            self._pods[node][pod] = None

    def leave(self, pod: Pod, node: Node) -> None:
        """Forget them."""
        self._pods[node].pop(pod, None)

    def _attached(self, node: Node) -> set[Attachment]:
        return {attachment for pod in self._pods[node] for attachment in attachments(self._ledger, pod)}


def attach_limit(ledger: Ledger, node: Node, driver: str) -> int | None:
    """The most volumes that the driver attaches to the node; None: no limit."""
    csi_node = ledger.csi_nodes.get(node.name)
    known = None if csi_node is None else csi_node.drivers.get(driver)
    return None if known is None else known.attach_limit


def _has_volumes(pod: Pod) -> bool:
    return bool(pod.spec.claims or pod.spec.inline_volumes)
