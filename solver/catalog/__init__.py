"""Instance types that clouds offer: sizes, list prices, and what of a machine pods may use."""

from __future__ import annotations

from solver.catalog.instance_types import InstanceType, Provider, instance_types

__all__ = ["InstanceType", "Provider", "instance_types"]
