"""The node pools of a mix as a scenario: with it, `podsolver verify` checks the result, and others start from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.topology import HOSTNAME, ZONE
from solver.report.result_file.write import quantities
from solver.scenario.dump import yaml_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.taints import Taint
    from solver.studies.node_sizes import NodeSizes


def pools_yaml(study: NodeSizes) -> str:
    """A ``kind: Scenario`` with one pool for each offer that the mix has nodes of."""
    pools = []
    for pool, number in study.mix.counts.items():
        nodes = [node for node in study.mix.nodes if node.pool == pool]
        template = nodes[0]
        labels = {key: value for key, value in template.labels.items() if key not in (HOSTNAME, ZONE)}
        offer = study.task.offer_of_pool[pool]
        status = {"capacity": quantities(template.capacity), "allocatable": quantities(template.allocatable)}
        pools.append(
            {
                "name": pool,
                "template": {"metadata": {"labels": labels}, **_spec(template.taints), "status": status},
                "min": 0,
                "max": number,
                "zones": [node.zone for node in offer.templates],
                "pricePerHour": str(template.price_per_hour),
            }
        )
    spec = {"question": "Does the mix hold?", "objectives": ["pending", "cost"], "nodePools": pools}
    document = {"apiVersion": "podsolver/v1alpha1", "kind": "Scenario", "metadata": {"name": study.task.scenario.name}}
    return yaml_text([{**document, "spec": spec}])


def _spec(taints: Sequence[Taint]) -> dict[str, object]:
    """Of the node, as far as there is something to say."""
    written = [{"key": taint.key, "value": taint.value, "effect": str(taint.effect)} for taint in taints]
    return {"spec": {"taints": written}} if written else {}
