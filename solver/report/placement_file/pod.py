"""A pod as a Kubernetes object: what `solver.scenario` read of it, the other way round.

Whatever bears on placement is written, so that the object reads back as the same pod. What was merged or defaulted when
it was read is written as it came out: label keys within selectors, limits in place of requests, priorities as numbers.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from solver.cluster.pod import DEFAULT_SCHEDULER
from solver.report.placement_file.affinity import affinity, spread_constraint
from solver.report.placement_file.containers import containers, statuses
from solver.report.placement_file.devices import device_annotations
from solver.report.placement_file.volumes import volumes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.pod import Owner, Pod, PodSpec
    from solver.cluster.taints import Toleration

MIRROR = "kubernetes.io/config.mirror"
PLACEHOLDER = "not-modelled"
"""The name of what is known only to be there."""

_UNMODELLED: dict[str, tuple[str, dict[str, Any]]] = {
    "resourceClaims": ("resourceClaims", {"name": PLACEHOLDER}),
    "tolerations with the operator Gt or Lt": ("tolerations", {"key": PLACEHOLDER, "operator": "Gt", "value": "0"}),
}


def pod_document(
    pod: Pod, node: str | None, started_at: int | None = None, devices: Sequence[int] = ()
) -> dict[str, Any]:
    """The Pod on this node, or on none, with these GPU devices of it; ``started_at`` in seconds since the epoch."""
    document: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _metadata(pod, devices),
        "spec": stated({"nodeName": node}) | _spec(pod.spec, pod.name),
    }
    status = statuses(pod.spec.containers) | stated({"startTime": None if started_at is None else _time(started_at)})
    return document | stated({"status": status})


def stated(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that say something: nothing empty, no null."""
    return {key: value for key, value in fields.items() if value not in (None, "", [], {})}


def _metadata(pod: Pod, devices: Sequence[int]) -> dict[str, Any]:
    spec = pod.spec
    by_annotation = spec.static and (spec.owner is None or spec.owner.kind != "Node")
    return {"name": pod.name, "namespace": pod.namespace} | stated(
        {
            "labels": dict(spec.labels),
            "annotations": ({MIRROR: "true"} if by_annotation else {}) | device_annotations(spec, devices),
            "ownerReferences": [_owner(spec.owner)] if spec.owner else [],
        }
    )


def _owner(owner: Owner) -> dict[str, object]:
    return {"apiVersion": owner.api_version, "kind": owner.kind, "name": owner.name, "controller": True}


def _spec(spec: PodSpec, name: str) -> dict[str, Any]:
    fields = {
        "schedulerName": "" if spec.scheduler == DEFAULT_SCHEDULER else spec.scheduler,
        "schedulingGates": [{"name": gate} for gate in spec.gates],
        "preemptionPolicy": "" if spec.preempts else "Never",
        "nodeSelector": dict(spec.node_selector),
        "affinity": affinity(spec),
        "topologySpreadConstraints": [spread_constraint(constraint) for constraint in spec.spread],
        "tolerations": [_toleration(toleration) for toleration in spec.tolerations],
        "volumes": volumes(spec, name),
    }
    for unmodelled in spec.unmodelled:
        if unmodelled in _UNMODELLED:
            key, entry = _UNMODELLED[unmodelled]
            fields[key] = [*fields.get(key, ()), entry]
    return {"priority": spec.priority} | stated(fields) | containers(spec)


def _toleration(toleration: Toleration) -> dict[str, Any]:
    how = {"operator": "Exists"} if toleration.exists else {"operator": "Equal", "value": toleration.value}
    return stated({"key": toleration.key}) | how | stated({"effect": toleration.effect and str(toleration.effect)})


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
