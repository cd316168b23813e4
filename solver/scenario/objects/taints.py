"""Taints of nodes, tolerations of pods.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from solver.cluster.taints import Effect, Taint, Toleration

if TYPE_CHECKING:
    from solver.scenario.field import Field


class TolerationOperator(StrEnum):
    """How a toleration compares; ``Lt`` and ``Gt`` are newer than the scheduler modelled here."""

    EQUAL = "Equal"
    EXISTS = "Exists"
    LT = "Lt"
    GT = "Gt"


NUMERIC = (TolerationOperator.LT, TolerationOperator.GT)


def read_taints(place: Field) -> tuple[Taint, ...]:
    """``spec.taints`` of a node."""
    found = (_read_taint(item) for item in place)
    return tuple(taint for taint in found if taint is not None)


def _read_taint(place: Field) -> Taint | None:
    key = place.at("key").required_text("name the taint")
    effect = place.at("effect").required_choice(Effect)
    return Taint(key, place.at("value").text(), effect) if effect else None


def read_tolerations(place: Field) -> tuple[Toleration, ...]:
    """``spec.tolerations`` of a pod; those that compare numbers are left out (see `numeric_tolerations`)."""
    return tuple(_read_toleration(item) for item in place if item.at("operator").value not in NUMERIC)


def numeric_tolerations(place: Field) -> bool:
    """Whether a toleration compares numbers, which kube-scheduler 1.34 does not know."""
    return any(item.at("operator").value in NUMERIC for item in place)


def _read_toleration(place: Field) -> Toleration:
    key, value = place.at("key").text(), place.at("value").text()
    exists = place.at("operator").choice(TolerationOperator) is TolerationOperator.EXISTS
    if exists and value:
        place.at("value").wrong("Exists takes no value", "remove the value, or use Equal")
    if not exists and not key and not place.at("operator").value:
        place.at("operator").wrong(
            "missing", "a toleration without a key needs the operator Exists: it tolerates every taint"
        )
    elif not exists and not key and place.at("operator").value == TolerationOperator.EQUAL:
        place.at("operator").wrong("Equal without a key", "name the taint's key, or use Exists")
    place.at("tolerationSeconds").integer(-(2**63), 2**63 - 1)
    return Toleration(key, exists, value, place.at("effect").choice(Effect))
