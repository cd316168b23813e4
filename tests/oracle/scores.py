"""kube-scheduler's scores for the feasible nodes, normalised and weighted, without any counts kept.

https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from tests.oracle.filters import Bound, counts_for, here, spread_selector
from tests.oracle.matching import (
    is_empty,
    node_term,
    preferred_terms,
    required_terms,
    selects,
    speaks_of,
    tolerates,
)
from tests.oracle.objects import Raw, labels, name, namespace, of_kind, pods_at, spec
from tests.oracle.quantities import allocatable, requests, scored_requests

HOSTNAME = "kubernetes.io/hostname"
MIB = 1024 * 1024
SYSTEM_DEFAULTS = ((HOSTNAME, 3), ("topology.kubernetes.io/zone", 5))
CONTROLLERS = {"ReplicationController": "v1", "ReplicaSet": "apps/v1", "StatefulSet": "apps/v1"}
WEIGHTS = {
    "TaintToleration": 3,
    "NodeAffinity": 2,
    "PodTopologySpread": 2,
    "InterPodAffinity": 2,
    "NodeResourcesFit": 1,
    "NodeResourcesBalancedAllocation": 1,
    "ImageLocality": 1,
}
Points = dict[str, int]
"""Node to score."""
Counted = Mapping[str, int | None]
"""Node to what a plugin counts before it is normalised; None: the node is ignored."""


def scores(objects: list[Raw], bound: Bound, pod: Raw, feasible: list[Raw]) -> dict[str, Points]:
    """Per plugin the weighted scores; a plugin that is skipped for the pod is absent."""
    counted = raw_scores(objects, bound, pod, feasible)
    return {
        plugin: {node: WEIGHTS[plugin] * value for node, value in NORMALISED.get(plugin, as_it_is)(points).items()}
        for plugin, points in counted.items()
    }


def raw_scores(objects: list[Raw], bound: Bound, pod: Raw, feasible: list[Raw]) -> dict[str, Counted]:
    """Per plugin what it counts on each node; None for nodes that it ignores."""
    found: dict[str, Counted | None] = {
        "TaintToleration": taint_toleration(pod, feasible),
        "NodeAffinity": node_affinity(pod, feasible),
        "PodTopologySpread": pod_topology_spread(objects, bound, pod, feasible),
        "InterPodAffinity": inter_pod_affinity(objects, bound, pod, feasible),
        "NodeResourcesFit": least_allocated(objects, bound, pod, feasible),
        "NodeResourcesBalancedAllocation": balanced_allocation(objects, bound, pod, feasible),
        "ImageLocality": image_locality(objects, pod, feasible),
    }
    return {plugin: points for plugin, points in found.items() if points is not None}


def as_it_is(points: Counted) -> Points:
    return {node: value or 0 for node, value in points.items()}


def fewer_is_better(points: Counted) -> Points:
    """Soft taints."""
    most = max(as_it_is(points).values(), default=0)
    return {node: 100 - 100 * value // most if most else 100 for node, value in as_it_is(points).items()}


def by_the_highest(points: Counted) -> Points:
    """Preferred terms."""
    most = max(as_it_is(points).values(), default=0)
    return {node: 100 * value // most if most else 0 for node, value in as_it_is(points).items()}


def by_both_ends(points: Counted) -> Points:
    """Spread pods: ignored nodes have no part in it."""
    known = [value for value in points.values() if value is not None]
    most, least = max(known, default=0), min(known, default=0)
    best = 100 if not most else None
    return {
        node: 0 if value is None else best if best is not None else 100 * (most + least - value) // most
        for node, value in points.items()
    }


def by_the_span(points: Counted) -> Points:
    """Weights of terms."""
    known = as_it_is(points)
    least, most = min(known.values()), max(known.values())
    return {node: int(100 * ((value - least) / (most - least))) if most > least else 0 for node, value in known.items()}


NORMALISED = {
    "TaintToleration": fewer_is_better,
    "NodeAffinity": by_the_highest,
    "PodTopologySpread": by_both_ends,
    "InterPodAffinity": by_the_span,
}


def least_allocated(objects: list[Raw], bound: Bound, pod: Raw, feasible: list[Raw]) -> Points:
    """The mean free share of cpu and memory, where a container without a request counts 100m and 200Mi."""
    points = {}
    for node in feasible:
        shares = []
        for resource in ("cpu", "memory"):
            total = allocatable(node).get(resource, 0)
            used = scored_requests(pod, pod_level=False)[resource]
            used += sum(scored_requests(other, pod_level=True)[resource] for other in here(objects, bound, node))
            if total:
                shares.append((total - used) * 100 // total if used <= total else 0)
        points[name(node)] = sum(shares) // len(shares) if shares else 0
    return points


def balanced_allocation(objects: list[Raw], bound: Bound, pod: Raw, feasible: list[Raw]) -> Points | None:
    """How alike the used shares of cpu and memory are."""
    mine = requests(pod)
    if not mine.get("cpu") and not mine.get("memory"):
        return None
    points = {}
    for node in feasible:
        shares = []
        for resource in ("cpu", "memory"):
            total = allocatable(node).get(resource, 0)
            others = sum(requests(other).get(resource, 0) for other in here(objects, bound, node))
            if total:
                shares.append(min(1.0, (mine.get(resource, 0) + others) / total))
        spread = abs(shares[0] - shares[1]) / 2 if len(shares) == 2 else 0.0
        points[name(node)] = int((1 - spread) * 100)
    return points


def image_locality(objects: list[Raw], pod: Raw, feasible: list[Raw]) -> Points:
    """The sizes of the pod's images that a node has, each by the share of all nodes that have it."""
    nodes = of_kind(objects, "Node")
    containers = [*(spec(pod).get("initContainers") or []), *(spec(pod).get("containers") or [])]
    wanted = [container.get("image") or "" for container in containers]
    wanted = [image if ":" in image.rpartition("/")[2] else f"{image}:latest" for image in wanted]
    points = {}
    for node in feasible:
        total = 0
        for image in wanted:
            holders = [other for other in nodes if image in _images(other)]
            if image in _images(node):
                total += int(_images(holders[0])[image] * (len(holders) / len(nodes)))
        most = 1000 * MIB * len(wanted)
        points[name(node)] = 100 * (min(max(total, 23 * MIB), most) - 23 * MIB) // (most - 23 * MIB)
    return points


