"""A pod: the unit that is placed.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.cluster.containers import Containers
from solver.cluster.node_affinity import NodeAffinity
from solver.cluster.pod_affinity import PodAffinity

if TYPE_CHECKING:
    from solver.cluster.labels import Labels
    from solver.cluster.ports import HostPort
    from solver.cluster.resources import Resources
    from solver.cluster.taints import Toleration
    from solver.cluster.topology import SpreadConstraint
    from solver.cluster.volumes import ClaimVolume, Disk, InlineVolume

DEFAULT_SCHEDULER = "default-scheduler"


@dataclass(frozen=True, slots=True)
class Owner:
    """The controller of a pod, as its owner reference names it (``controller: true``)."""

    api_version: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class CpuMemory:
    """CPU and memory as resource *scores* see them: a container without a request counts 100m and 200Mi."""

    cpu: int
    memory: int


@dataclass(frozen=True, slots=True, eq=False)
class PodSpec:
    """All that the rules read of a pod; pods that say the same share one, the loader sees to that.

    ``requests`` is the effective request: the larger of running sum and init peaks, plus overhead; pod-level resources
    override, and a resize in progress counts. ``score_requests`` is what the scores add for the pod on its way in,
    ``occupied`` once it is on a node. ``preempts`` False is ``preemptionPolicy: Never``. ``daemon``: made by a
    DaemonSet, one for its node; ``static``: run by a kubelet itself. Both never move. ``images`` holds one name for
    each container and init container, normalised (``:latest`` added). ``unmodelled`` names fields that keep the pod out
    of scheduling here (resourceClaims). ``gpu_milli`` is the share of one GPU device that the pod asks for, in
    thousandths (whole devices are among ``requests``); ``gpu_models`` are the models it may be of, any where empty.
    ``containers`` is what requests, host ports and images were read from, kept to be written out again; no rule reads
    it.
    """

    namespace: str
    labels: Labels = field(default_factory=dict)
    requests: Resources = field(default_factory=dict)
    score_requests: CpuMemory = CpuMemory(0, 0)
    occupied: CpuMemory = CpuMemory(0, 0)
    priority: int = 0
    preempts: bool = True
    scheduler: str = DEFAULT_SCHEDULER
    gates: tuple[str, ...] = ()
    node_selector: Labels = field(default_factory=dict)
    node_affinity: NodeAffinity = NodeAffinity()
    tolerations: tuple[Toleration, ...] = ()
    host_ports: tuple[HostPort, ...] = ()
    affinity: PodAffinity = PodAffinity()
    anti_affinity: PodAffinity = PodAffinity()
    spread: tuple[SpreadConstraint, ...] = ()
    claims: tuple[ClaimVolume, ...] = ()
    disks: tuple[Disk, ...] = ()
    inline_volumes: tuple[InlineVolume, ...] = ()
    images: tuple[str, ...] = ()
    owner: Owner | None = None
    daemon: bool = False
    static: bool = False
    unmodelled: tuple[str, ...] = ()
    gpu_milli: int = 0
    gpu_models: tuple[str, ...] = ()
    containers: Containers = field(default_factory=Containers)


@dataclass(frozen=True, slots=True, eq=False)
class Pod:
    """One pod. ``node`` is the one it is bound to in the input, ``workload`` the outermost owner ("Deployment a/b").

    ``started_at`` is status.startTime in seconds since the epoch; it decides which victim preemption takes. ``devices``
    are the GPU devices of its node that it has in the input, where that says so.
    """

    name: str
    spec: PodSpec
    node: str | None = None
    nominated_node: str | None = None
    workload: str | None = None
    started_at: int | None = None
    devices: tuple[int, ...] = ()

    @property
    def namespace(self) -> str:
        """The namespace, as the spec has it."""
        return self.spec.namespace

    @property
    def key(self) -> str:
        """``namespace/name``: unique in a cluster."""
        return f"{self.spec.namespace}/{self.name}"

    @property
    def priority(self) -> int:
        """The pod's weight when not all fit."""
        return self.spec.priority

    @property
    def schedulable(self) -> bool:
        """Whether kube-scheduler would try to place the pod: no gate, its own scheduler, everything modelled."""
        spec = self.spec
        return not spec.gates and spec.scheduler == DEFAULT_SCHEDULER and not spec.unmodelled

    @property
    def movable(self) -> bool:
        """Whether the pod could run elsewhere at all: a DaemonSet's pod and a static one belong to their node."""
        return not (self.spec.daemon or self.spec.static)

    def __repr__(self) -> str:
        """Short: specs are long."""
        return f"Pod({self.key!r}, node={self.node!r})"
