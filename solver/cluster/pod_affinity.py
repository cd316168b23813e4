"""Terms by which pods ask to be with, or away from, other pods.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.labels import Labels, LabelSelector


@dataclass(frozen=True, slots=True)
class PodAffinityTerm:
    """Pods of some namespaces that a selector picks, in the domain that the topology key names.

    ``namespaces`` and ``namespace_selector`` add up; where a manifest gives neither, the loader fills in the pod's own
    namespace. ``matchLabelKeys`` and ``mismatchLabelKeys`` are merged into ``selector`` by the loader, as the API
    server does.
    """

    topology_key: str
    selector: LabelSelector | None
    namespaces: frozenset[str] = frozenset()
    namespace_selector: LabelSelector | None = None

    def covers_namespace(self, namespace: str, labels_of_namespace: Mapping[str, Labels]) -> bool:
        """Whether pods of this namespace are meant at all."""
        if namespace in self.namespaces:
            return True
        labels = labels_of_namespace.get(namespace, {})
        return self.namespace_selector is not None and self.namespace_selector.matches(labels)

    def matches(self, namespace: str, labels: Labels, labels_of_namespace: Mapping[str, Labels]) -> bool:
        """Whether a pod of this namespace and these labels is one that the term speaks of."""
        if self.selector is None or not self.selector.matches(labels):
            return False
        return self.covers_namespace(namespace, labels_of_namespace)


@dataclass(frozen=True, slots=True)
class PreferredPodTerm:
    """A term worth ``weight`` (1 to 100) in every domain, once for each pod that matches."""

    weight: int
    term: PodAffinityTerm


@dataclass(frozen=True, slots=True)
class PodAffinity:
    """The terms of one direction: affinity, or anti-affinity."""

    required: tuple[PodAffinityTerm, ...] = ()
    preferred: tuple[PreferredPodTerm, ...] = ()
