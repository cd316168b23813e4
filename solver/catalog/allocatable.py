"""What pods may use of a machine: its capacity less what is kept, by the rules of a provider's managed Kubernetes."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.catalog import aks, eks, gke
from solver.catalog.machine import Provider
from solver.catalog.max_pods import max_pods
from solver.catalog.reserved import GIB, MIB, Kept, Machine, without_eviction_margin
from solver.catalog.rules import DEFAULT_RULES, FORMULA_OF, Formula
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.catalog.machine import InstanceType
    from solver.catalog.reserved import KubeReserved
    from solver.catalog.rules import NodeRules

OTHER_DISK = 100 * GIB
"""The root disk of a machine that no provider offers."""


def _nothing(machine: Machine) -> Kept:
    return Kept(0, 0)


_KEPT: Mapping[Formula, KubeReserved] = {
    Formula.EKS: eks.kept,
    Formula.GKE: gke.kept,
    Formula.AKS: aks.kept,
    Formula.AKS_BEFORE_1_29: aks.kept_before_1_29,
    Formula.NONE: _nothing,
}
_OVERHEAD = {
    Provider.AWS: eks.MEMORY_OVERHEAD,
    Provider.AZURE: aks.MEMORY_OVERHEAD,
    Provider.GCP: gke.MEMORY_OVERHEAD,
    None: Fraction(0),
}


def allocatable(instance_type: InstanceType, rules: NodeRules = DEFAULT_RULES) -> dict[str, int]:
    """Milli-CPU, bytes, pods and GPUs for the pods of one node; what a file states of its own types is final."""
    machine = machine_of(instance_type, rules)
    kept = _kept(instance_type, machine, rules)
    found = {
        CPU: machine.milli_cpu - kept.milli_cpu - rules.system_reserved.get(CPU, 0),
        MEMORY: machine.memory - kept.memory - rules.system_reserved.get(MEMORY, 0) - kept.eviction,
        EPHEMERAL_STORAGE: without_eviction_margin(machine.disk)
        - kept.disk
        - rules.system_reserved.get(EPHEMERAL_STORAGE, 0),
        PODS: machine.pods,
    }
    usable = {name: max(amount, 0) for name, amount in found.items()}
    return {**usable, **instance_type.gpu_resources, **instance_type.stated}


def capacity(instance_type: InstanceType, rules: NodeRules = DEFAULT_RULES) -> dict[str, int]:
    """What the machine has; of its disk and pods, what is left for pods."""
    usable = allocatable(instance_type, rules)
    memory = max(instance_type.memory_mib * MIB, usable[MEMORY])
    whole = {CPU: max(instance_type.milli_cpu, usable[CPU]), MEMORY: memory}
    return {**whole, **{name: usable[name] for name in (EPHEMERAL_STORAGE, PODS)}, **instance_type.gpu_resources}


def machine_of(instance_type: InstanceType, rules: NodeRules) -> Machine:
    """What the node sees of the machine."""
    pods = instance_type.stated.get(PODS) or max_pods(instance_type, rules)
    disk = rules.disk if rules.disk is not None else _disk(instance_type)
    shared = instance_type.provider is Provider.GCP and instance_type.name in gke.SHARED_CORE
    milli_cpu = gke.SHARED_CORE_MILLI_CPU if shared else instance_type.milli_cpu
    return Machine(instance_type.name, milli_cpu, _reported(instance_type, rules), pods, disk)


def _reported(instance_type: InstanceType, rules: NodeRules) -> int:
    """Bytes of memory that the node sees."""
    given = rules.memory_overhead
    share = _OVERHEAD[instance_type.provider] if given is None else given
    firmware = eks.firmware(instance_type) if instance_type.provider is Provider.AWS else 0
    return int((instance_type.memory_mib * MIB - firmware) * (1 - share))


def _kept(instance_type: InstanceType, machine: Machine, rules: NodeRules) -> Kept:
    formula = rules.formula or (FORMULA_OF[instance_type.provider] if instance_type.provider else Formula.NONE)
    found = _KEPT[formula](machine)
    given = rules.kube_reserved
    return Kept(
        given.get(CPU, found.milli_cpu),
        given.get(MEMORY, found.memory),
        given.get(EPHEMERAL_STORAGE, found.disk),
        found.eviction if rules.eviction is None else rules.eviction,
    )


def _disk(instance_type: InstanceType) -> int:
    match instance_type.provider:
        case Provider.AWS:
            return eks.ROOT_DISK
        case Provider.AZURE:
            return aks.os_disk(instance_type)
        case Provider.GCP:
            return gke.BOOT_DISK
        case _:
            return OTHER_DISK
