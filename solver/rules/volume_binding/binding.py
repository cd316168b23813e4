"""What happens to the waiting claims of a pod once it has a node: a volume is bound, or made and bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.cluster.labels import Operator, Requirement
from solver.cluster.node_affinity import NodeSelectorTerm
from solver.cluster.volumes import PersistentVolume, PersistentVolumeClaim

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.state import ClusterState
    from solver.rules.volume_binding.filter import BindingFilter

_BOUND = "Bound"


@dataclass(frozen=True, slots=True)
class VolumeBound:
    """A claim and the volume it got; ``topology_keys``: what a volume made for it may be tied to (None: it existed)."""

    claim: PersistentVolumeClaim
    volume: PersistentVolume
    topology_keys: tuple[str, ...] | None = None


def volumes_at(found: BindingFilter, node: int, state: ClusterState) -> tuple[VolumeBound, ...]:
    """What binding a pod to the node does to its claims, existing volumes first."""
    bindings = found.bindings(node)
    static = (VolumeBound(claim, volume) for claim, volume in bindings.static)
    return (*static, *(_made(claim, state.nodes[node], state) for claim in bindings.provisioned))


def bind_volumes(bound: tuple[VolumeBound, ...], state: ClusterState) -> None:
    """Let the state know."""
    for item in bound:
        claim = replace(item.claim, volume=item.volume.name, bind_completed=True, phase=_BOUND)
        state.bind_claim(claim, replace(item.volume, claim=claim.key, claim_uid=claim.uid or None, phase=_BOUND))


def made_volume(claim: PersistentVolumeClaim, volume: str, node: Node, state: ClusterState) -> VolumeBound:
    """The claim with the volume of that name, made for the node where it does not exist yet."""
    found = state.volumes.get(volume)
    return _made(claim, node, state) if found is None else VolumeBound(claim, found)


def volume_for(claim: PersistentVolumeClaim, node: Node, state: ClusterState) -> PersistentVolume:
    """The volume that the claim's class would make for a node."""
    return _made(claim, node, state).volume


def _made(claim: PersistentVolumeClaim, node: Node, state: ClusterState) -> VolumeBound:
    """A volume as the class's driver would make it for the node."""
    storage_class = state.cluster.storage.classes[claim.storage_class or ""]
    keys = _topology_keys(storage_class.provisioner, node, state)
    if not keys:
        named = (requirement.key for term in storage_class.topologies for requirement in term.expressions)
        keys = tuple(dict.fromkeys(named))
    name = f"pvc-{claim.namespace}-{claim.name}"
    volume = PersistentVolume(
        name=name,
        capacity=claim.request,
        access_modes=claim.access_modes,
        storage_class=storage_class.name,
        affinity=_tied_to(node, keys),
        volume_mode=claim.volume_mode,
        driver=storage_class.provisioner,
        handle=name,
        attributes_class=claim.attributes_class,
    )
    return VolumeBound(claim, volume, keys)


def _topology_keys(driver: str, node: Node, state: ClusterState) -> tuple[str, ...]:
    csi_node = state.cluster.storage.csi_nodes.get(node.name)
    found = csi_node.drivers.get(driver) if csi_node is not None else None
    return found.topology_keys if found is not None else ()


def _tied_to(node: Node, keys: tuple[str, ...]) -> tuple[NodeSelectorTerm, ...] | None:
    """The node's values of the keys that it has; none of them, no ties."""
    held = tuple(Requirement(key, Operator.IN, frozenset({node.labels[key]})) for key in keys if key in node.labels)
    return (NodeSelectorTerm(held),) if held else None
