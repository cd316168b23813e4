"""Priority admission: from class names to numbers.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from solver.scenario.field import INT32, nearest
from solver.scenario.objects.metadata import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.scenario.field import Field

HIGHEST_USER_PRIORITY = 1_000_000_000


class PreemptionPolicy(StrEnum):
    """Whether a pod may push others off a node."""

    NEVER = "Never"
    LOWER = "PreemptLowerPriority"


@dataclass(frozen=True, slots=True)
class PriorityClass:
    """A name for a priority."""

    name: str
    value: int
    preempts: bool = True
    default: bool = False


SYSTEM_CLASSES = (
    PriorityClass("system-cluster-critical", 2_000_000_000),
    PriorityClass("system-node-critical", 2_000_001_000),
)


@dataclass(frozen=True, slots=True)
class Priorities:
    """The classes of an input, the two system ones included; ``default`` is what a pod without a class gets."""

    classes: dict[str, PriorityClass] = field(default_factory=dict)
    default: PriorityClass = PriorityClass("", 0)

    def admit(self, spec: Field) -> tuple[int, bool]:
        """Priority of a pod with this spec, and whether it preempts."""
        chosen = self._class_of(spec)
        priority = spec.at("priority").integer(-INT32 - 1, INT32)
        if chosen is None:
            chosen = self.default if priority is None else PriorityClass("", priority)
        elif priority is not None and spec.document.from_server:
            chosen = PriorityClass(chosen.name, priority, chosen.preempts)
        policy = spec.at("preemptionPolicy").choice(PreemptionPolicy)
        return chosen.value, chosen.preempts if policy is None else policy is PreemptionPolicy.LOWER

    def _class_of(self, spec: Field) -> PriorityClass | None:
        place = spec.at("priorityClassName")
        name = place.text()
        if not name:
            return None
        if name not in self.classes:
            if not (spec.document.from_server and spec.at("priority").present):
                place.wrong("no such PriorityClass in the input", _remedy(name, self.classes))
            return None
        return self.classes[name]


def read_priorities(roots: Iterable[Field]) -> Priorities:
    """The PriorityClass objects of an input."""
    found = [_read_class(root) for root in roots]
    # Of several global defaults, admission takes the lowest.
    default = min((each for each in found if each.default), key=lambda each: each.value, default=PriorityClass("", 0))
    return Priorities({each.name: each for each in (*SYSTEM_CLASSES, *found)}, default)


def _read_class(root: Field) -> PriorityClass:
    name = name_of(root)
    value = root.at("value")
    system = name.startswith("system-")
    if not value.present:
        value.wrong("missing", f"write a whole number up to {HIGHEST_USER_PRIORITY}")
    number = value.integer(-INT32 - 1, INT32 if system else HIGHEST_USER_PRIORITY) or 0
    preempts = root.at("preemptionPolicy").choice(PreemptionPolicy) is not PreemptionPolicy.NEVER
    return PriorityClass(name, number, preempts, root.at("globalDefault").flag())


def _remedy(name: str, classes: dict[str, PriorityClass]) -> str:
    near = nearest(name, classes)
    others = f"the PriorityClass to the input, or use one of {', '.join(sorted(classes))}"
    return f"did you mean {near[0]}? Add {others}" if near else f"add {others}"
