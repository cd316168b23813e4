"""What a profile says to single plugins (``pluginConfig``), as rules that work that way.

Source: https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from solver.rules.inter_pod_affinity import InterPodAffinity
from solver.rules.node_affinity import NodeAffinity
from solver.rules.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from solver.rules.node_resources_fit import NodeResourcesFit
from solver.rules.pod_topology_spread import PodTopologySpread
from solver.rules.profile import PreemptionLimits
from solver.scenario.objects.affinity import read_node_affinity
from solver.scenario.objects.spread import read_spread
from solver.scenario.scheduler_configuration.keys import check_keys
from solver.scenario.scheduler_configuration.scoring import read_resources, read_strategy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from solver.cluster.topology import SpreadConstraint
    from solver.rules.rule import Rule
    from solver.scenario.field import Field


class Defaulting(StrEnum):
    """Where the constraints for pods without any come from."""

    SYSTEM = "System"
    LIST = "List"


def read_preemption(args: Field) -> PreemptionLimits:
    """``DefaultPreemptionArgs``."""
    check_keys(args, "minCandidateNodesPercentage", "minCandidateNodesAbsolute")
    percent = args.at("minCandidateNodesPercentage").integer(0, 100)
    at_least = args.at("minCandidateNodesAbsolute").integer()
    defaults = PreemptionLimits()
    limits = PreemptionLimits(
        defaults.percent_of_nodes if percent is None else percent,
        defaults.at_least if at_least is None else at_least,
    )
    if limits == PreemptionLimits(0, 0):
        args.wrong("no candidates at all", "leave one of the two above 0")
    return limits


def _node_resources_fit(args: Field) -> NodeResourcesFit:
    check_keys(args, "ignoredResources", "ignoredResourceGroups", "scoringStrategy")
    for group in args.at("ignoredResourceGroups"):
        if "/" in group.text():
            group.wrong("a group is what stands before the slash", "leave out the slash and what comes after it")
    ignored = (*args.at("ignoredResources").texts(), *args.at("ignoredResourceGroups").texts())
    return NodeResourcesFit(read_strategy(args.at("scoringStrategy")), frozenset(ignored))


def _balanced_allocation(args: Field) -> NodeResourcesBalancedAllocation:
    check_keys(args, "resources")
    resources = read_resources(args.at("resources"), most=1)
    names = [name for name, _ in resources]
    for item, position in zip(args.at("resources"), range(len(names)), strict=True):
        if names[position] in names[:position]:
            item.at("name").wrong("named twice", "keep one")
    return NodeResourcesBalancedAllocation(tuple(names)) if names else NodeResourcesBalancedAllocation()


def _inter_pod_affinity(args: Field) -> InterPodAffinity:
    check_keys(args, "hardPodAffinityWeight", "ignorePreferredTermsOfExistingPods")
    weight = args.at("hardPodAffinityWeight").integer(0, 100)
    ignores = args.at("ignorePreferredTermsOfExistingPods").flag()
    return InterPodAffinity(1 if weight is None else weight, heeds_others=not ignores)


def _node_affinity(args: Field) -> NodeAffinity:
    check_keys(args, "addedAffinity")
    return NodeAffinity(read_node_affinity(args.at("addedAffinity")))


def _pod_topology_spread(args: Field) -> PodTopologySpread:
    check_keys(args, "defaultConstraints", "defaultingType")
    constraints = _default_constraints(args.at("defaultConstraints"))
    if args.at("defaultingType").choice(Defaulting) is Defaulting.LIST:
        return PodTopologySpread(constraints)
    if constraints:
        args.at("defaultConstraints").wrong("the system's constraints are asked for", "add defaultingType: List")
    return PodTopologySpread()


def _default_constraints(place: Field) -> tuple[SpreadConstraint, ...]:
    for item in place:
        if item.at("labelSelector").present:
            item.at("labelSelector").wrong("defaults take the selector that each pod gives them", "remove it")
    return read_spread(place, {})


RULES_WITH_ARGUMENTS: Mapping[str, Callable[[Field], Rule]] = {
    "InterPodAffinity": _inter_pod_affinity,
    "NodeAffinity": _node_affinity,
    "NodeResourcesBalancedAllocation": _balanced_allocation,
    "NodeResourcesFit": _node_resources_fit,
    "PodTopologySpread": _pod_topology_spread,
}
