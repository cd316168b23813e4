"""All storage objects of an input, and the claims that its StatefulSets make.

Source: https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass and
https://kubernetes.io/docs/concepts/storage/persistent-volumes/#reserving-a-persistentvolume
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.volumes import Storage
from solver.scenario.objects.metadata import annotations_of
from solver.scenario.objects.storage import read_claim, read_csi_node, read_storage_class, read_volume

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.volumes import PersistentVolume, PersistentVolumeClaim
    from solver.scenario.field import Field
    from solver.scenario.inventory import Inventory

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


def read_storage(inventory: Inventory, made: Iterable[PersistentVolumeClaim]) -> Storage:
    """The storage objects; ``made`` are the claims of StatefulSets, in whose place those in the input stand.

    What is written by hand is taken as a cluster would have it: a claim that names no class gets the default class, a
    volume without status is available, and a claim that names a volume which can be its own is bound to it.
    """
    default = _default_class(inventory)
    classes = [read_storage_class(root) for root in inventory.roots("StorageClass")]
    volumes = {volume.name: volume for volume in map(_volume, inventory.roots("PersistentVolume"))}
    claims = [*made, *(read_claim(root) for root in inventory.roots("PersistentVolumeClaim"))]
    bound = [_bound(_with_class(claim, default), volumes) for claim in claims]
    csi_nodes = [read_csi_node(root) for root in inventory.roots("CSINode")]
    return Storage(
        volumes=volumes,
        claims={claim.key: claim for claim in bound},
        classes={each.name: each for each in classes},
        csi_nodes={each.name: each for each in csi_nodes},
        described=bool(classes or volumes),
    )


def _volume(root: Field) -> PersistentVolume:
    volume = read_volume(root)
    by_hand = not root.document.from_server and not root.at("status", "phase").present
    return replace(volume, phase="Available") if by_hand else volume


def _bound(claim: PersistentVolumeClaim, volumes: dict[str, PersistentVolume]) -> PersistentVolumeClaim:
    """The claim, its binding finished on both sides where it is written by hand and its volume is there for it."""
    volume = volumes.get(claim.volume)
    if claim.uid or claim.bind_completed or volume is None or volume.claim not in (None, claim.key):
        return claim
    volumes[volume.name] = replace(volume, claim=claim.key, phase="Bound")
    return replace(claim, bind_completed=True, phase="Bound")


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
