"""Which pods somebody speaks of: namespaces and a selector."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from solver.cluster.labels import Operator
from solver.cluster.tally import Trait

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.cluster.labels import Labels, LabelSelector
    from solver.cluster.pod import PodSpec
    from solver.cluster.pod_affinity import PodAffinityTerm
    from solver.cluster.tally import LabelPair


@dataclass(frozen=True)
class Selected(Trait):
    """The trait of being selected: in one of the namespaces, by the selector (None selects nothing)."""

    namespaces: frozenset[str]
    selector: LabelSelector | None

    def count(self, spec: PodSpec) -> int:
        """1 for a pod that is selected."""
        return int(self.holds(spec))

    def needs(self) -> frozenset[LabelPair] | None:
        """The labels of the first requirement that asks for certain values."""
        requirements = () if self.selector is None else self.selector.requirements
        asked = (requirement for requirement in requirements if requirement.operator is Operator.IN)
        first = next(asked, None)
        return None if first is None else frozenset((first.key, value) for value in first.values)

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


class SelectionIndex:
    """Answers which of many selections hold for a pod; it asks those alone that the pod's labels leave open."""

    def __init__(self, selections: Iterable[Selected]) -> None:
        self.selections: tuple[Selected, ...] = tuple(dict.fromkeys(selections))
        self._with: dict[LabelPair | None, list[int]] = {}
        for place, selection in enumerate(self.selections):
            for pair in selection.needs() or (None,):
                self._with.setdefault(pair, []).append(place)

    def holding(self, spec: PodSpec) -> frozenset[int]:
        """The places of the selections that hold for the pod."""
        possible = (place for pair in (None, *spec.labels.items()) for place in self._with.get(pair, ()))
        return frozenset(place for place in possible if self.selections[place].holds(spec))
