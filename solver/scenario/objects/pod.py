"""Pods as objects of the input.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from solver.cluster.pod import Pod
from solver.scenario.objects.devices import read_devices
from solver.scenario.objects.metadata import controller_of, name_of, namespace_of
from solver.scenario.objects.pod_spec import Identity, PodSpecs

if TYPE_CHECKING:
    from solver.scenario.field import Field

MIRROR = "kubernetes.io/config.mirror"
_FINISHED = ("Succeeded", "Failed")


def read_pod(root: Field, specs: PodSpecs, workload: str | None) -> Pod:
    """One Pod; ``workload`` is its outermost owner."""
    node = root.at("spec", "nodeName").text() or None
    name = name_of(root)
    owner = controller_of(root.mapping())
    identity = Identity(
        namespace_of(root),
        name,
        owner,
        daemon=owner is not None and owner.kind == "DaemonSet",
        static=MIRROR in root.at("metadata", "annotations").mapping() or (owner is not None and owner.kind == "Node"),
        bound=node is not None,
    )
    spec = specs.read(root, identity)
    return Pod(
        name,
        spec,
        node=node,
        nominated_node=root.at("status", "nominatedNodeName").text() or None,
        workload=workload,
        started_at=_seconds(root.at("status", "startTime")),
        devices=read_devices(root.at("metadata", "annotations"), spec) if node is not None else (),
    )


def has_finished(pod: dict[str, Any]) -> bool:
    """Whether a pod, as the raw object, has run to its end: it takes no room any more."""
    status = pod.get("status")
    return isinstance(status, dict) and status.get("phase") in _FINISHED


def bound_to(pod: dict[str, Any]) -> str | None:
    """The node that a pod, as the raw object, is bound to."""
    spec = pod.get("spec")
    node = spec.get("nodeName") if isinstance(spec, dict) else None
    return node if isinstance(node, str) and node else None


def _seconds(place: Field) -> int | None:
    """A time as seconds since 1970."""
    if place.value is None:
        return None
    try:
        return _seconds_of(place.text())
    except (ValueError, OverflowError):
        place.wrong("not a time", 'write it like "2026-01-31T12:00:00Z"')
        return None


@lru_cache(maxsize=65536)
def _seconds_of(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
