"""Limits that bound pods may break already: they bind whoever arrives, never those who stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.model.linear import Linear
    from solver.model.model import Model


def at_most(model: Model, room: int, present: Linear, arriving: Linear, before: int) -> None:
    """``present <= room``; where more than that is there ``before``, only if somebody arrives.

    Without an arrival nobody is asked, and what stays is no more than what was there. ``arriving`` counts those who are
    asked.
    """
    if before <= room:
        model.require(present <= room)
    elif model.limits(arriving)[1] > 0:
        model.require(present <= room, model.some(arriving))


def apart(model: Model, arriving: Linear, others: Linear) -> None:
    """Nobody of those ``arriving`` where one of the ``others`` is in the end."""
    if model.limits(arriving)[1] > 0 and model.limits(others)[1] > 0:
        model.require(others <= 0, model.some(arriving))
