"""Label requirements and selectors.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Labels = Mapping[str, str]

_INTEGER = re.compile(r"([+-]?)0*([0-9]{1,19})\Z")
_INT64 = range(-(2**63), 2**63)


class Operator(StrEnum):
    """How a requirement compares; ``Gt`` and ``Lt`` exist for nodes only."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"
    GT = "Gt"
    LT = "Lt"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on one label: ``key operator values``."""

    key: str
    operator: Operator
    values: frozenset[str] = frozenset()

    def matches(self, labels: Labels) -> bool:
        """``NotIn`` and ``DoesNotExist`` hold for labels without the key."""
        value = labels.get(self.key)
        match self.operator:
            case Operator.IN:
                return value is not None and value in self.values
            case Operator.NOT_IN:
                return value is None or value not in self.values
            case Operator.EXISTS:
                return value is not None
            case Operator.DOES_NOT_EXIST:
                return value is None
            case _:
                return value is not None and self._compares(value)

    def _compares(self, value: str) -> bool:
        """Both sides must be base-10 integers; otherwise nothing matches."""
        here, there = _integer(value), _integer(next(iter(self.values), ""))
        if here is None or there is None:
            return False
        return here > there if self.operator is Operator.GT else here < there


def _integer(text: str) -> int | None:
    """Read a 64-bit integer, or None where the text is not one."""
    found = _INTEGER.match(text)
    if found is None:
        return None
    number = int("".join(found.groups()))
    return number if number in _INT64 else None


@dataclass(frozen=True, slots=True)
class LabelSelector:
    """All requirements must hold; without any, every label set matches.

    Kubernetes' *nil* selector, which matches nothing, is ``None`` wherever a selector is optional.
    """

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether all requirements hold."""
        return all(requirement.matches(labels) for requirement in self.requirements)

    def narrowed(self, *requirements: Requirement) -> LabelSelector:
        """The same selector with further requirements."""
        return LabelSelector(self.requirements + requirements)


def equals(labels: Labels) -> LabelSelector:
    """The selector that asks for exactly these labels (``matchLabels``)."""
    wanted = (Requirement(key, Operator.IN, frozenset({value})) for key, value in sorted(labels.items()))
    return LabelSelector(tuple(wanted))
