"""The volumes that a pod names: claims, and disks written into the pod itself.

Source: https://kubernetes.io/docs/concepts/storage/volumes/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.volumes import ClaimVolume, Disk, DiskKind, InlineVolume

if TYPE_CHECKING:
    from solver.scenario.field import Field

PLACED = (
    "persistentVolumeClaim",
    "ephemeral",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "iscsi",
    "rbd",
    "azureDisk",
    "azureFile",
    "cinder",
    "vsphereVolume",
    "portworxVolume",
)
"""The kinds of volumes that bear on placement."""

MIGRATED = {
    "gcePersistentDisk": ("pd.csi.storage.gke.io", "pdName"),
    "awsElasticBlockStore": ("ebs.csi.aws.com", "volumeID"),
    "azureDisk": ("disk.csi.azure.com", "diskURI"),
    "azureFile": ("file.csi.azure.com", "shareName"),
    "cinder": ("cinder.csi.openstack.org", "volumeID"),
    "vsphereVolume": ("csi.vsphere.vmware.com", "volumePath"),
    "portworxVolume": ("pxd.portworx.com", "volumeID"),
}
"""In-tree kinds that nodes hand over to a CSI driver: its name, and the field that identifies the disk."""

_DEFAULT_RBD_POOL = "rbd"


def read_claims(place: Field, pod: str) -> tuple[ClaimVolume, ...]:
    """The claims of ``spec.volumes``; an ephemeral one is named after the pod and the volume."""
    found = []
    for item in place:
        if item.at("persistentVolumeClaim").present:
            claim = item.at("persistentVolumeClaim", "claimName").required_text("name the PersistentVolumeClaim")
            found.append(ClaimVolume(claim))
        elif item.at("ephemeral").present:
            found.append(ClaimVolume(f"{pod}-{item.at('name').text()}", ephemeral=True, pod=pod))
    return tuple(found)


def read_disks(place: Field) -> tuple[Disk, ...]:
    """The in-tree disks of ``spec.volumes`` that a node cannot mount twice."""
    return tuple(
        _read_disk(item.at(kind.value), kind) for item in place for kind in DiskKind if item.at(kind.value).present
    )


def read_inline_volumes(place: Field) -> tuple[InlineVolume, ...]:
    """The in-tree disks of ``spec.volumes`` that count against the attach limit of a CSI driver."""
    return tuple(
        InlineVolume(driver, item.at(kind, key).text())
        for item in place
        for kind, (driver, key) in MIGRATED.items()
        if item.at(kind).present
    )


def _read_disk(place: Field, kind: DiskKind) -> Disk:
    read_only = place.at("readOnly").flag()
    match kind:
        case DiskKind.GCE:
            return Disk(kind, (_name(place, "pdName"),), read_only)
        case DiskKind.EBS:
            return Disk(kind, (_name(place, "volumeID"),), read_only)
        case DiskKind.ISCSI:
            return Disk(kind, (_name(place, "iqn"),), read_only)
        case DiskKind.RBD:
            identity = (place.at("pool").text(_DEFAULT_RBD_POOL), _name(place, "image"))
            return Disk(kind, identity, read_only, frozenset(place.at("monitors").texts()))


def _name(place: Field, key: str) -> str:
    return place.at(key).required_text("name the disk")
