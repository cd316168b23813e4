"""Which machines, how many, at what price and what risk: the study of node sizes, with a proof."""

from __future__ import annotations

from solver.studies.node_sizes.offers import Capacity
from solver.studies.node_sizes.request import Request
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.selection import Selection
from solver.studies.node_sizes.study import NodeSizes, size

__all__ = ["Capacity", "NodeSizes", "Part", "Request", "Selection", "size"]
