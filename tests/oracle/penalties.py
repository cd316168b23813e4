"""Preferences of a finished placement, from raw manifests: what is not met, each in its own unit, pod by pod.

What is summed is podsolver's own; `docs/formulation.md` defines it (soft rules).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.oracle.filters import counts_for, same_domain, spread_selector
from tests.oracle.matching import affinity, is_empty, node_term, preferred_terms, selects, speaks_of, untolerated
from tests.oracle.objects import Raw, key, labels, name, namespace, of_kind, pods_at, spec

if TYPE_CHECKING:
    from collections.abc import Iterator

Placed = list[tuple[Raw, Raw]]
"""Pods with their nodes."""


def penalties(objects: list[Raw], bound: dict[str, str]) -> int:
    """All of them together; pods without a node have none."""
    placed = pods_at(objects, bound)
    by_node = sum(soft_taints(pod, node) + node_wishes(pod, node) for pod, node in placed)
    return by_node + sum(pod_wishes(objects, placed, pod, node) for pod, node in placed) + excess(objects, placed)


def soft_taints(pod: Raw, node: Raw) -> int:
    return len(untolerated(pod, node, ("PreferNoSchedule",)))


def node_wishes(pod: Raw, node: Raw) -> int:
    terms = preferred_terms(pod, "nodeAffinity")
    return sum(term["weight"] for term in terms if not node_term(term["preference"], name(node), labels(node)))


def pod_wishes(objects: list[Raw], placed: Placed, pod: Raw, node: Raw) -> int:
    """Company that is missing, and company that is there against the pod's wish."""
    unmet = 0
    for kind in ("podAffinity", "podAntiAffinity"):
        for wish in preferred_terms(pod, kind):
            term = wish["podAffinityTerm"]
            company = any(
                key(other) != key(pod)
                and speaks_of(term, pod, other, objects)
                and same_domain(term["topologyKey"], node, where)
                for other, where in placed
            )
            unmet += wish["weight"] if company is (kind == "podAntiAffinity") else 0
    return unmet


def excess(objects: list[Raw], placed: Placed) -> int:
    """Pods above what ScheduleAnyway constraints allow, each constraint once however many pods carry it."""
    found: dict[str, tuple[Raw, Raw]] = {}
    for pod, _ in placed:
        for constraint, whole in soft_constraints(pod):
            found[json.dumps(whole, sort_keys=True)] = (pod, constraint)
    return sum(_above(objects, placed, pod, constraint) for pod, constraint in found.values())


def soft_constraints(pod: Raw) -> Iterator[tuple[Raw, Raw]]:
    """Those that count anybody, each with all that tells it from others."""
    soft = [item for item in spec(pod).get("topologySpreadConstraints") or [] if is_soft(item)]
    for constraint in soft:
        selector = spread_selector(pod, constraint)
        if is_empty(selector):
            continue
        by_affinity = (constraint.get("nodeAffinityPolicy") or "Honor") == "Honor"
        by_taints = constraint.get("nodeTaintsPolicy") == "Honor"
        required = affinity(pod, "nodeAffinity").get("requiredDuringSchedulingIgnoredDuringExecution")
        whole = {
            "constraint": [constraint["topologyKey"], constraint["maxSkew"], namespace(pod)],
            "selector": _expressions(selector),
            "keys": sorted({item["topologyKey"] for item in soft}),
            "affinity": [spec(pod).get("nodeSelector"), required] if by_affinity else None,
            "tolerations": _distinct(spec(pod).get("tolerations")) if by_taints else None,
        }
        yield constraint, whole


def _expressions(selector: Raw | None) -> list[Raw]:
    """A selector in one form."""
    chosen = selector or {}
    equal = [
        {"key": item, "operator": "In", "values": [value]} for item, value in chosen.get("matchLabels", {}).items()
    ]
    return equal + [
        {**item, "values": sorted(item.get("values") or [])} for item in chosen.get("matchExpressions") or []
    ]


def _distinct(tolerations: list[Raw] | None) -> list[str]:
    return sorted({json.dumps({"operator": "Equal", **item}, sort_keys=True) for item in tolerations or []})


def is_soft(constraint: Raw) -> bool:
    return bool(constraint["whenUnsatisfiable"] == "ScheduleAnyway")


def _above(objects: list[Raw], placed: Placed, pod: Raw, constraint: Raw) -> int:
    topology, selector = constraint["topologyKey"], spread_selector(pod, constraint)
    keys = [item["topologyKey"] for item in spec(pod)["topologySpreadConstraints"] if is_soft(item)]
    nodes = [
        node
        for node in of_kind(objects, "Node")
        if all(item in labels(node) for item in keys) and counts_for(pod, constraint, node)
    ]
    counts = {labels(node)[topology]: 0 for node in nodes}
    for other, where in placed:
        counted = namespace(other) == namespace(pod) and selects(selector, labels(other))
        if counted and any(where is node for node in nodes):
            counts[labels(where)[topology]] += 1
    least = min(counts.values(), default=0)
    return sum(max(0, count - least - constraint["maxSkew"]) for count in counts.values())
