"""A result: four separate answers - why it stopped, what is known, how good it is, at what cost it was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.pod import Pod
    from solver.objectives.question import Level
    from solver.placement import Placement, Step


class Termination(StrEnum):
    """What is known of the placement; ``optimal`` only where every level is proven."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class Limit(StrEnum):
    """Why a strategy stopped before it was done."""

    TIME = "time"
    WORK = "work"
    INTERRUPT = "interrupt"


@dataclass(frozen=True, slots=True)
class LevelResult:
    """One level's value, with what is proven about it; ``bound`` None: the strategy has none.

    Values are exact: counts, disruption points, prices per hour, penalty units. All are minimised and never negative.
    """

    level: Level
    value: Fraction
    bound: Fraction | None = None

    def __post_init__(self) -> None:
        """A bound above the value would be a contradiction."""
        if self.bound is not None and self.bound > self.value:
            raise ValueError(f"{self.level}: bound {self.bound} above value {self.value}")

    @property
    def proven(self) -> bool:
        """Whether no placement that keeps the earlier levels is better here."""
        return self.bound == self.value

    @property
    def gap(self) -> Fraction | None:
        """``(value - bound) / value``, 0 where they are equal, None without a bound."""
        if self.bound is None:
            return None
        return Fraction(0) if self.proven else (self.value - self.bound) / self.value


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of the search: seconds since the strategy began, the level at work, its incumbent and its bound."""

    seconds: float
    level: Level
    value: Fraction
    bound: Fraction | None


@dataclass(frozen=True, slots=True)
class Competition:
    """Why a pod stays pending in a proven optimum: these together leave no room for it.

    None of them can be missed, as far as the work that was allowed for it has shown.

    ``rules`` by the names of their plugins, ``resources`` of those that fit by resource, ``where``: the domain of all
    of it, in words. ``pods``: placed pods that would have to give way, as the number of pods like the one named.
    ``levels``: earlier ones that would get worse.
    """

    rules: tuple[str, ...]
    resources: tuple[str, ...]
    where: str
    pods: Mapping[str, int] = field(default_factory=dict)
    levels: tuple[str, ...] = ()

    def __str__(self) -> str:
        """In a sentence."""
        named = [rule for rule in self.rules if not (self.resources and rule == _BY_RESOURCE)]
        what = _joined((*self.resources, *named)) or "a node"
        like = [f"{number:,} pod{'s' * (number > 1)} like {pod}" for pod, number in self.pods.items()]
        rivals = f" with {_joined(like)}" if like else ""
        levels = f", or {_joined(self.levels)} would be worse" if self.levels else ""
        return f"It competes for {what} {self.where}{rivals}{levels}."


_BY_RESOURCE = "NodeResourcesFit"


def _joined(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


@dataclass(frozen=True)
class Answer:
    """What a strategy gives back: a placement, the steps to it, and what it has proven.

    ``bounds`` is in the order of the levels, as far as the strategy has any; ``messages`` holds, for pending pods, the
    reason in kube-scheduler's words where the strategy knows it; ``competes`` what keeps it out in a proven optimum.
    ``waived`` names rules and resources that the strategy's own profile does not check.
    """

    placement: Placement
    steps: tuple[Step, ...]
    bounds: tuple[Fraction | None, ...] = ()
    limit: Limit | None = None
    progress: tuple[Progress, ...] = ()
    messages: Mapping[Pod, str] = field(default_factory=dict)
    competes: Mapping[Pod, Competition] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Runtime:
    """Wall-clock seconds of each stage.

    ``load`` reads the inputs, ``build`` imports and prepares the strategy and builds its models, ``solve`` is the
    strategy alone, ``verify`` recounts the answer and computes its levels. ``total`` is all of them.
    """

    load: float = 0.0
    build: float = 0.0
    solve: float = 0.0
    verify: float = 0.0
    total: float = 0.0


@dataclass(frozen=True)
class Result:
    """A verified answer of one strategy to one scenario."""

    scenario: str
    strategy: str
    termination: Termination
    limit: Limit | None
    levels: tuple[LevelResult, ...]
    placement: Placement
    steps: tuple[Step, ...]
    runtime: Runtime
    violations: tuple[str, ...] = ()
    progress: tuple[Progress, ...] = ()
    messages: Mapping[Pod, str] = field(default_factory=dict)
    competes: Mapping[Pod, Competition] = field(default_factory=dict)
