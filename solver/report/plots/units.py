"""The units of resources on an axis."""

from __future__ import annotations

from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY


def in_units(resource: str, amount: int) -> float:
    """Cores, GiB or pieces."""
    return amount / _unit(resource)[0]


def axis_title(resource: str) -> str:
    """``cpu (cores)``, ``pods``."""
    unit = _unit(resource)[1]
    return f"{resource} ({unit})" if unit else resource


def _unit(resource: str) -> tuple[int, str]:
    if resource == CPU:
        return 1000, "cores"
    in_bytes = resource in (MEMORY, EPHEMERAL_STORAGE) or resource.startswith("hugepages-")
    return (2**30, "GiB") if in_bytes else (1, "")
