"""Resources: names, amounts and sums. CPU in milli-CPU, memory and storage in bytes, everything else in units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

CPU = "cpu"
MEMORY = "memory"
EPHEMERAL_STORAGE = "ephemeral-storage"
PODS = "pods"

Resources = Mapping[str, int]
"""Resource name to amount; a name that is absent counts 0."""


def total(amounts: Iterable[Resources]) -> dict[str, int]:
    """Sum per resource."""
    summed: dict[str, int] = {}
    for resources in amounts:
        for name, amount in resources.items():
            summed[name] = summed.get(name, 0) + amount
    return summed


def peak(amounts: Iterable[Resources]) -> dict[str, int]:
    """Maximum per resource."""
    highest: dict[str, int] = {}
    for resources in amounts:
        for name, amount in resources.items():
            highest[name] = max(highest.get(name, 0), amount)
    return highest
