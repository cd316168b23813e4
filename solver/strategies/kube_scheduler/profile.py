"""A scheduling profile: which rules filter and score, and what each score weighs.

Source: https://kubernetes.io/docs/reference/scheduling/config/#profiles
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.rules.rule import Rule


def default_weights() -> dict[str, int]:
    """What the scores of the default profile weigh."""
    return {rule.name: rule.weight for rule in RULES if rule.weight}


@dataclass(frozen=True)
class Profile:
    """``rules`` in the order in which they filter; a rule without a weight here does not score.

    ``preemption`` False: pods that find no node evict nobody.
    """

    rules: tuple[Rule, ...] = RULES
    weights: Mapping[str, int] = field(default_factory=default_weights)
    preemption: bool = True
