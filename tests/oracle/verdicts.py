"""What kube-scheduler says of one node in one scheduling cycle: the first plugin that rejects it, and its reasons.

A cycle starts with what is there (``start``) and is tried with what might be (``now``): nominated pods added, victims
taken away. What a plugin found to check at the start is all that it checks later on.

https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.devices import dealt, gpu_sharing, has_device
from tests.oracle.filters import (
    HARD,
    Bound,
    affinity_holds,
    hard_constraints,
    here,
    inter_pod_affinity,
    node_affinity,
    node_ports,
    node_unschedulable,
    same_domain,
    skewed,
    taint_toleration,
)
from tests.oracle.matching import required_terms, speaks_of, untolerated
from tests.oracle.objects import labels, name, namespace, pods_at
from tests.oracle.quantities import allocatable, gpu_share, requests
from tests.oracle.restrictions import disks, disks_free, single_claims, users_of
from tests.oracle.volumes import binding_reasons, claims_of, node_volume_limits, volume_zone

if TYPE_CHECKING:
    from tests.oracle.objects import Raw

UNRESOLVABLE, RESOLVABLE = "UnschedulableAndUnresolvable", "Unschedulable"
Said = tuple[str, list[str]]
"""Code and reasons; no reasons: the node passes."""

PASSES: Said = ("", [])


def verdict(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Raw | None:
    """The first plugin that says no, in the order in which they are asked."""
    for plugin, judge in JUDGES.items():
        code, reasons = judge(objects, start, now, pod, node)
        if reasons:
            return {"plugin": plugin, "code": code, "reasons": sorted(reasons)}
    return None


def _cordon(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    return PASSES if node_unschedulable(objects, now, pod, node) else (UNRESOLVABLE, ["node(s) were unschedulable"])


def _taints(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    if taint_toleration(objects, now, pod, node):
        return PASSES
    first = untolerated(pod, node, HARD)[0]
    return UNRESOLVABLE, [f"node(s) had untolerated taint {{{first['key']}: {first.get('value') or ''}}}"]


def _affinity(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    if node_affinity(objects, now, pod, node):
        return PASSES
    return UNRESOLVABLE, ["node(s) didn't match Pod's node affinity/selector"]


def _ports(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    if node_ports(objects, now, pod, node):
        return PASSES
    return RESOLVABLE, ["node(s) didn't have free ports for the requested pod ports"]


def _fit(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    others, room = here(objects, now, node), allocatable(node)
    reasons = ["Too many pods"] if len(others) + 1 > room.get("pods", 0) else []
    code = RESOLVABLE
    for resource, amount in requests(pod).items():
        used = sum(requests(other).get(resource, 0) for other in others)
        if amount and amount > room.get(resource, 0) - used:
            reasons.append(f"Insufficient {resource}")
            code = UNRESOLVABLE if amount > room.get(resource, 0) else code
    return code, reasons


def _restrictions(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    """Users of a single-user claim are counted once a claim at the start, and followed by the claim's name alone."""
    single = single_claims(objects, pod)
    conflicts = sum(bool(users_of(objects, start, claim, namespace(pod))) for claim in single)
    if not disks(pod) and not conflicts:
        return PASSES
    if not disks_free(objects, now, pod, node):
        return RESOLVABLE, ["node(s) had no available disk"]
    for claim in single:
        conflicts += len(users_of(objects, now, claim)) - len(users_of(objects, start, claim))
    reason = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by "
    return (RESOLVABLE, [f"{reason}another pod"]) if conflicts > 0 else PASSES


def _limits(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    if node_volume_limits(objects, now, pod, node):
        return PASSES
    return RESOLVABLE, ["node(s) exceed max volume count"]


def _binding(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    return UNRESOLVABLE, binding_reasons(objects, pod, node) if claims_of(objects, pod) else []


def _zone(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    if volume_zone(objects, now, pod, node):
        return PASSES
    return UNRESOLVABLE, ["node(s) had no available volume zone"]


def _spread(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    reason = "node(s) didn't match pod topology spread constraints"
    for constraint in hard_constraints(pod):
        if constraint["topologyKey"] not in labels(node):
            return UNRESOLVABLE, [f"{reason} (missing required label)"]
        if skewed(objects, start, now, pod, node, constraint):
            return RESOLVABLE, [reason]
    return PASSES


def _company(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    own, apart = required_terms(pod, "podAffinity"), required_terms(pod, "podAntiAffinity")
    if not own and not apart and not _unwanted(objects, start, pod):
        return PASSES
    if inter_pod_affinity(objects, now, pod, node):
        return PASSES
    if not affinity_holds(objects, now, pod, node):
        return UNRESOLVABLE, ["node(s) didn't match pod affinity rules"]
    for other, where in pods_at(objects, now):
        unwanted = [term for term in apart if speaks_of(term, pod, other, objects)]
        if any(same_domain(term["topologyKey"], node, where) for term in unwanted):
            return RESOLVABLE, ["node(s) didn't match pod anti-affinity rules"]
    return RESOLVABLE, ["node(s) didn't satisfy existing pods anti-affinity rules"]


def _devices(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw) -> Said:
    """No plugin of kube-scheduler's own: it runs after these. Whoever is only nominated gets devices as if bound."""
    there = dealt(objects, Bound({other: where for other, where in now.items() if where == name(node)}))
    if gpu_sharing(there, now, pod, node):
        return PASSES
    if not has_device(pod, node):
        return UNRESOLVABLE, ["node(s) didn't have a GPU device of an allowed model"]
    what = "free on one GPU device" if gpu_share(pod) else "GPU devices that nobody uses"
    return RESOLVABLE, [f"node(s) didn't have enough {what}"]


def _unwanted(objects: list[Raw], start: Bound, pod: Raw) -> bool:
    """Whether the anti-affinity of any pod that is there concerns the pod, wherever."""
    return any(
        term["topologyKey"] in labels(where) and speaks_of(term, other, pod, objects)
        for other, where in pods_at(objects, start)
        for term in required_terms(other, "podAntiAffinity")
    )


JUDGES = {
    "NodeUnschedulable": _cordon,
    "TaintToleration": _taints,
    "NodeAffinity": _affinity,
    "NodePorts": _ports,
    "NodeResourcesFit": _fit,
    "VolumeRestrictions": _restrictions,
    "NodeVolumeLimits": _limits,
    "VolumeBinding": _binding,
    "VolumeZone": _zone,
    "PodTopologySpread": _spread,
    "InterPodAffinity": _company,
    "GpuSharing": _devices,
}
"""In kube-scheduler's order; what is no plugin of its own comes last."""