def _images(node: Raw) -> dict[str, int]:
    listed = (node.get("status") or {}).get("images") or []
    return {text: int(image.get("sizeBytes") or 0) for image in listed for text in image.get("names") or []}


def taint_toleration(pod: Raw, feasible: list[Raw]) -> Points:
    """Fewer soft taints that the pod does not tolerate are better."""
    soft = [item for item in spec(pod).get("tolerations") or [] if item.get("effect") in (None, "", "PreferNoSchedule")]
    counts = {}
    for node in feasible:
        taints = [taint for taint in spec(node).get("taints") or [] if taint["effect"] == "PreferNoSchedule"]
        counts[name(node)] = sum(not any(tolerates(toleration, taint) for toleration in soft) for taint in taints)
    return counts


def node_affinity(pod: Raw, feasible: list[Raw]) -> Points | None:
    """The weights of the preferred terms that match."""
    terms = preferred_terms(pod, "nodeAffinity")
    if not terms:
        return None
    return {
        name(node): sum(term["weight"] for term in terms if node_term(term["preference"], name(node), labels(node)))
        for node in feasible
    }


def pod_topology_spread(objects: list[Raw], bound: Bound, pod: Raw, feasible: list[Raw]) -> Counted | None:
    """Fewer matching pods in the node's domains are better, the more domains there are the more so."""
    soft, needed = soft_constraints(objects, pod)
    if not soft:
        return None
    complete = [node for node in feasible if has_keys(node, needed)]
    raw = {}
    for node in complete:
        total = 0.0
        for constraint in soft:
            key = constraint["topologyKey"]
            size = len(complete) if key == HOSTNAME else len({labels(other).get(key, "") for other in complete})
            if key in labels(node):
                count = matching(objects, bound, pod, constraint, needed, node)
                total += count * math.log(size + 2) + (constraint["maxSkew"] - 1)
        raw[name(node)] = math.floor(total + 0.5)
    return {name(node): raw.get(name(node)) for node in feasible}


