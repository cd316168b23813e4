"""kube-scheduler's filters for one pod and one node, by the documentation, without any counts kept.

https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
"""

from __future__ import annotations

from tests.oracle.matching import (
    is_empty,
    narrowed,
    required_terms,
    selects,
    selects_node,
    speaks_of,
    tolerates,
    untolerated,
)
from tests.oracle.objects import Raw, key, labels, name, namespace, of_kind, pods_at, spec
from tests.oracle.quantities import allocatable, is_sidecar, requests

HARD = ("NoSchedule", "NoExecute")
Port = tuple[int, str, str]
"""Number, protocol and address."""


class Bound(dict[str, str]):
    """Pod to node; and which ports of which node a pod has left that none has taken since.

    kube-scheduler notes a port once, however many pods take it, and strikes it out when one of them leaves.
    """

    def __init__(self, where: dict[str, str], left: frozenset[tuple[str, Port]] = frozenset()) -> None:
        super().__init__(where)
        self.left = left

    def without(self, pods: list[Raw]) -> Bound:
        gone = {key(pod) for pod in pods}
        left = {(self[key(pod)], port) for pod in pods for port in host_ports(pod)}
        return Bound({pod: node for pod, node in self.items() if pod not in gone}, self.left | left)

    def having(self, pods: list[Raw], node: str) -> Bound:
        taken = {(node, port) for pod in pods for port in host_ports(pod)}
        return Bound({**self, **{key(pod): node for pod in pods}}, self.left - taken)


def here(objects: list[Raw], bound: Bound, node: Raw) -> list[Raw]:
    return [pod for pod, where in pods_at(objects, bound) if where is node]


def node_unschedulable(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    cordon = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    return not spec(node).get("unschedulable") or any(
        tolerates(item, cordon) for item in spec(pod).get("tolerations") or []
    )


def taint_toleration(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    return not untolerated(pod, node, HARD)


def node_affinity(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    return selects_node(pod, node)


def host_ports(pod: Raw) -> list[Port]:
    inits = [container for container in spec(pod).get("initContainers") or [] if is_sidecar(container)]
    ports = [port for container in [*spec(pod)["containers"], *inits] for port in container.get("ports") or []]
    numbered = [
        (port, port.get("hostPort") or (spec(pod).get("hostNetwork") and port["containerPort"])) for port in ports
    ]
    return [
        (number, port.get("protocol") or "TCP", port.get("hostIP") or "0.0.0.0") for port, number in numbered if number
    ]


def node_ports(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    left: frozenset[tuple[str, Port]] = getattr(bound, "left", frozenset())
    taken = {
        port for other in here(objects, bound, node) for port in host_ports(other) if (name(node), port) not in left
    }
    for number, protocol, address in host_ports(pod):
        for other_number, other_protocol, other_address in taken:
            meets = address == other_address or "0.0.0.0" in (address, other_address)
            if (number, protocol) == (other_number, other_protocol) and meets:
                return False
    return True


def node_resources_fit(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    others, free = here(objects, bound, node), allocatable(node)
    if len(others) + 1 > free.get("pods", 0):
        return False
    for other in others:
        for resource, amount in requests(other).items():
            free[resource] = free.get(resource, 0) - amount
    return all(amount == 0 or amount <= free.get(resource, 0) for resource, amount in requests(pod).items())


def hard_constraints(pod: Raw) -> list[Raw]:
    constraints = spec(pod).get("topologySpreadConstraints") or []
    return [item for item in constraints if item["whenUnsatisfiable"] == "DoNotSchedule"]


def eligible(pod: Raw, constraint: Raw, constraints: list[Raw], node: Raw) -> bool:
    return all(item["topologyKey"] in labels(node) for item in constraints) and counts_for(pod, constraint, node)


def counts_for(pod: Raw, constraint: Raw, node: Raw) -> bool:
    """The two node inclusion policies."""
    if (constraint.get("nodeAffinityPolicy") or "Honor") == "Honor" and not selects_node(pod, node):
        return False
    return (constraint.get("nodeTaintsPolicy") or "Ignore") == "Ignore" or not untolerated(pod, node, HARD)


def spread_selector(pod: Raw, constraint: Raw) -> Raw | None:
    return narrowed(constraint.get("labelSelector"), pod, constraint.get("matchLabelKeys") or [], [])


def pod_topology_spread(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    return not any(
        constraint["topologyKey"] not in labels(node) or skewed(objects, bound, bound, pod, node, constraint)
        for constraint in hard_constraints(pod)
    )


def skewed(objects: list[Raw], start: Bound, now: Bound, pod: Raw, node: Raw, constraint: Raw) -> bool:
    """Whether the pod would be one too many in the node's domain.

    An empty selector counts nobody at the start of a cycle, but whoever comes or goes while it lasts.
    """
    topology, selector = constraint["topologyKey"], spread_selector(pod, constraint)
    constraints = hard_constraints(pod)
    nodes = [item for item in of_kind(objects, "Node") if eligible(pod, constraint, constraints, item)]
    counts = {labels(item)[topology]: 0 for item in nodes}
    tallied = [(now, 1)] if not is_empty(selector) else [(now, 1), (start, -1)]
    for bound, sign in tallied:
        for other, where in pods_at(objects, bound):
            matches = namespace(other) == namespace(pod) and selects(selector, labels(other))
            if matches and any(where is item for item in nodes):
                counts[labels(where)[topology]] += sign
    least = 0 if len(counts) < (constraint.get("minDomains") or 1) else min(counts.values())
    itself = 1 if selects(selector, labels(pod)) else 0
    return bool(counts.get(labels(node)[topology], 0) + itself - least > constraint["maxSkew"])


def same_domain(topology: str, one: Raw, other: Raw) -> bool:
    return topology in labels(one) and labels(one)[topology] == labels(other).get(topology)


def affinity_holds(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    terms = required_terms(pod, "podAffinity")
    if any(term["topologyKey"] not in labels(node) for term in terms):
        return False
    company = [
        where
        for other, where in pods_at(objects, bound)
        if all(speaks_of(term, pod, other, objects) for term in terms)
        and any(term["topologyKey"] in labels(where) for term in terms)
    ]
    if all(any(same_domain(term["topologyKey"], node, where) for where in company) for term in terms):
        return True
    return not company and all(speaks_of(term, pod, pod, objects) for term in terms)


def inter_pod_affinity(objects: list[Raw], bound: Bound, pod: Raw, node: Raw) -> bool:
    if not affinity_holds(objects, bound, pod, node):
        return False
    for other, where in pods_at(objects, bound):
        for term in required_terms(pod, "podAntiAffinity"):
            if speaks_of(term, pod, other, objects) and same_domain(term["topologyKey"], node, where):
                return False
        for term in required_terms(other, "podAntiAffinity"):
            if speaks_of(term, other, pod, objects) and same_domain(term["topologyKey"], node, where):
                return False
    return True
