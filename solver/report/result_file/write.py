"""A result as the JSON text of `podsolver solve -o FILE.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY
from solver.objectives.question import Unserved
from solver.placement import Evict
from solver.report.result_file.bind_order import bind_order
from solver.rules.gpu_sharing import GpuSharing
from solver.scenario.quantities import format_bytes, format_cpu

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal
    from fractions import Fraction

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.resources import Resources
    from solver.placement import Placement, Step
    from solver.result import Competition, LevelResult, Result, Runtime

API_VERSION = "podsolver/v1alpha1"
"""Of the result format; its types are in ``schema.py``, which costs more to import than to do without."""


def result_text(result: Result) -> str:
    """The whole file."""
    return json.dumps(result_document(result), indent=2) + "\n"


def result_document(result: Result) -> dict[str, Any]:
    """The result as plain values that follow ``result.schema.json``."""
    placement = result.placement
    return {
        "apiVersion": API_VERSION,
        "scenario": result.scenario,
        "strategy": result.strategy,
        "termination": str(result.termination),
        "limit": None if result.limit is None else str(result.limit),
        "levels": [_level(level) for level in result.levels],
        "placement": _placement(placement),
        "devices": _devices(placement),
        "nodes": [_node(node) for node in added_nodes(placement)],
        "moved": _keys(placement.moved),
        "evicted": _keys(placement.evicted),
        "bind_order": _keys(bind_order(placement, result.steps)),
        "steps": [_step(step) for step in result.steps],
        "runtime_s": _runtime(result.runtime),
        "violations": [str(violation) for violation in result.violations],
        "messages": _texts(result.messages),
        "competes": {pod.key: _competition(each) for pod, each in result.competes.items()},
    }


def _competition(competition: Competition) -> dict[str, object]:
    return {
        "rules": list(competition.rules),
        "resources": list(competition.resources),
        "where": competition.where,
        "pods": dict(competition.pods),
        "levels": list(competition.levels),
        "text": str(competition),
    }


def added_nodes(placement: Placement) -> list[Node]:
    """Nodes that hold a pod and are no Node objects of the input."""
    return [node for node, pods in placement.pods_on.items() if pods and not node.declared]


def _level(level: LevelResult) -> dict[str, object]:
    objective = level.level.objective
    named = {"objective": "unserved", "resource": objective.resource} if isinstance(objective, Unserved) else None
    return {
        **(named or {"objective": str(objective)}),
        "priority": level.level.priority,
        "value": _number(level.value),
        "bound": _number(level.bound),
        "gap": _number(level.gap),
        "proven": level.proven,
    }


def _number(amount: Fraction | Decimal | None) -> int | float | None:
    """Whole numbers stay whole."""
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else float(amount)


def _placement(placement: Placement) -> dict[str, str | None]:
    """Pods that are bound to a node which does not exist keep its name."""
    node_of = placement.node_of
    known = {pod.key: node_of[pod].name if pod in node_of else None for pod in placement.cluster.pods}
    return known | {pod.key: pod.node for pod in placement.cluster.stray}


def _devices(placement: Placement) -> dict[str, list[int]]:
    """Of every pod that has a GPU, where pods share any, in the order of the pods."""
    named = placement.assigned.get(GpuSharing.name, {})
    return {pod.key: list(named[pod]) for pod in placement.cluster.pods if pod in named}


def _node(node: Node) -> dict[str, object]:
    return {
        "name": node.name,
        "pool": node.pool,
        "instance_type": node.instance_type,
        "zone": node.zone,
        "price_per_hour": _number(node.price_per_hour),
        "allocatable": quantities(node.allocatable),
        "labels": dict(node.labels),
        "taints": [{"key": taint.key, "value": taint.value, "effect": str(taint.effect)} for taint in node.taints],
    }


def quantities(resources: Resources) -> dict[str, str]:
    """Amounts as Kubernetes writes them."""
    return {name: quantity(name, amount) for name, amount in resources.items()}


def quantity(resource: str, amount: int) -> str:
    """``3920m`` of cpu, ``15Gi`` of memory, ``110`` pods."""
    if resource == CPU:
        return format_cpu(amount)
    in_bytes = resource in (MEMORY, EPHEMERAL_STORAGE) or resource.startswith("hugepages-")
    return format_bytes(amount) if in_bytes else str(amount)


def _step(step: Step) -> dict[str, str]:
    return {"evict": step.pod.key} if isinstance(step, Evict) else {"bind": step.pod.key, "node": step.node.name}


def _runtime(runtime: Runtime) -> dict[str, float]:
    return {stage: round(getattr(runtime, stage), 4) for stage in ("load", "build", "solve", "verify", "total")}


def _texts(messages: Mapping[Pod, str]) -> dict[str, str]:
    return {pod.key: text for pod, text in messages.items()}


def _keys(pods: Iterable[Pod]) -> list[str]:
    return [pod.key for pod in pods]