def soft_constraints(objects: list[Raw], pod: Raw) -> tuple[list[Raw], list[str]]:
    """The pod's own, which need nodes with all their keys; a pod without any has the system's, which do not."""
    own = spec(pod).get("topologySpreadConstraints") or []
    if own:
        soft = [item for item in own if item["whenUnsatisfiable"] == "ScheduleAnyway"]
        chosen = [{**item, "labelSelector": spread_selector(pod, item)} for item in soft]
        return chosen, [item["topologyKey"] for item in soft]
    selector = workload_selector(objects, pod)
    if is_empty(selector):
        return [], []
    return [{"topologyKey": key, "maxSkew": skew, "labelSelector": selector} for key, skew in SYSTEM_DEFAULTS], []


def workload_selector(objects: list[Raw], pod: Raw) -> Raw:
    """What the Services of the pod select, and its controller: a ReplicationController has the last word on a label."""
    equal: dict[str, str] = {}
    expressions: list[Raw] = []
    for service in of_kind(objects, "Service"):
        chosen = spec(service).get("selector") or {}
        if namespace(service) == namespace(pod) and chosen and selects({"matchLabels": chosen}, labels(pod)):
            equal |= chosen
    for owner in pod["metadata"].get("ownerReferences") or []:
        version = CONTROLLERS.get(owner["kind"])
        for item in (
            of_kind(objects, owner["kind"]) if owner.get("controller") and version == owner["apiVersion"] else []
        ):
            if (namespace(item), name(item)) == (namespace(pod), owner["name"]):
                chosen = spec(item).get("selector") or {}
                if version == "v1":
                    equal |= chosen
                    continue
                for label, value in (chosen.get("matchLabels") or {}).items():
                    expressions.append({"key": label, "operator": "In", "values": [value]})
                expressions += chosen.get("matchExpressions") or []
    return {"matchLabels": equal, "matchExpressions": expressions}


def matching(objects: list[Raw], bound: Bound, pod: Raw, constraint: Raw, needed: list[str], node: Raw) -> int:
    """Matching pods in the node's domain; for the hostname those on the node itself, whatever the policies say."""
    key, selector = constraint["topologyKey"], constraint["labelSelector"]
    found = 0
    for other, where in pods_at(objects, bound):
        if namespace(other) != namespace(pod) or is_empty(selector) or not selects(selector, labels(other)):
            continue
        if key == HOSTNAME:
            found += where is node
        elif labels(where).get(key, "") == labels(node)[key]:
            found += has_keys(where, needed) and counts_for(pod, constraint, where)
    return found


def has_keys(node: Raw, keys: list[str]) -> bool:
    return all(key in labels(node) for key in keys)


def inter_pod_affinity(objects: list[Raw], bound: Bound, pod: Raw, feasible: list[Raw]) -> Points | None:
    """Weights of terms that hold between the pod and those that are there, both ways, per domain."""
    gains: list[tuple[str, str, int]] = []
    for other, where in pods_at(objects, bound):
        weighted = [
            (pod, other, item["weight"], item["podAffinityTerm"]) for item in preferred_terms(pod, "podAffinity")
        ]
        weighted += [
            (pod, other, -item["weight"], item["podAffinityTerm"]) for item in preferred_terms(pod, "podAntiAffinity")
        ]
        weighted += [(other, pod, 1, term) for term in required_terms(other, "podAffinity")]
        weighted += [
            (other, pod, item["weight"], item["podAffinityTerm"]) for item in preferred_terms(other, "podAffinity")
        ]
        weighted += [
            (other, pod, -item["weight"], item["podAffinityTerm"]) for item in preferred_terms(other, "podAntiAffinity")
        ]
        for owner, meant, weight, term in weighted:
            key = term["topologyKey"]
            if key in labels(where) and speaks_of(term, owner, meant, objects):
                gains.append((key, labels(where)[key], weight))
    if not gains:
        return None
    return {
        name(node): sum(weight for key, value, weight in gains if labels(node).get(key) == value) for node in feasible
    }


def nodes_named(objects: list[Raw], wanted: set[str]) -> list[Raw]:
    return [node for node in of_kind(objects, "Node") if name(node) in wanted]
