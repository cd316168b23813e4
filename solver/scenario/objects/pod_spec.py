"""All that the rules read of a pod, from a Pod or from a workload's template.

Pods that say the same share one ``PodSpec``. What they say is compared as text of the few fields that bear on
placement, before anything is read, so that ten thousand replicas cost little more than one.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from solver.cluster.containers import Containers
from solver.cluster.pod import DEFAULT_SCHEDULER, Owner, PodSpec
from solver.scenario.objects.affinity import read_node_affinity, read_pod_affinity
from solver.scenario.objects.amounts import read_amounts, rounded, too_large
from solver.scenario.objects.containers import read_containers, resize_infeasible, running_statuses
from solver.scenario.objects.devices import devices_outline, read_gpu_milli, read_gpu_models
from solver.scenario.objects.pod_volumes import PLACED, read_claims, read_disks, read_inline_volumes
from solver.scenario.objects.requests import PodResources
from solver.scenario.objects.spread import read_spread
from solver.scenario.objects.taints import numeric_tolerations, read_tolerations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.taints import Toleration
    from solver.scenario.field import Field
    from solver.scenario.objects.priorities import Priorities

_READ = (
    "affinity",
    "hostNetwork",
    "nodeSelector",
    "overhead",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "resourceClaims",
    "resources",
    "runtimeClassName",
    "schedulerName",
    "schedulingGates",
    "tolerations",
    "topologySpreadConstraints",
)
"""The fields of a pod's spec that are read, beside its containers and volumes."""

_OF_CONTAINER = ("name", "image", "resources", "ports", "restartPolicy")
_OF_STATUS = ("name", "resources", "allocatedResources")


DELETED = ("metadata", "deletionTimestamp")
"""What a pod has that is on its way out; kube-scheduler does not place such a one."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a pod is, beyond what its spec says.

    ``labels`` and ``tolerations`` are added by the controller that makes the pod. ``bound``: it is on a node, so its
    status counts.
    """

    namespace: str
    name: str
    owner: Owner | None = None
    daemon: bool = False
    static: bool = False
    bound: bool = False
    labels: tuple[tuple[str, str], ...] = ()
    tolerations: tuple[Toleration, ...] = ()


@dataclass(frozen=True, slots=True)
class PodSpecs:
    """Reads pod specs, each that is without problems once."""

    priorities: Priorities
    _by_outline: dict[str, PodSpec] = field(default_factory=dict)
    _by_content: dict[str, PodSpec] = field(default_factory=dict)

    def read(self, pod: Field, identity: Identity) -> PodSpec:
        """The spec of a Pod or template."""
        outline = _outline(pod.value, identity)
        known = self._by_outline.get(outline)
        if known is None:
            before = len(pod.findings.problems)
            spec = self._read(pod, identity)
            known = self._by_content.setdefault(repr(spec), spec)
            if len(pod.findings.problems) == before:
                self._by_outline[outline] = known
        return known

    def _read(self, pod: Field, identity: Identity) -> PodSpec:
        spec = pod.at("spec")
        labels = {**pod.at("metadata", "labels").labels(), **dict(identity.labels)}
        containers = _read_containers(pod, identity.bound)
        resources = _resources(spec, containers)
        priority, preempts = self.priorities.admit(spec)
        affinity = spec.at("affinity")
        volumes = spec.at("volumes")
        annotations, requests = pod.at("metadata", "annotations"), resources.effective()
        gpu_milli = read_gpu_milli(annotations, requests)
        return PodSpec(
            namespace=identity.namespace,
            labels=labels,
            requests=requests,
            score_requests=resources.scored(),
            occupied=resources.occupied(),
            priority=priority,
            preempts=preempts,
            scheduler=spec.at("schedulerName").text() or DEFAULT_SCHEDULER,
            gates=tuple(gate.at("name").required_text("name the gate") for gate in spec.at("schedulingGates")),
            node_selector=spec.at("nodeSelector").labels(),
            node_affinity=read_node_affinity(affinity.at("nodeAffinity")),
            tolerations=read_tolerations(spec.at("tolerations")) + identity.tolerations,
            host_ports=tuple(dict.fromkeys(port for container in containers.all for port in container.ports)),
            affinity=read_pod_affinity(affinity.at("podAffinity"), identity.namespace, labels),
            anti_affinity=read_pod_affinity(affinity.at("podAntiAffinity"), identity.namespace, labels),
            spread=read_spread(spec.at("topologySpreadConstraints"), labels),
            claims=read_claims(volumes, identity.name),
            disks=read_disks(volumes),
            inline_volumes=read_inline_volumes(volumes),
            images=tuple(container.image for container in containers.all),
            owner=identity.owner,
            daemon=identity.daemon,
            static=identity.static,
            unmodelled=tuple(_unmodelled(pod, identity.bound)),
            gpu_milli=gpu_milli,
            gpu_models=read_gpu_models(annotations, requests, gpu_milli),
            containers=containers,
        )


