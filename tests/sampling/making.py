"""What a sampled cluster is made with: dice, knobs, and what has been asked for so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

Raw = dict[str, Any]


ZONE = "topology.kubernetes.io/zone"


HOSTNAME = "kubernetes.io/hostname"


KEYS = (ZONE, HOSTNAME, "rack")


RULES = frozenset(
    {
        "resources",
        "taints",
        "cordons",
        "node_affinity",
        "ports",
        "spread",
        "affinity",
        "anti_affinity",
        "volumes",
        "disks",
        "gpus",
    }
    | {"priorities", "preferences"}
)


@dataclass(frozen=True)
class Knobs:
    """How large a sampled cluster is, which rules take part, and how often a pod uses each."""

    nodes: tuple[int, int] = (1, 6)
    pods: tuple[int, int] = (2, 10)
    rules: frozenset[str] = RULES
    density: float = 0.3
    bound: float = 0.3


MIXED = Knobs()
"""Every rule, on a handful of nodes."""


@dataclass
class Sample:
    """A cluster in the making: its dice, its knobs, and the storage objects that its pods have asked for."""

    dice: Random
    knobs: Knobs
    storage: list[Raw] = field(default_factory=list)

    def has(self, rule: str, share: float = 1.0) -> bool:
        """Whether a rule shows up here."""
        return rule in self.knobs.rules and self.dice.random() < self.knobs.density * share

    def some(self, items: tuple[str, ...], least: int = 1) -> list[str]:
        """A few of the items."""
        return self.dice.sample(items, self.dice.randint(least, len(items)))
