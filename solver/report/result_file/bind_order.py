"""The order in which the newly bound pods can be bound once all moved and evicted pods have left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.placement import Bind, Evict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.pod import Pod
    from solver.placement import Placement, Step


def bind_order(placement: Placement, steps: Sequence[Step]) -> tuple[Pod, ...]:
    """Every newly bound pod once: in the order of the steps, wherever all that leaves leaves first in them.

    Where evictions come in between, a bind may have leaned on a pod that left later, so an order is searched for;
    where none is found, that of the steps stands.
    """
    if interleaved(steps):
        from solver.strategies.bind_order import bind_order as search

        found = search(placement).steps
        steps = steps if found is None else found
    return order_of(placement, steps)


def order_of(placement: Placement, steps: Sequence[Step]) -> tuple[Pod, ...]:
    """The newly bound pods as the steps bind them, each where it comes to stay."""
    new = set(placement.newly_bound)
    last_first = dict.fromkeys(step.pod for step in reversed(steps) if isinstance(step, Bind) and step.pod in new)
    return tuple(reversed(last_first))


def interleaved(steps: Sequence[Step]) -> bool:
    """Whether any pod leaves after another has been bound."""
    first_bind = next((number for number, step in enumerate(steps) if isinstance(step, Bind)), len(steps))
    return any(isinstance(step, Evict) for step in steps[first_bind:])
