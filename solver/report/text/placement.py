"""A placement the way ``kubectl get pods -o wide`` prints pods, and why pending pods are pending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.report.text.console import columns
from solver.rules.gpu_sharing import GpuSharing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.pod import Pod
    from solver.result import Result

HEADER = ("NAMESPACE", "NAME", "STATUS", "NODE")
DEVICES = "GPU"
"""One column more where pods share GPUs."""
NONE = "<none>"
NAMED = 6
"""So many pods are named for each reason; the table has them all."""


def placement_text(result: Result) -> str:
    """One line per pod that has not finished, in the order of the input."""
    placement = result.placement
    pods = (*placement.cluster.pods, *placement.cluster.stray)
    if not pods:
        return "No pods."
    leaving = _leaving(result)
    rows = [_row(result, pod, leaving) for pod in pods]
    devices = placement.assigned.get(GpuSharing.name)
    if devices is None:
        return columns(HEADER, rows)
    numbers = [",".join(map(str, devices.get(pod, ()))) for pod in pods]
    return columns((*HEADER, DEVICES), [(*row, number) for row, number in zip(rows, numbers, strict=True)])


def reasons(result: Result) -> dict[str, list[Pod]]:
    """Pods without a node by the reason they have none, in the order of the input."""
    by_reason: dict[str, list[Pod]] = {}
    for pod in (*result.placement.pending, *result.placement.cluster.held_back):
        by_reason.setdefault(reason(result, pod), []).append(pod)
    return by_reason


def reason(result: Result, pod: Pod) -> str:
    """Why the pod is pending: kube-scheduler's message, what it competes with, or why it is not scheduled at all."""
    spec = pod.spec
    if spec.gates:
        return f"Scheduling is blocked due to non-empty scheduling gates: {', '.join(spec.gates)}."
    if spec.unmodelled:
        return f"Not placed here: it uses {', '.join(spec.unmodelled)}, which is not modelled."
    if not pod.schedulable:
        return f"Not placed here: it asks for the scheduler {spec.scheduler!r}."
    said = [str(each) for each in (result.messages.get(pod), result.competes.get(pod)) if each]
    return " ".join(said) or "No reason is known."


def pending_text(result: Result) -> str:
    """Each reason with its pods; empty where every pod has a node."""
    return "\n".join(_reason_lines(reasons(result)))


def names(pods: list[Pod], most: int = NAMED) -> str:
    """``shop/front-0, shop/front-1 and 3 more``."""
    shown = ", ".join(pod.key for pod in pods[:most])
    return f"{shown} and {len(pods) - most:,} more" if len(pods) > most else shown


def _reason_lines(by_reason: dict[str, list[Pod]]) -> Iterator[str]:
    for text, pods in by_reason.items():
        yield f"{names(pods)}:"
        yield f"    {text}"


def _leaving(result: Result) -> dict[Pod, str]:
    placement = result.placement
    moved = {pod: f"Moved from {pod.node}" for pod in placement.moved}
    return moved | dict.fromkeys(placement.evicted, "Evicted")


def _row(result: Result, pod: Pod, leaving: dict[Pod, str]) -> tuple[str, str, str, str]:
    node = result.placement.node_of.get(pod)
    where = node.name if node is not None else NONE
    return pod.namespace, pod.name, leaving.get(pod) or _status(result, pod), where


def _status(result: Result, pod: Pod) -> str:
    if pod in result.placement.node_of:
        return "Bound"
    if pod.node is not None:
        return f"Lost with {pod.node}"
    return "SchedulingGated" if pod.spec.gates else "Pending"
