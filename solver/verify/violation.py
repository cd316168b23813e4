"""A violation: one rule that a placement, or one of its steps, breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod


@dataclass(frozen=True, slots=True)
class Violation:
    """``rule`` is kube-scheduler's plugin name, or the part of the answer that is wrong; ``text`` is a whole sentence.

    ``pod``, ``node`` and ``domain`` (``key=value``) say where, as far as there is such a place.
    """

    rule: str
    text: str
    pod: Pod | None = None
    node: Node | None = None
    domain: str | None = None

    def __str__(self) -> str:
        """Rule and sentence."""
        return f"{self.rule}: {self.text}"
