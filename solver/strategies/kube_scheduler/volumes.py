"""What happens to the waiting claims of a pod once it has a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.rules.volume_binding.binding import VolumeBound, bind_volumes, made_volume, volumes_at
from solver.rules.volume_binding.filter import BindingFilter

if TYPE_CHECKING:
    from solver.strategies.kube_scheduler.standing import Standing

__all__ = ["VolumeBound", "bind_volumes", "made_volume", "volumes_bound"]


def volumes_bound(standing: Standing, node: int) -> tuple[VolumeBound, ...]:
    """What binding a pod of this class to the node does to its claims."""
    found = next((found for _, found in standing.filters if isinstance(found, BindingFilter)), None)
    return () if found is None else volumes_at(found, node, standing.state)
