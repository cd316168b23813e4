"""How a node's allocatable follows from its machine: which formula, and what somebody knows better than it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from solver.catalog.machine import Provider

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction


class Formula(StrEnum):
    """What is kept of a node, by whose rule; ``none``: the eviction threshold alone."""

    EKS = "eks"
    GKE = "gke"
    AKS = "aks"
    AKS_BEFORE_1_29 = "aks-before-1.29"
    NONE = "none"


class MaxPodsRule(StrEnum):
    """How many pods a node takes, by the way it gives them their addresses."""

    ENI = "eni"
    ENI_UNCAPPED = "eni-uncapped"
    PREFIX_DELEGATION = "prefix-delegation"
    AZURE_OVERLAY = "azure-overlay"
    AZURE_NODE_SUBNET = "azure-node-subnet"
    KUBENET = "kubenet"
    GKE_DEFAULT = "gke-default"
    GKE_MOST = "gke-most"
    KUBELET = "kubelet"


@dataclass(frozen=True, slots=True)
class NodeRules:
    """What is None is what the provider's managed Kubernetes does by default.

    ``max_pods`` is a rule or a number. ``memory_overhead`` is the share of the advertised memory that never reaches the
    node. ``kube_reserved`` takes the place of the formula's amounts, resource by resource (milli-CPU, bytes);
    ``system_reserved`` is kept beside them. ``eviction`` is the hard eviction threshold of memory, ``disk`` the size of
    the root disk, both in bytes.
    """

    formula: Formula | None = None
    max_pods: MaxPodsRule | int | None = None
    memory_overhead: Fraction | None = None
    kube_reserved: Mapping[str, int] = field(default_factory=dict)
    system_reserved: Mapping[str, int] = field(default_factory=dict)
    eviction: int | None = None
    disk: int | None = None


DEFAULT_RULES = NodeRules()

FORMULA_OF = {Provider.AWS: Formula.EKS, Provider.AZURE: Formula.AKS, Provider.GCP: Formula.GKE}
MAX_PODS_OF = {
    Provider.AWS: MaxPodsRule.ENI,
    Provider.AZURE: MaxPodsRule.AZURE_OVERLAY,
    Provider.GCP: MaxPodsRule.GKE_DEFAULT,
}
ONLY_OF = {
    MaxPodsRule.ENI: Provider.AWS,
    MaxPodsRule.ENI_UNCAPPED: Provider.AWS,
    MaxPodsRule.PREFIX_DELEGATION: Provider.AWS,
    MaxPodsRule.AZURE_OVERLAY: Provider.AZURE,
    MaxPodsRule.AZURE_NODE_SUBNET: Provider.AZURE,
    MaxPodsRule.GKE_DEFAULT: Provider.GCP,
    MaxPodsRule.GKE_MOST: Provider.GCP,
}
"""Rules that say nothing about the machines of others."""
