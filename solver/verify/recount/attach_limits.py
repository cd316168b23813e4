"""A driver has at most so many distinct volumes on a node.

Claims that a bind has yet to bind count only where a volume is certain to be made for them. Which of the existing
volumes a claim gets depends on the order of the binds, and the replay sees to that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from solver.cluster.pod import Pod
    from solver.cluster.volumes import PersistentVolumeClaim, Storage
    from solver.verify.recount.final import Final

Attached = set[tuple[str, str]]
"""Driver and handle."""


def attach_limits(final: Final) -> Iterator[Violation]:
    """Every driver that got a new volume on a node and exceeds its limit there."""
    storage = final.cluster.storage
    for node, pods in final.changed.items():
        csi_node = storage.csi_nodes.get(node.name)
        if csi_node is None:
            continue
        attached = _attached(storage, pods)
        brought = attached - _attached(storage, (pod for pod in final.cluster.bound if pod.node == node.name))
        for name in sorted({driver for driver, _ in brought} & csi_node.drivers.keys()):
            limit, count = csi_node.drivers[name].attach_limit, sum(driver == name for driver, _ in attached)
            if limit is not None and count > limit:
                text = f"{node.name} attaches {limit} volumes of {name}, and its pods use {count}."
                yield Violation("NodeVolumeLimits", text, node=node)


def _attached(storage: Storage, pods: Iterable[Pod]) -> Attached:
    keys = (f"{pod.namespace}/{volume.claim}" for pod in pods for volume in pod.spec.claims)
    claims = (storage.claims[key] for key in keys if key in storage.claims)
    return {volume for claim in claims if (volume := _volume(storage, claim)) is not None}


def _volume(storage: Storage, claim: PersistentVolumeClaim) -> tuple[str, str] | None:
    if claim.volume:
        volume = storage.volumes.get(claim.volume)
        return None if volume is None or not volume.driver else (volume.driver, volume.handle)
    storage_class = storage.classes.get(claim.storage_class or "")
    if storage_class is None or not storage_class.provisions:
        return None
    if any(volume.storage_class == storage_class.name for volume in storage.volumes.values()):
        return None
    return storage_class.provisioner, f"unbound {claim.key}"
