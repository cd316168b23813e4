"""Instance types that clouds offer: sizes, list prices, and what of a machine pods may use."""

from __future__ import annotations

from solver.catalog.allocatable import allocatable, capacity
from solver.catalog.instance_types import REGIONS, instance_types, types_of
from solver.catalog.machine import InstanceType, Provider
from solver.catalog.own import read_catalog
from solver.catalog.rules import DEFAULT_RULES, ONLY_OF, Formula, MaxPodsRule, NodeRules

__all__ = [
    "DEFAULT_RULES",
    "ONLY_OF",
    "REGIONS",
    "Formula",
    "InstanceType",
    "MaxPodsRule",
    "NodeRules",
    "Provider",
    "allocatable",
    "capacity",
    "instance_types",
    "read_catalog",
    "types_of",
]