def _read_containers(pod: Field, bound: bool) -> Containers:
    """What the pod says of its containers and resources; of a pod on a node, its status counts, too."""
    spec = pod.at("spec")
    host_network = spec.at("hostNetwork").flag()
    running, infeasible = running_statuses(pod) if bound else ({}, False)
    init_containers = read_containers(spec.at("initContainers"), host_network, running, infeasible)
    containers = read_containers(spec.at("containers"), host_network, running, infeasible)
    if not containers and not spec.at("containers").value:
        spec.at("containers").wrong("no container", "list at least one container")
    return Containers(
        containers,
        init_containers,
        read_amounts(spec.at("resources", "requests")),
        read_amounts(spec.at("resources", "limits")),
        read_amounts(spec.at("overhead")),
    )


def _resources(spec: Field, containers: Containers) -> PodResources:
    """What all that comes to."""
    resources = PodResources(containers)
    runtime = spec.at("runtimeClassName").text()
    if runtime and not containers.overhead:
        spec.findings.notices.add(
            f"what the RuntimeClass {runtime} adds to its pods is known only if they say so (overhead)"
        )
    told = {name for container in containers.all for name in too_large(rounded(container.requests))}
    for name in too_large(resources.effective()):
        if name not in told:
            spec.at("containers").wrong(f"too much {name} in all", "lower the requests")
    return resources


def _unmodelled(pod: Field, bound: bool) -> Iterator[str]:
    """Fields that decide about placement in ways not modelled here: they keep the pod out of scheduling."""
    spec = pod.at("spec")
    if not bound and pod.at(*DELETED).present:
        yield "deletionTimestamp"
    if spec.at("resourceClaims").value:
        yield "resourceClaims"
    if numeric_tolerations(spec.at("tolerations")):
        yield "tolerations with the operator Gt or Lt"


def _outline(pod: Any, identity: Identity) -> str:
    """The text by which pods that say the same are recognised."""
    if not isinstance(pod, dict):
        return repr((identity, pod))
    spec, metadata = pod.get("spec"), pod.get("metadata")
    if not isinstance(spec, dict) or not isinstance(metadata, dict | None):
        return repr((identity, pod))
    volumes = _shortened(spec.get("volumes"), PLACED, needing=PLACED)
    # Claims of ephemeral volumes are named after the pod.
    own_claims = _shortened(spec.get("volumes"), ("name",), needing=("ephemeral",))
    name = (identity.name, own_claims) if own_claims else ()
    return repr(
        (
            (
                identity.namespace,
                name,
                identity.owner,
                identity.daemon,
                identity.static,
                identity.labels,
                identity.tolerations,
            ),
            metadata.get("labels") if metadata else None,
            [spec.get(key) for key in _READ],
            _shortened(spec.get("containers"), _OF_CONTAINER),
            _shortened(spec.get("initContainers"), _OF_CONTAINER),
            volumes,
            _status_outline(pod.get("status")) if identity.bound else None,
            devices_outline(metadata),
            "uid" in metadata if metadata else False,
            not identity.bound and metadata is not None and DELETED[-1] in metadata,
        )
    )


def _status_outline(status: Any) -> object:
    if not isinstance(status, dict):
        return status
    statuses = [
        _shortened(status.get(key), _OF_STATUS, needing=("resources",))
        for key in ("containerStatuses", "initContainerStatuses")
    ]
    # Without the sizes that containers have, a resize says nothing.
    return (statuses, resize_infeasible(status.get("conditions"))) if any(statuses) else None


def _shortened(items: Any, keys: tuple[str, ...], needing: tuple[str, ...] = ()) -> object:
    """A list of mappings with these keys only; of those that have one of the needed keys, where some are needed."""
    if not isinstance(items, list):
        return items
    return [
        [item.get(key) for key in keys] if isinstance(item, dict) else item
        for item in items
        if not needing or not isinstance(item, dict) or any(key in item for key in needing)
    ]
