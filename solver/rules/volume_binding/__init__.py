"""VolumeBinding: bound claims decide where a pod can go, unbound ones wait for it to go somewhere.

Source: https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.rules.rule import Narrowed, Rejection, Rule
from solver.rules.volume_binding.claims import PodClaims, trouble
from solver.rules.volume_binding.constrain import constrain
from solver.rules.volume_binding.filter import BindingFilter

if TYPE_CHECKING:
    from collections.abc import Hashable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.model.model import Model


class VolumeBinding(Rule):
    """Volumes of bound claims must be in reach; claims that wait need a volume to bind, or one that can be made.

    Where the input says nothing about storage, every claim can be provided for anywhere.
    """

    name = BindingFilter.PLUGIN

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The claims."""
        return (spec.namespace, spec.claims) if spec.claims and cluster.storage.described else ()

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Where all volumes of bound claims can be reached."""
        found = self.filter(spec, state)
        return None if found is None else found.reachable

    def constrain(self, model: Model) -> None:
        """See `solver.rules.volume_binding.constrain`."""
        constrain(model)

    def prefilter(self, spec: PodSpec, state: ClusterState) -> Rejection | Narrowed | None:
        """A claim that is lost, leaving or not bound in time rejects the pod."""
        if not spec.claims or not state.cluster.storage.described:
            return None
        reason = trouble(spec, state)
        return None if reason is None else Rejection(self.name, (reason,))

    def filter(self, spec: PodSpec, state: ClusterState) -> BindingFilter | None:
        """Nothing to check without claims."""
        if not spec.claims or not state.cluster.storage.described:
            return None
        return BindingFilter(PodClaims.of(spec, state), state)
