"""Instance types that clouds offer: sizes, list prices, and what of a machine pods may use."""

from __future__ import annotations

from solver.catalog.allocatable import allocatable, capacity
from solver.catalog.instance_types import instance_types
from solver.catalog.machine import InstanceType, Provider

__all__ = ["InstanceType", "Provider", "allocatable", "capacity", "instance_types"]
