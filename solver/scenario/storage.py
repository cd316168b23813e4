"""All storage objects of an input, and the claims that its StatefulSets make.

Source: https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.volumes import Storage
from solver.scenario.objects.metadata import annotations_of
from solver.scenario.objects.storage import read_claim, read_csi_node, read_storage_class, read_volume

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.volumes import PersistentVolumeClaim
    from solver.scenario.inventory import Inventory

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def read_storage(inventory: Inventory, made: Iterable[PersistentVolumeClaim]) -> Storage:
    """The storage objects; ``made`` are the claims of StatefulSets, in whose place those in the input stand.

    A claim that names no class gets the default class, as admission does it, unless it comes from a server, which has
    decided that.
    """
    default = _default_class(inventory)
    classes = [read_storage_class(root) for root in inventory.roots("StorageClass")]
    volumes = [read_volume(root) for root in inventory.roots("PersistentVolume")]
    claims = [*made, *(read_claim(root) for root in inventory.roots("PersistentVolumeClaim"))]
    csi_nodes = [read_csi_node(root) for root in inventory.roots("CSINode")]
    return Storage(
        volumes={volume.name: volume for volume in volumes},
        claims={claim.key: _with_class(claim, default) for claim in claims},
        classes={each.name: each for each in classes},
        csi_nodes={each.name: each for each in csi_nodes},
        described=bool(classes or volumes),
    )


def _default_class(inventory: Inventory) -> str | None:
    named = (
        str(root.at("metadata", "name").value)
        for root in inventory.roots("StorageClass")
        if annotations_of(root).get(DEFAULT_CLASS) == "true"
    )
    return next(named, None)


def _with_class(claim: PersistentVolumeClaim, default: str | None) -> PersistentVolumeClaim:
    if default is None or claim.storage_class is not None or claim.uid:
        return claim
    return replace(claim, storage_class=default)
