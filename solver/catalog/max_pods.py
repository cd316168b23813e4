"""How many pods a node takes.

``eni``: Amazon's VPC CNI gives a pod one address of the machine's network interfaces; managed node groups allow 110
below 30 vCPU and 250 above. ``prefix-delegation``: 16 addresses in the place of each, under the same ceilings.
``azure-overlay``, ``azure-node-subnet``, ``kubenet``: what AKS gives a node with these networks. ``gke-default`` and
``gke-most``: what GKE Standard gives, and the most that it allows. ``kubelet``: the kubelet's own default.

Source: https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html (maximum number of Pods),
https://learn.microsoft.com/azure/aks/node-auto-provisioning-aksnodeclass (maxPods by network plugin),
https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.catalog.rules import MAX_PODS_OF, MaxPodsRule

if TYPE_CHECKING:
    from solver.catalog.machine import InstanceType
    from solver.catalog.rules import NodeRules

ADDRESSES_PER_PREFIX = 16
_SMALL_MOST, _LARGE_MOST, _LARGE_VCPU = 110, 250, 30
_HOST_NETWORK_PODS = 2
"""Of the pods of `InstanceType.max_pods`: they use the node's own address."""

FIXED = {
    MaxPodsRule.AZURE_OVERLAY: 250,
    MaxPodsRule.AZURE_NODE_SUBNET: 30,
    MaxPodsRule.KUBENET: 110,
    MaxPodsRule.GKE_DEFAULT: 110,
    MaxPodsRule.GKE_MOST: 256,
    MaxPodsRule.KUBELET: 110,
}
BY_INTERFACES = (MaxPodsRule.ENI, MaxPodsRule.ENI_UNCAPPED, MaxPodsRule.PREFIX_DELEGATION)


def max_pods(instance_type: InstanceType, rules: NodeRules) -> int:
    """Of one node; by interfaces only where it is known how many addresses these have, else the ceiling."""
    chosen = rules.max_pods
    if isinstance(chosen, int):
        return chosen
    provider = instance_type.provider
    rule = chosen or (MAX_PODS_OF[provider] if provider else MaxPodsRule.KUBELET)
    return FIXED[rule] if rule in FIXED else _by_interfaces(instance_type, rule)


def _by_interfaces(instance_type: InstanceType, rule: MaxPodsRule) -> int:
    ceiling = _SMALL_MOST if instance_type.vcpu < _LARGE_VCPU else _LARGE_MOST
    addressed = instance_type.max_pods
    if addressed is None:
        return ceiling
    if rule is MaxPodsRule.ENI_UNCAPPED:
        return addressed
    if rule is MaxPodsRule.PREFIX_DELEGATION:
        addressed = (addressed - _HOST_NETWORK_PODS) * ADDRESSES_PER_PREFIX + _HOST_NETWORK_PODS
    return min(addressed, ceiling)
