"""Disks that a node mounts once, and claims that one pod uses at a time, on raw dicts.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from __future__ import annotations

from tests.oracle.filters import Bound, here
from tests.oracle.objects import Raw, key, namespace, pods_at, spec
from tests.oracle.volumes import claims_of


def disks(pod: Raw) -> list[Raw]:
    kinds = ("gcePersistentDisk", "awsElasticBlockStore", "iscsi", "rbd")
    return [volume for volume in spec(pod).get("volumes") or [] if any(volume.get(kind) for kind in kinds)]


def disks_conflict(one: Raw, other: Raw) -> bool:
    def both(kind: str, field: str) -> bool:
        return bool(one.get(kind) and other.get(kind)) and one[kind].get(field) == other[kind].get(field)

    def written(kind: str) -> bool:
        return not (one[kind].get("readOnly") and other[kind].get("readOnly"))

    if both("awsElasticBlockStore", "volumeID"):
        return True
    if both("gcePersistentDisk", "pdName"):
        return written("gcePersistentDisk")
    if both("iscsi", "iqn"):
        return written("iscsi")
    if one.get("rbd") and other.get("rbd"):
        mine, its = ({"pool": "rbd", **volume["rbd"]} for volume in (one, other))
        same = mine["pool"] == its["pool"] and mine["image"] == its["image"]
        return same and bool(set(mine["monitors"]) & set(its["monitors"])) and written("rbd")
    return False


def volume_restrictions(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    used = (users_of(objects, bound, claim, namespace(pod)) for claim in single_claims(objects, pod))
    return disks_free(objects, bound, pod, node) and not any(used)


def disks_free(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    mounted = [disk for other in here(objects, bound, node) for disk in disks(other)]
    return not any(disks_conflict(mine, its) for mine in disks(pod) for its in mounted)


def single_claims(objects: list[Raw], pod: Raw) -> set[str]:
    """The pod's claims that one pod may use at a time."""
    claims = claims_of(objects, pod, ephemeral=False)
    return {wanted for wanted, claim in claims if claim and "ReadWriteOncePod" in spec(claim)["accessModes"]}


def users_of(objects: list[Raw], bound: Bound, claim: str, space: str | None = None) -> list[str]:
    """Who names the claim, each pod as often as it does; in one namespace or in any."""
    there = [pod for pod, _ in pods_at(objects, bound) if space in (None, namespace(pod))]
    return [key(pod) for pod in there for used, _ in claims_of(objects, pod, ephemeral=False) if used == claim]
