"""Sampled terms by which pods speak of other pods."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.sampling.making import KEYS, Raw, Sample

if TYPE_CHECKING:
    from collections.abc import Callable


def affinity(pod: Raw) -> Raw:
    part: Raw = pod["spec"].setdefault("affinity", {})
    return part


def selector(making: Sample) -> Raw | None:
    """Mostly one app; sometimes everything, sometimes nothing, sometimes by expression."""
    dice, draw = making.dice, making.dice.random()
    if draw < 0.6:
        return {"matchLabels": {"app": dice.choice("xyz")}}
    if draw < 0.7:
        return {}
    if draw < 0.75:
        return None
    operator = dice.choice(["In", "NotIn", "Exists", "DoesNotExist"])
    expression: Raw = {"key": dice.choice(["app", "tier"]), "operator": operator}
    if operator in ("In", "NotIn"):
        expression["values"] = dice.sample(["x", "y", "1", "2"], 2)
    return {"matchExpressions": [expression]}


def with_selector(making: Sample, whole: Raw) -> Raw:
    chosen = selector(making)
    return whole if chosen is None else {**whole, "labelSelector": chosen}


def spread(making: Sample, pod: Raw) -> None:
    dice = making.dice
    constraints = []
    for key in making.some(KEYS[: dice.randint(1, 3)]):
        hard = dice.random() < 0.75 or "preferences" not in making.knobs.rules
        when = "DoNotSchedule" if hard else "ScheduleAnyway"
        one = with_selector(making, {"topologyKey": key, "maxSkew": dice.randint(1, 2), "whenUnsatisfiable": when})
        if hard and dice.random() < 0.25:
            one["minDomains"] = dice.randint(1, 4)
        if dice.random() < 0.25:
            one["nodeAffinityPolicy"] = dice.choice(["Honor", "Ignore"])
        if dice.random() < 0.25:
            one["nodeTaintsPolicy"] = dice.choice(["Honor", "Ignore"])
        if "labelSelector" in one and dice.random() < 0.2 and "tier" not in json.dumps(one):
            one["matchLabelKeys"] = ["tier"]
        constraints.append(one)
    pod["spec"]["topologySpreadConstraints"] = constraints


def pod_term(making: Sample) -> Raw:
    dice = making.dice
    term = with_selector(making, {"topologyKey": dice.choice(KEYS)})
    if dice.random() < 0.2:
        term["namespaces"] = dice.sample(["default", "other"], dice.randint(1, 2))
    if dice.random() < 0.2:
        term["namespaceSelector"] = dice.choice([{}, {"matchLabels": {"team": "red"}}])
    if "labelSelector" in term and dice.random() < 0.15 and "tier" not in json.dumps(term):
        term[dice.choice(["matchLabelKeys", "mismatchLabelKeys"])] = ["tier"]
    return term


def pod_terms(kind: str) -> Callable[[Sample, Raw], None]:
    """Required terms of one direction, and preferred ones where preferences take part."""

    def add(making: Sample, pod: Raw) -> None:
        dice, part = making.dice, affinity(pod).setdefault(kind, {})
        terms = [pod_term(making) for _ in range(dice.choice([1, 1, 2]))]
        if kind == "podAffinity" and dice.random() < 0.5:
            terms = [{"topologyKey": dice.choice(KEYS), "labelSelector": {"matchLabels": {"app": pod_app(pod)}}}]
        part["requiredDuringSchedulingIgnoredDuringExecution"] = terms
        if making.has("preferences"):
            weighted = [{"weight": dice.randint(1, 100), "podAffinityTerm": pod_term(making)}]
            part["preferredDuringSchedulingIgnoredDuringExecution"] = weighted

    return add


def pod_app(pod: Raw) -> str:
    return str(pod["metadata"]["labels"]["app"])
