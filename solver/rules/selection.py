"""Which pods somebody speaks of: namespaces and a selector."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.cluster.labels import Labels, LabelSelector
    from solver.cluster.pod import PodSpec
    from solver.cluster.pod_affinity import PodAffinityTerm


@dataclass(frozen=True)
class Selected:
    """The trait of being selected: in one of the namespaces, by the selector (None selects nothing)."""

    namespaces: frozenset[str]
    selector: LabelSelector | None

    def count(self, spec: PodSpec) -> int:
        """1 for a pod that is selected."""
        return int(self.holds(spec))

    def holds(self, spec: PodSpec) -> bool:
        """Whether a pod of this spec is meant."""
        return self.selector is not None and spec.namespace in self.namespaces and self.selector.matches(spec.labels)

    @cached_property
    def _hash(self) -> int:
        return hash((self.namespaces, self.selector))

    def __hash__(self) -> int:
        """Made once: selections are keys on every pod's way."""
        return self._hash


def selected_by(term: PodAffinityTerm, labels_of_namespace: Mapping[str, Labels]) -> Selected:
    """The pods that a term speaks of, its namespace selector read in the namespaces that there are."""
    covered = {name for name in labels_of_namespace if term.covers_namespace(name, labels_of_namespace)}
    return Selected(term.namespaces | covered, term.selector)


@dataclass
class SelectionIndex:
    """Answers which of many selections hold for a pod, looking only at the labels that any of them asks for."""

    selections: tuple[Selected, ...]
    _asked: frozenset[str] = field(init=False)
    _known: dict[tuple[str, frozenset[tuple[str, str]]], frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Collect the label keys."""
        selectors = (selection.selector for selection in self.selections if selection.selector is not None)
        self._asked = frozenset(requirement.key for selector in selectors for requirement in selector.requirements)

    @classmethod
    def of(cls, selections: Iterable[Selected]) -> SelectionIndex:
        """Equal selections are asked once."""
        return cls(tuple(dict.fromkeys(selections)))

    def holding(self, spec: PodSpec) -> frozenset[int]:
        """The places of the selections that hold for the pod."""
        key = (spec.namespace, frozenset(item for item in spec.labels.items() if item[0] in self._asked))
        if key not in self._known:
            self._known[key] = frozenset(place for place, asked in enumerate(self.selections) if asked.holds(spec))
        return self._known[key]
