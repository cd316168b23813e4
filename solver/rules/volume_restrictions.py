"""VolumeRestrictions: disks that a node mounts once, and claims that one pod uses at a time.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.tally import Trait
from solver.model.crowding import apart, at_most
from solver.model.linear import total
from solver.rules.rule import Codes, Filter, Narrowed, Reach, Rejection, Rule

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.cluster.volumes import Disk, PersistentVolumeClaim
    from solver.model.groups import PodGroup
    from solver.model.model import Model

SINGLE_USER = "ReadWriteOncePod"
DISK_TAKEN = 1
CLAIM_TAKEN = 2


@dataclass(frozen=True)
class MountsDisk(Trait):
    """The trait of mounting a disk that conflicts with this one."""

    disk: Disk

    def count(self, spec: PodSpec) -> int:
        """The pod's disks in conflict."""
        return sum(disk.conflicts_with(self.disk) for disk in spec.disks)


@dataclass(frozen=True)
class UsesClaim(Trait):
    """The trait of naming this claim of this namespace (None: of any namespace)."""

    claim: str
    namespace: str | None = None

    def count(self, spec: PodSpec) -> int:
        """How many volumes of the pod name it."""
        if self.namespace not in (None, spec.namespace):
            return 0
        return sum(volume.claim == self.claim and not volume.ephemeral for volume in spec.claims)


class VolumeRestrictions(Rule):
    """No second pod where a disk is mounted already; no second pod anywhere for a ReadWriteOncePod claim."""

    name = "VolumeRestrictions"

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The disks, the single-user claims, and whether a claim is missing."""
        claims = frozenset(claim for claim in _claims(spec) if is_single_user(spec.namespace, claim, cluster))
        missing = next(_missing(spec, cluster.storage.claims), None)
        return spec.disks, (spec.namespace, claims) if claims else (), missing

    def prefilter(self, spec: PodSpec, state: ClusterState) -> Rejection | Narrowed | None:
        """A claim that does not exist rejects the pod, even where the input says nothing else about storage."""
        claim = next(_missing(spec, state.claims), None)
        return None if claim is None else Rejection(self.name, (f'persistentvolumeclaim "{claim}" not found',))

    def constrain(self, model: Model) -> None:
        """Conflicting disks: ``arrival of g on n => no pod of h on n``; single-user claims: one pod in the cluster."""
        _keep_disks_apart(model)
        for users in _users_of_single_claims(model):
            everywhere = [(group, node) for group in users for node in model.nodes]
            present = total(model.count(group, node) for group, node in everywhere)
            arriving = total(model.arrivals(group, node) for group, node in everywhere)
            before = sum(len(pods) for group in users for pods in group.bound.values())
            at_most(model, 1, present, arriving, before)

    def filter(self, spec: PodSpec, state: ClusterState) -> Filter | None:
        """Nothing to check without such disks or claims."""
        claims = [claim for claim in _claims(spec) if is_single_user(spec.namespace, claim, state.cluster)]
        return RestrictionsFilter(spec, dict.fromkeys(claims), state) if claims or spec.disks else None


class RestrictionsFilter(Filter):
    """Disks first, then claims; both can be freed by evictions."""

    DISK = Rejection(VolumeRestrictions.name, ("node(s) had no available disk",), resolvable=True)
    CLAIM = Rejection(
        VolumeRestrictions.name,
        (
            "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by "
            "another pod",
        ),
        resolvable=True,
    )

    def __init__(self, spec: PodSpec, claims: dict[str, None], state: ClusterState) -> None:
        self.reach = Reach.CLUSTER if claims else Reach.NODE
        self.mounted = [state.tally(MountsDisk(disk)) for disk in spec.disks]
        self.used = [state.tally(UsesClaim(claim, spec.namespace)) for claim in claims]
        # kube-scheduler follows the pods of its dry runs by the claim's name alone.
        self.named = [state.tally(UsesClaim(claim)) for claim in claims]
        self.users_elsewhere = 0

    def begin(self) -> bool:
        """Skipped without disks while nobody uses the claims."""
        conflicts = sum(tally.total > 0 for tally in self.used)
        self.users_elsewhere = conflicts - sum(tally.total for tally in self.named)
        return bool(self.mounted) or conflicts > 0

    def codes(self, at: Places) -> Codes:
        """Per node."""
        users = self.users_elsewhere + sum(tally.total for tally in self.named)
        codes = np.full(len(at), CLAIM_TAKEN if users > 0 else 0, dtype=np.uint8)
        for tally in self.mounted:
            codes[tally.per_node[at] > 0] = DISK_TAKEN
        return codes

    def rejection(self, code: int, node: int) -> Rejection:
        """By what is taken."""
        return self.DISK if code == DISK_TAKEN else self.CLAIM


def is_single_user(namespace: str, claim: str, cluster: Cluster) -> bool:
    """Whether the claim may be used by one pod at a time."""
    found = cluster.storage.claims.get(f"{namespace}/{claim}")
    return found is not None and SINGLE_USER in found.access_modes


def _missing(spec: PodSpec, claims: Mapping[str, PersistentVolumeClaim]) -> Iterator[str]:
    """Those of the pod's claims that do not exist."""
    return (claim for claim in _claims(spec) if f"{spec.namespace}/{claim}" not in claims)


def _claims(spec: PodSpec) -> list[str]:
    """The claims that exist apart from the pod."""
    return [volume.claim for volume in spec.claims if not volume.ephemeral]


def _keep_disks_apart(model: Model) -> None:
    """Pairs of groups in conflict, and groups whose own pods are: at most one of these on a node."""
    mounting = [group for group in model.groups if group.spec.disks]
    for group, other in product(mounting, mounting):
        if not _in_conflict(group.spec, other.spec):
            continue
        for node in model.free_nodes:
            if group is other:
                before = len(group.bound.get(node, ()))
                at_most(model, 1, model.count(group, node), model.arrivals(group, node), before)
            else:
                apart(model, model.arrivals(group, node), model.count(other, node))


def _in_conflict(spec: PodSpec, other: PodSpec) -> bool:
    return any(disk.conflicts_with(mounted) for disk in spec.disks for mounted in other.disks)


def _users_of_single_claims(model: Model) -> Iterator[list[PodGroup]]:
    """For every claim that one pod may use at a time, the groups that name it."""
    users: dict[tuple[str, str], list[PodGroup]] = {}
    for group in model.groups:
        for claim in dict.fromkeys(_claims(group.spec)):
            if is_single_user(group.spec.namespace, claim, model.cluster):
                users.setdefault((group.spec.namespace, claim), []).append(group)
    yield from users.values()
