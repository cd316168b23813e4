"""Which nodes a pod requires and prefers, by their labels and names.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.cluster.labels import Labels, Requirement


@dataclass(frozen=True, slots=True)
class NodeSelectorTerm:
    """Conditions on labels (``expressions``) and on ``metadata.name`` (``fields``); an empty term matches no node."""

    expressions: tuple[Requirement, ...] = ()
    fields: tuple[Requirement, ...] = ()

    def matches(self, name: str, labels: Labels) -> bool:
        """Whether a node of this name and these labels meets every condition."""
        if not self.expressions and not self.fields:
            return False
        named = {"metadata.name": name}
        return all(field.matches(named) for field in self.fields) and all(
            expression.matches(labels) for expression in self.expressions
        )


@dataclass(frozen=True, slots=True)
class PreferredNodeTerm:
    """A term worth ``weight`` (1 to 100) where it matches."""

    weight: int
    term: NodeSelectorTerm


@dataclass(frozen=True, slots=True)
class NodeAffinity:
    """``required`` None asks for nothing; an empty tuple of terms matches no node. Terms are alternatives."""

    required: tuple[NodeSelectorTerm, ...] | None = None
    preferred: tuple[PreferredNodeTerm, ...] = ()

    def allows(self, name: str, labels: Labels) -> bool:
        """Whether one of the required terms matches, or none is required."""
        return self.required is None or any(term.matches(name, labels) for term in self.required)
