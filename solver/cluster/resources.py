"""Resources: names, amounts and sums. CPU in milli-CPU, memory and storage in bytes, everything else in units."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

CPU = "cpu"
MEMORY = "memory"
EPHEMERAL_STORAGE = "ephemeral-storage"
PODS = "pods"

Resources = Mapping[str, int]
"""Resource name to amount; a name that is absent counts 0."""


_NATIVE = "kubernetes.io"


def is_extended(name: str) -> bool:
    """Whether device plugins or operators bring the resource: its domain is none of Kubernetes' own."""
    domain, slash, _ = name.partition("/")
    return bool(slash) and not f".{domain}".endswith(f".{_NATIVE}")


def is_among(name: str, ignored: Collection[str]) -> bool:
    """Whether an extended resource is named there, or its group: what stands before the slash."""
    return bool(ignored) and is_extended(name) and (name in ignored or name.partition("/")[0] in ignored)


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
