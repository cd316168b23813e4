"""Label selectors, and the keys that the API server merges into them.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from solver.cluster.labels import Labels, LabelSelector, Operator, Requirement, equals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.scenario.field import Field


class LabelOperator(StrEnum):
    """The operators of label selectors."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


_LISTED = (Operator.IN, Operator.NOT_IN)
_COMPARED = (Operator.GT, Operator.LT)


def read_selector(place: Field) -> LabelSelector | None:
    """A label selector; absent, it is Kubernetes' nil selector, which matches nothing."""
    if not place.present:
        return None
    required = equals(place.at("matchLabels").labels())
    return required.narrowed(*read_requirements(place.at("matchExpressions"), LabelOperator))


def read_requirements(place: Field, operators: type[StrEnum]) -> tuple[Requirement, ...]:
    """A list of requirements with these operators; those that say nothing sensible are left out."""
    found = (read_requirement(item, operators) for item in place)
    return tuple(requirement for requirement in found if requirement is not None)


def read_requirement(place: Field, operators: type[StrEnum]) -> Requirement | None:
    """One requirement: key, operator and the values that go with it."""
    key = place.at("key").required_text("name the label")
    word = place.at("operator").required_choice(operators)
    if word is None:
        return None
    operator = Operator(word.value)
    values = place.at("values").texts()
    _check_values(place, operator, len(values))
    return Requirement(key, operator, frozenset(values))


def _check_values(place: Field, operator: Operator, number: int) -> None:
    values = place.at("values")
    if operator in _LISTED and not number:
        values.wrong(f"{operator} without values", "list at least one value, or use Exists or DoesNotExist")
    elif operator in _COMPARED and number != 1:
        values.wrong(f"{operator} compares with exactly one value", "give one whole number, in quotes")
    elif operator not in _LISTED + _COMPARED and number:
        values.wrong(f"{operator} takes no values", "remove the values, or use In or NotIn")


def with_label_keys(
    selector: LabelSelector | None, labels: Labels, match: Iterable[str], mismatch: Iterable[str] = ()
) -> LabelSelector | None:
    """The selector with ``matchLabelKeys`` and ``mismatchLabelKeys`` of a pod with these labels merged into it.

    Keys that the pod lacks are dropped; a nil selector stays nil.
    """
    if selector is None:
        return None
    merged = [_own(labels, key, Operator.IN) for key in match if key in labels]
    merged += [_own(labels, key, Operator.NOT_IN) for key in mismatch if key in labels]
    return selector.narrowed(*merged) if merged else selector


def _own(labels: Labels, key: str, operator: Operator) -> Requirement:
    return Requirement(key, operator, frozenset({labels[key]}))
