"""The volumes of a pod that bear on placement: claims, and disks written into the pod itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.cluster.volumes import DiskKind, InlineVolume
from solver.scenario.objects.pod_volumes import MIGRATED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.pod import PodSpec
    from solver.cluster.volumes import ClaimVolume, Disk

_IDENTITY = {
    DiskKind.GCE: ("pdName",),
    DiskKind.EBS: ("volumeID",),
    DiskKind.ISCSI: ("iqn",),
    DiskKind.RBD: ("pool", "image"),
}
_KIND_OF_DRIVER = {driver: (kind, key) for kind, (driver, key) in MIGRATED.items()}


def volumes(spec: PodSpec, pod: str) -> list[dict[str, Any]]:
    """``spec.volumes``; an ephemeral claim's volume gets back the name that made the claim's."""
    claims = [_claim(number, claim, pod) for number, claim in enumerate(spec.claims)]
    disks = [{"name": f"disk-{number}"} | disk for number, disk in enumerate(_disks(spec))]
    return claims + disks


def _claim(number: int, claim: ClaimVolume, pod: str) -> dict[str, Any]:
    if claim.ephemeral:
        return {"name": claim.claim.removeprefix(f"{pod}-"), "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}
    return {"name": f"claim-{number}", "persistentVolumeClaim": {"claimName": claim.claim}}


def _disks(spec: PodSpec) -> Iterator[dict[str, Any]]:
    """Disks, and those of them that count against an attach limit, too, each once and in their order."""
    inline = list(spec.inline_volumes)
    for disk in spec.disks:
        counted = _counted(disk)
        while counted is not None and inline and (first := inline.pop(0)) != counted:
            yield _inline(first)
        yield {disk.kind.value: _disk(disk)}
    yield from map(_inline, inline)


def _counted(disk: Disk) -> InlineVolume | None:
    """The attachment that the same volume counts as; None where nodes hand none over to a driver."""
    driver, _ = MIGRATED.get(disk.kind.value, (None, ""))
    return None if driver is None else InlineVolume(driver, disk.identity[0])


def _inline(volume: InlineVolume) -> dict[str, Any]:
    kind, key = _KIND_OF_DRIVER[volume.driver]
    return {kind: {key: volume.name}}


def _disk(disk: Disk) -> dict[str, Any]:
    written: dict[str, Any] = dict(zip(_IDENTITY[disk.kind], disk.identity, strict=True))
    if disk.monitors:
        written["monitors"] = sorted(disk.monitors)
    return written | ({"readOnly": True} if disk.read_only else {})
