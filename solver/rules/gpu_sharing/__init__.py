"""GpuSharing: a share of a GPU comes from one device; whole devices are shared with nobody.

No rule of kube-scheduler: it is the filter of a plugin such as clusters with shared GPUs run beside its own. Source of
the meaning: Weng et al., "Beware of Fragmentation" (USENIX ATC 2023), https://www.usenix.org/conference/atc23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.rules.gpu_sharing.constrain import constrain
from solver.rules.gpu_sharing.filter import DeviceFilter, most, possible
from solver.rules.gpu_sharing.weigh import weighings
from solver.rules.rule import Filter, Rule

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.model.model import Model
    from solver.model.weighing import Weighing


class GpuSharing(Rule):
    """Shares fit one device each, whole devices are unused by others, and the model is one that the pod allows.

    How many whole devices there are in all is NodeResourcesFit's to say.
    """

    name = DeviceFilter.PLUGIN

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The share and the models; whole devices are in the signature of NodeResourcesFit."""
        return spec.gpu_milli, spec.gpu_models

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Where there are devices, of an allowed model."""
        return possible(spec, state) if spec.gpu_milli or spec.gpu_models else None

    def most(self, spec: PodSpec, state: ClusterState) -> Column | None:
        """As many equal shares to a device as go into one."""
        return most(spec, state) if spec.gpu_milli else None

    def weighings(self, cluster: Cluster) -> Iterable[Weighing]:
        """See `solver.rules.gpu_sharing.weigh`."""
        return weighings(cluster)

    def constrain(self, model: Model) -> None:
        """See `solver.rules.gpu_sharing.constrain`."""
        constrain(model)

    def filter(self, spec: PodSpec, state: ClusterState) -> Filter | None:
        """Nothing to check for pods without GPU, nor for whole devices where nobody shares one."""
        checked = spec.gpu_models or DeviceFilter.is_sensitive(spec, state)
        return DeviceFilter(spec, state) if checked else None
