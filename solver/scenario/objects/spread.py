"""Topology spread constraints.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from solver.cluster.topology import SpreadConstraint
from solver.scenario.objects.selectors import read_selector, with_label_keys

if TYPE_CHECKING:
    from solver.cluster.labels import Labels
    from solver.scenario.field import Field


class WhenUnsatisfiable(StrEnum):
    """Whether a constraint is hard."""

    DO_NOT_SCHEDULE = "DoNotSchedule"
    SCHEDULE_ANYWAY = "ScheduleAnyway"


class Policy(StrEnum):
    """Whether the pod's node affinity or the nodes' taints decide which nodes count."""

    HONOR = "Honor"
    IGNORE = "Ignore"


def read_spread(place: Field, labels: Labels) -> tuple[SpreadConstraint, ...]:
    """``spec.topologySpreadConstraints`` of a pod with these labels."""
    constraints = tuple(_read_constraint(item, labels) for item in place)
    kinds = [(constraint.topology_key, constraint.hard) for constraint in constraints]
    for item, kind, position in zip(place, kinds, range(len(kinds)), strict=True):
        if kind in kinds[:position]:
            item.wrong(
                "a second constraint with this topologyKey and whenUnsatisfiable", "make one constraint of the two"
            )
    return constraints


def _read_constraint(place: Field, labels: Labels) -> SpreadConstraint:
    when = place.at("whenUnsatisfiable").required_choice(WhenUnsatisfiable)
    hard = when is not WhenUnsatisfiable.SCHEDULE_ANYWAY
    min_domains = place.at("minDomains").integer(1)
    if min_domains is not None and not hard:
        place.at("minDomains").wrong(
            "minDomains goes with DoNotSchedule only", "remove it, or make the constraint hard"
        )
    return SpreadConstraint(
        max_skew=_max_skew(place),
        topology_key=place.at("topologyKey").required_text("name the node label whose values are the domains"),
        hard=hard,
        selector=with_label_keys(read_selector(place.at("labelSelector")), labels, place.at("matchLabelKeys").texts()),
        min_domains=min_domains if hard else None,
        honors_affinity=place.at("nodeAffinityPolicy").choice(Policy) is not Policy.IGNORE,
        honors_taints=place.at("nodeTaintsPolicy").choice(Policy) is Policy.HONOR,
    )


def _max_skew(place: Field) -> int:
    max_skew = place.at("maxSkew")
    if not max_skew.present:
        max_skew.wrong("missing", "write a whole number from 1")
    return max_skew.integer(1) or 1
