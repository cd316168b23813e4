"""Volumes, claims, classes, and the drivers of nodes.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from solver.cluster.labels import Operator, Requirement
from solver.cluster.node_affinity import NodeSelectorTerm
from solver.cluster.volumes import CsiDriver, CsiNode, PersistentVolume, PersistentVolumeClaim, StorageClass
from solver.scenario.objects.affinity import read_node_terms
from solver.scenario.objects.amounts import read_thousandths
from solver.scenario.objects.metadata import annotations_of, controller_of, labels_of, name_of, namespace_of
from solver.scenario.objects.selectors import read_selector

if TYPE_CHECKING:
    from solver.scenario.field import Field

CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class"
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
MIGRATED = "storage.alpha.kubernetes.io/migrated-plugins"

_IN_TREE = {
    "awsElasticBlockStore": ("kubernetes.io/aws-ebs", "volumeID"),
    "azureDisk": ("kubernetes.io/azure-disk", "diskURI"),
    "azureFile": ("kubernetes.io/azure-file", "shareName"),
    "cinder": ("kubernetes.io/cinder", "volumeID"),
    "gcePersistentDisk": ("kubernetes.io/gce-pd", "pdName"),
    "portworxVolume": ("kubernetes.io/portworx-volume", "volumeID"),
    "vsphereVolume": ("kubernetes.io/vsphere-volume", "volumePath"),
}
"""In-tree volumes that can be handed over to a CSI driver: the plugin's name, and the field that names the disk."""


class BindingMode(StrEnum):
    """When claims of a class are bound."""

    IMMEDIATE = "Immediate"
    WAITS = "WaitForFirstConsumer"


class AccessMode(StrEnum):
    """Who may use a volume."""

    ONE_NODE = "ReadWriteOnce"
    READERS = "ReadOnlyMany"
    WRITERS = "ReadWriteMany"
    ONE_POD = "ReadWriteOncePod"


class VolumeMode(StrEnum):
    """How a volume is given to a container."""

    FILESYSTEM = "Filesystem"
    BLOCK = "Block"


def read_volume(root: Field) -> PersistentVolume:
    """One PersistentVolume."""
    spec = root.at("spec")
    annotations = annotations_of(root)
    reference = spec.at("claimRef")
    required = spec.at("nodeAffinity", "required")
    plugin, disk = _in_tree(spec)
    return PersistentVolume(
        name=name_of(root),
        capacity=_bytes(spec.at("capacity", "storage")),
        access_modes=_access_modes(spec),
        storage_class=annotations[CLASS_ANNOTATION]
        if CLASS_ANNOTATION in annotations
        else spec.at("storageClassName").text(),
        labels=labels_of(root),
        affinity=read_node_terms(required.at("nodeSelectorTerms")) if required.present else None,
        claim=_key(reference) if reference.present else None,
        claim_uid=reference.at("uid").text() or None,
        volume_mode=_volume_mode(spec),
        driver=spec.at("csi", "driver").text(),
        handle=spec.at("csi", "volumeHandle").text() or disk,
        plugin=plugin,
        phase=root.at("status", "phase").text("Pending"),
        attributes_class=spec.at("volumeAttributesClassName").text(),
        deleting=root.at("metadata", "deletionTimestamp").present,
        annotations=annotations,
    )


def read_claim(root: Field) -> PersistentVolumeClaim:
    """One PersistentVolumeClaim."""
    owner = controller_of(root.mapping())
    return claim_from(
        root,
        namespace_of(root),
        name_of(root),
        owner_pod=owner.name if owner is not None and owner.kind == "Pod" else None,
    )


def claim_from(template: Field, namespace: str, name: str, owner_pod: str | None = None) -> PersistentVolumeClaim:
    """A claim under this name, from a PersistentVolumeClaim or from the claim template of a StatefulSet."""
    spec = template.at("spec")
    annotations = annotations_of(template)
    return PersistentVolumeClaim(
        namespace=namespace,
        name=name,
        request=_bytes(spec.at("resources", "requests", "storage")),
        access_modes=_access_modes(spec),
        storage_class=_class_of_claim(spec, annotations),
        volume=spec.at("volumeName").text(),
        bind_completed=BIND_COMPLETED in annotations,
        selector=read_selector(spec.at("selector")),
        volume_mode=_volume_mode(spec),
        phase=template.at("status", "phase").text("Pending"),
        uid=template.at("metadata", "uid").text(),
        owner_pod=owner_pod,
        attributes_class=spec.at("volumeAttributesClassName").text(),
        deleting=template.at("metadata", "deletionTimestamp").present,
        annotations=annotations,
    )


def read_storage_class(root: Field) -> StorageClass:
    """One StorageClass."""
    return StorageClass(
        name=name_of(root),
        provisioner=root.at("provisioner").text(),
        waits_for_consumer=root.at("volumeBindingMode").choice(BindingMode) is BindingMode.WAITS,
        topologies=tuple(_read_topology(item) for item in root.at("allowedTopologies")),
    )


def read_csi_node(root: Field) -> CsiNode:
    """One CSINode."""
    drivers = (
        CsiDriver(
            item.at("name").required_text("name the driver"),
            item.at("allocatable", "count").integer(),
            item.at("topologyKeys").texts(),
        )
        for item in root.at("spec", "drivers")
    )
    migrated = annotations_of(root).get(MIGRATED, "")
    return CsiNode(
        name_of(root), {driver.name: driver for driver in drivers}, frozenset(filter(None, migrated.split(",")))
    )


def _read_topology(place: Field) -> NodeSelectorTerm:
    return NodeSelectorTerm(
        tuple(
            Requirement(
                item.at("key").required_text("name the label"), Operator.IN, frozenset(item.at("values").texts())
            )
            for item in place.at("matchLabelExpressions")
        )
    )


def _class_of_claim(spec: Field, annotations: dict[str, str]) -> str | None:
    """The class that the claim names, the old annotation before the field; empty text names no class at all."""
    if CLASS_ANNOTATION in annotations:
        return annotations[CLASS_ANNOTATION]
    named = spec.at("storageClassName")
    return named.text() if named.present else None


def _in_tree(spec: Field) -> tuple[str, str]:
    for kind, (plugin, key) in _IN_TREE.items():
        if spec.at(kind).present:
            return plugin, spec.at(kind, key).text()
    return "", ""


def _access_modes(spec: Field) -> frozenset[str]:
    modes = (item.choice(AccessMode) for item in spec.at("accessModes"))
    return frozenset(mode.value for mode in modes if mode is not None)


def _volume_mode(spec: Field) -> str:
    return (spec.at("volumeMode").choice(VolumeMode) or VolumeMode.FILESYSTEM).value


def _bytes(place: Field) -> int:
    return -(-(read_thousandths(place) or 0) // 1000)


def _key(reference: Field) -> str:
    return f"{reference.at('namespace').text()}/{reference.at('name').text()}"
