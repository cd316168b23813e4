"""VolumeZone: zone and region labels of a volume are met by the node.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.topology import REGION, ZONE
from solver.verify.replay.check import Stateless

if TYPE_CHECKING:
    from solver.cluster.labels import Labels
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.verify.replay.ledger import Ledger

BETA_ZONE = "failure-domain.beta.kubernetes.io/zone"
BETA_REGION = "failure-domain.beta.kubernetes.io/region"
_SUCCESSOR = {ZONE: ZONE, REGION: REGION, BETA_ZONE: ZONE, BETA_REGION: REGION}


class VolumeZone(Stateless):
    """A node that has none of the zone labels takes every volume."""

    rule = "VolumeZone"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def objection(self, pod: Pod, node: Node) -> str | None:
        """The first volume whose labels name another place."""
        if not pod.spec.claims or not self._ledger.described or not any(key in node.labels for key in _SUCCESSOR):
            return None
        for reference in pod.spec.claims:
            claim = self._ledger.claim_of(pod, reference)
            volume = None if claim is None else self._ledger.volumes.get(claim.volume)
            if volume is not None and not reference.ephemeral and not _agree(volume.labels, node.labels):
                return f"volume {volume.name} is in another zone or region"
        return None


def _agree(volume: Labels, node: Labels) -> bool:
    """Every zone label of the volume holds for the node; an old key also meets the new one."""
    return all(
        node.get(key, node.get(successor)) in zones
        for key, successor in _SUCCESSOR.items()
        if key in volume and (zones := _zones(volume[key]))
    )


def _zones(text: str) -> set[str]:
    """``a__b`` means either; a list with a blank in it says nothing."""
    zones = {zone.strip() for zone in text.split("__")}
    return set() if "" in zones else zones
