"""A scenario as understood: nodes, use, workloads, rules in play, priorities, and what was left out or assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.objectives.question import levels_of
from solver.report.inspection.nodes import node_facts, pool_facts, resource_facts
from solver.report.inspection.pods import priority_facts, workload_facts
from solver.report.inspection.rules import rules_in_play

if TYPE_CHECKING:
    from solver.scenario import Scenario

API_VERSION = "podsolver/v1alpha1"


def inspection(scenario: Scenario) -> dict[str, Any]:
    """Everything as plain values, quantities as Kubernetes writes them: the document of `podsolver inspect --json`."""
    cluster = scenario.cluster
    return {
        "apiVersion": API_VERSION,
        "scenario": scenario.name,
        "question": scenario.question_text,
        "bound_pods": str(scenario.question.bound_pods),
        "levels": [str(level) for level in levels_of(scenario.question, cluster)],
        "resources": resource_facts(cluster),
        "nodes": node_facts(cluster),
        "pools": [pool_facts(cluster, pool) for pool in cluster.pools],
        "workloads": workload_facts(cluster),
        "priorities": priority_facts(cluster),
        "rules": rules_in_play(cluster),
        "notices": [str(notice) for notice in scenario.notices],
    }
