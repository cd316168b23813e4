"""Evictions as preemption does them: who leaves for good does so where a preempting pod of higher priority arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.model.linear import Linear, total

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.model.groups import PodGroup
    from solver.model.placing import PlacementModel


def justify_evictions(model: PlacementModel) -> None:
    """State it for every group that may be evicted, where the policy asks for it."""
    if not (model.ground.leave.evict and model.ground.leave.by_preemption):
        return
    preempted: dict[tuple[Node, int], Linear] = {}
    for group in model.groups:
        if model.ground.may_be_evicted(group):
            _justify(model, group, preempted)


def _justify(model: PlacementModel, group: PodGroup, preempted: dict[tuple[Node, int], Linear]) -> None:
    """With moves, victims are those of the leaving pods that are not moved; as many at least as are evicted."""
    victims: list[Linear] = []
    moves = model.ground.may_move(group)
    for node in model.variables[group.index].stays.variable:
        place = (node, group.priority)
        if place not in preempted:
            preempted[place] = _preempts(model, *place)
        there = len(group.bound[node])
        leaving = there - model.stays(group, node)
        victim = model.integer(there) if moves else leaving
        model.require(victim <= leaving)
        model.require(victim <= preempted[place] * there)
        victims.append(victim)
    if moves and model.scope is None:
        model.require(model.evicted(group) <= total(victims))


def _preempts(model: PlacementModel, node: Node, priority: int) -> Linear:
    """At most 1, and only where a preempting pod of higher priority arrives."""
    arriving = total(
        model.arrivals(group, node)
        for group in model.groups
        if group.priority > priority and group.spec.preempts and (group.pending or model.ground.may_move(group))
    )
    preempts = model.boolean().linear
    model.require(preempts <= arriving)
    return preempts
