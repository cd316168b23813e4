"""Volumes of pods, and the storage objects of the cluster that decide where they can be attached.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/ and .../storage-classes/, .../storage-limits/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.labels import Labels, LabelSelector
    from solver.cluster.node_affinity import NodeSelectorTerm


class DiskKind(StrEnum):
    """In-tree disks that a node can mount only once (or only read-only)."""

    GCE = "gcePersistentDisk"
    EBS = "awsElasticBlockStore"
    ISCSI = "iscsi"
    RBD = "rbd"


@dataclass(frozen=True, slots=True)
class Disk:
    """An in-tree disk named in the pod itself.

    ``identity`` is the disk's name (GCE: pdName, EBS: volumeID, iSCSI: IQN, RBD: pool and image); ``monitors`` are
    RBD's only.
    """

    kind: DiskKind
    identity: tuple[str, ...]
    read_only: bool = False
    monitors: frozenset[str] = frozenset()

    def conflicts_with(self, other: Disk) -> bool:
        """Same disk twice on a node: never for EBS, elsewhere only where both are read-only."""
        if self.kind is not other.kind or self.identity != other.identity:
            return False
        if self.kind is DiskKind.RBD and not self.monitors & other.monitors:
            return False
        return self.kind is DiskKind.EBS or not (self.read_only and other.read_only)


@dataclass(frozen=True, slots=True)
class ClaimVolume:
    """A volume through a claim of the pod's namespace; ``ephemeral`` where the template of ``pod`` makes the claim."""

    claim: str
    ephemeral: bool = False
    pod: str = ""


@dataclass(frozen=True, slots=True)
class InlineVolume:
    """An in-tree disk written into the pod that nodes hand over to a CSI driver: it counts against its attach limit."""

    driver: str
    name: str


@dataclass(frozen=True, slots=True)
class PersistentVolume:
    """A volume of the cluster; ``affinity`` None: reachable from every node. ``claim`` is that which it is for.

    ``handle`` is the CSI volume handle; ``plugin`` the in-tree plugin's name where it is not a CSI volume.
    """

    name: str
    capacity: int
    access_modes: frozenset[str]
    storage_class: str = ""
    labels: Labels = field(default_factory=dict)
    affinity: tuple[NodeSelectorTerm, ...] | None = None
    claim: str | None = None
    claim_uid: str | None = None
    volume_mode: str = "Filesystem"
    driver: str = ""
    handle: str = ""
    plugin: str = ""
    phase: str = ""
    attributes_class: str = ""
    deleting: bool = False
    annotations: Labels = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersistentVolumeClaim:
    """A request for a volume. ``volume`` is spec.volumeName; ``bind_completed`` says that the binding is finished.

    ``storage_class`` None: no class was named. ``owner_pod`` is the pod that controls an ephemeral claim.
    """

    namespace: str
    name: str
    request: int
    access_modes: frozenset[str]
    storage_class: str | None = None
    volume: str = ""
    bind_completed: bool = False
    selector: LabelSelector | None = None
    volume_mode: str = "Filesystem"
    phase: str = ""
    uid: str = ""
    owner_pod: str | None = None
    attributes_class: str = ""
    deleting: bool = False
    annotations: Labels = field(default_factory=dict)

    @property
    def key(self) -> str:
        """``namespace/name``."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class StorageClass:
    """How claims of a class come by a volume; ``topologies`` are the allowed ones, as alternative terms."""

    name: str
    provisioner: str
    waits_for_consumer: bool = False
    topologies: tuple[NodeSelectorTerm, ...] = ()

    @property
    def provisions(self) -> bool:
        """Whether volumes can be made on demand."""
        return self.provisioner not in ("", "kubernetes.io/no-provisioner")


@dataclass(frozen=True, slots=True)
class CsiDriver:
    """A driver on one node: the most volumes it can attach there (None: no limit) and its topology keys."""

    name: str
    attach_limit: int | None = None
    topology_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CsiNode:
    """The storage drivers of one node; ``migrated`` are the in-tree plugins handed over to CSI there."""

    name: str
    drivers: Mapping[str, CsiDriver] = field(default_factory=dict)
    migrated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Storage:
    """All storage objects of an input, by name; claims by "namespace/name".

    ``described`` False: the input has neither StorageClass nor PersistentVolume, so it says nothing about storage, and
    every claim is taken as provisionable on any node.
    """

    volumes: Mapping[str, PersistentVolume] = field(default_factory=dict)
    claims: Mapping[str, PersistentVolumeClaim] = field(default_factory=dict)
    classes: Mapping[str, StorageClass] = field(default_factory=dict)
    csi_nodes: Mapping[str, CsiNode] = field(default_factory=dict)
    described: bool = False
