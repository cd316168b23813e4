"""A placement as Pod objects with ``spec.nodeName``: the file of `podsolver solve -o placement.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.report.result_file.write import quantities
from solver.scenario.dump import yaml_text

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.result import Result

EXPLANATION = """\
# Every pod that has a node, as {strategy} places it in {scenario}; pods without one are left out.
# A pod is written as placement needs it: its labels, its priority and its effective request in a single container.
"""


def placement_yaml(result: Result) -> str:
    """The bound pods in the order of the cluster."""
    placed = ((pod, result.placement.node_of.get(pod)) for pod in result.placement.cluster.pods)
    head = EXPLANATION.format(strategy=result.strategy, scenario=result.scenario)
    return head + yaml_text(_pod(pod, node) for pod, node in placed if node is not None)


def _pod(pod: Pod, node: Node) -> dict[str, object]:
    spec = pod.spec
    requests = quantities({name: amount for name, amount in spec.requests.items() if amount})
    container: dict[str, object] = {"name": "requests"} | ({"resources": {"requests": requests}} if requests else {})
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": pod.name, "namespace": pod.namespace}
        | ({"labels": dict(spec.labels)} if spec.labels else {}),
        "spec": {"nodeName": node.name}
        | ({"priority": spec.priority} if spec.priority else {})
        | {"containers": [container]},
    }
