"""A cluster small enough to look at all of its placements, read from raw manifests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tests.oracle.devices import settled_in
from tests.oracle.growth import opened_ways
from tests.oracle.objects import Raw, key, name, notes, of_kind, spec
from tests.oracle.run import GONE, is_candidate

DEFAULTS: Raw = {"objectives": ["pending", "disruption", "cost", "preferences"], "boundPods": "keep"}
MIRROR = "kubernetes.io/config.mirror"

Where = dict[str, str]
"""Pod to node."""


@dataclass(frozen=True)
class Ground:
    """The objects with some nodes ``opened``, and the pods that count, split into who has a node and who wants one.

    Pods on nodes that do not exist count nowhere, and neither do finished ones.
    """

    objects: list[Raw]
    opened: tuple[str, ...]

    @cached_property
    def nodes(self) -> frozenset[str]:
        return frozenset(name(node) for node in of_kind(self.objects, "Node"))

    @cached_property
    def start(self) -> Where:
        standing = ((key(pod), spec(pod).get("nodeName")) for pod in self._living)
        return {pod: node for pod, node in standing if node in self.nodes}

    @cached_property
    def pods(self) -> dict[str, Raw]:
        """Bound pods and candidates; those that are held back are none."""
        counting = {key(pod): pod for pod in self._living if key(pod) in self.start}
        return counting | {key(pod): pod for pod in self._living if not spec(pod).get("nodeName") and is_candidate(pod)}

    @property
    def _living(self) -> list[Raw]:
        return [pod for pod in of_kind(self.objects, "Pod") if (pod.get("status") or {}).get("phase") not in GONE]


@dataclass(frozen=True)
class Tiny:
    """A whole scenario in raw manifests: what exists, what may be opened, what is asked."""

    raw: list[Raw]

    @cached_property
    def grounds(self) -> list[Ground]:
        """One for every way of opening nodes, none at first."""
        return [Ground(settled_in(objects), opened) for objects, opened in opened_ways(self.raw)]

    @property
    def asked(self) -> Raw:
        """What the Scenario says, the defaults where it says nothing."""
        own = [item["spec"] for item in of_kind(self.raw, "Scenario")]
        return {**DEFAULTS, **(own[0] if own else {})}

    @property
    def policy(self) -> str:
        """What may happen to bound pods."""
        return str(self.asked["boundPods"])

    @cached_property
    def tiers(self) -> list[int]:
        """From the top; with the DaemonSets' where nodes may be opened."""
        everywhere = [pod for ground in self.grounds for pod in ground.pods.values()]
        daemons = [item["spec"]["template"] for item in of_kind(self.raw, "DaemonSet")]
        openable = any(opens(pool) for pool in self.asked.get("nodePools") or [])
        return sorted({priority(pod) for pod in everywhere + (daemons if openable else [])}, reverse=True)


def asking(objects: list[Raw], policy: str, *objectives: object) -> list[Raw]:
    """The objects with a question."""
    spec = {"objectives": list(objectives), "boundPods": policy}
    own = {"apiVersion": "podsolver/v1alpha1", "kind": "Scenario", "metadata": {"name": "tiny"}, "spec": spec}
    return [own, *objects]


def opens(pool: Raw) -> int:
    """How many further nodes a pool may open."""
    return int(pool.get("max", 0)) - int(pool.get("min", 0)) if "max" in pool else 0


def priority(pod: Raw) -> int:
    return int(spec(pod).get("priority") or 0)


def preempts(pod: Raw) -> bool:
    return spec(pod).get("preemptionPolicy") != "Never"


def controller(pod: Raw) -> str | None:
    """The kind of the pod's controller."""
    owners = [owner for owner in pod["metadata"].get("ownerReferences") or [] if owner.get("controller")]
    return owners[0]["kind"] if owners else None


def is_static(pod: Raw) -> bool:
    return MIRROR in notes(pod) or controller(pod) == "Node"


def belongs_to_its_node(pod: Raw) -> bool:
    return is_static(pod) or controller(pod) == "DaemonSet"


def may_leave(pod: Raw, policy: str) -> bool:
    return policy != "fixed" and not is_static(pod)


def may_move(pod: Raw, policy: str) -> bool:
    return policy in ("movable", "evictable") and not belongs_to_its_node(pod) and is_candidate(pod)
