"""A placement as Pod objects with ``spec.nodeName``: the file of `podsolver solve -o placement.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.report.placement_file.pod import pod_document
from solver.report.result_file.write import added_nodes
from solver.rules.gpu_sharing import GpuSharing
from solver.scenario.dump import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.pod import Pod
    from solver.result import Result

HEAD = """\
# Every pod that has a node, as {strategy} places it in {scenario}; pods without one are left out.
# A pod is written with all that bears on placement, and with nothing else: no command, no environment, no probe.
"""
OPENED = "# Nodes that are no Node objects of the input: {names}.\n"


def placement_yaml(result: Result) -> str:
    """The pods that have a node, in the order of the cluster."""
    opened = ", ".join(node.name for node in added_nodes(result.placement))
    head = HEAD.format(strategy=result.strategy, scenario=result.scenario) + (
        OPENED.format(names=opened) if opened else ""
    )
    return head + yaml_text(_documents(result))


def _documents(result: Result) -> Iterator[dict[str, Any]]:
    """A moved pod starts anew, so it has no starting time yet."""
    placement = result.placement
    moved: set[Pod] = set(placement.moved)
    devices = placement.assigned.get(GpuSharing.name, {})
    for pod in placement.cluster.pods:
        node = placement.node_of.get(pod)
        if node is not None:
            started_at = None if pod in moved else pod.started_at
            yield pod_document(pod, node.name, started_at, devices.get(pod, ()))
