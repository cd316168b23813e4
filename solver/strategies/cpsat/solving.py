"""One solve: what is asked, the best answer so far, what is proven of it, and what of its time is left."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from solver.objectives.question import levels_of
from solver.placement import initial
from solver.strategies.cpsat.answering import tell_bounds, tell_start
from solver.strategies.cpsat.fluid.bounds import Relaxations
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.incumbent import Incumbent, StageResult, renew
from solver.strategies.cpsat.named import told_apart
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from solver.cluster.cluster import Cluster
    from solver.model.ground import Depth
    from solver.objectives.question import ObjectiveName, Question
    from solver.placement import Placement
    from solver.result import Limit
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.strategy import Options, Strategy, Watch

_RESERVE_SHARE = 0.05
_RESERVE_S = 0.12
"""Kept of the time limit for extraction and verification: this share, and at least these seconds; at most a half."""
_ROUND_S = 0.05
"""With less time than this left, beside what is kept, nothing more is begun."""
_PER_POD, _PER_PAIR = 1e-5, 1e-7
"""What pods, and pairs of a group and a node, count as work when the groundwork is laid: about their seconds."""


class Solving:
    """What the phases of a solve share: each improves the ``incumbent``, or what is known of it in ``results``.

    ``stopped`` is the limit that the search itself has come to, if any.
    """

    def __init__(
        self, cluster: Cluster, question: Question, options: Options, watch: Watch, starts: Sequence[Strategy] = ()
    ) -> None:
        """It begins with the input's own placement; ``starts`` may find better ones."""
        self.cluster = cluster
        self.question = question
        self.options = options
        self.watch = watch
        self.starts = tuple(starts)
        self.stages = stages_of(question, cluster)
        self.levels = levels_of(question, cluster)
        self.incumbent = Incumbent(initial(cluster), ())
        self.results = self._unbounded()
        self.stopped: Limit | None = None
        self.home_of: Mapping[str, str] = {}
        """By key, the node that a pod is on where this cluster shows it without one."""
        self.relaxed: set[tuple[int, tuple[Fraction, ...]]] = set()
        """Stages that the relaxation has bounded, with the values of earlier ones at which it has."""

    def begin_with(self, incumbent: Incumbent) -> None:
        """Take this incumbent, of which nothing is proven yet."""
        self.incumbent = incumbent
        self.results = self._unbounded()

    def _unbounded(self) -> list[StageResult]:
        values = standing(self.incumbent.placement, self.stages)
        return [StageResult(*each, Fraction(0)) for each in zip(self.stages, values, strict=True)]

    @cached_property
    def sketch(self) -> Groundwork:
        """The groundwork with the fewest nodes made that could be opened, one of a kind: for what counts classes."""
        return self.deepened(told_apart(self.cluster))

    @cached_property
    def work(self) -> Groundwork:
        """The groundwork with every node made that could be opened: for whatever decides node by node."""
        return self.sketch if self.sketch.ground.whole else self._groundwork(None)

    def deepened(self, depth: Depth) -> Groundwork:
        """The groundwork with so many nodes made of each pool and zone."""
        return self._groundwork(depth)

    @cached_property
    def relaxations(self) -> Relaxations:
        """The fluid relaxations over node classes."""
        return Relaxations(self.sketch.ground)

    @property
    def proven(self) -> bool:
        """Whether every stage is."""
        return all(result.proven for result in self.results)

    @property
    def reserve_s(self) -> float:
        """Seconds that are kept for what follows the search; nothing where work is counted."""
        if self.options.work_limit is not None:
            return 0.0
        limit = self.options.time_limit_s
        return min(max(limit * _RESERVE_SHARE, _RESERVE_S), limit / 2)

    @property
    def left(self) -> float:
        """Seconds, or work, that the search still has."""
        return max(0.0, self.watch.remaining - self.reserve_s)

    @property
    def spent(self) -> bool:
        """Whether nothing more should be begun."""
        return self.watch.limit is not None or self.left <= _ROUND_S

    def down_to(self, until: float) -> Callable[[], bool]:
        """What says whether a limit is reached, or no more than so much of the time, or work, is left."""
        return lambda: self.watch.limit is not None or self.watch.remaining <= until

    def place_of(self, objective: ObjectiveName) -> int | None:
        """Of the first stage that minimises this."""
        return next((at for at, stage in enumerate(self.stages) if stage.level.objective is objective), None)

    def improves(self, placement: Placement) -> bool:
        """Whether this is better than the incumbent."""
        return standing(placement, self.stages) < self._values

    @property
    def _values(self) -> tuple[Fraction, ...]:
        return tuple(result.value for result in self.results)

    def adopt(self, found: Incumbent) -> bool:
        """Take a better incumbent, and say so; whether it is one."""
        values = standing(found.placement, self.stages)
        if values >= self._values:
            return False
        self.incumbent = found
        renew(self.results, values, self.sketch.ground)
        tell_start(self.watch, self.levels, found)
        return True

    def tell(self) -> None:
        """Say what is known of the levels."""
        tell_bounds(self.watch, self.levels, self.incumbent, self.results)

    def _groundwork(self, depth: Depth | None) -> Groundwork:
        with self.watch.building():
            work = groundwork(self.cluster, self.question.bound_pods, depth)
        made = work.ground.cluster
        spend(_PER_POD * len(made.pods) + _PER_PAIR * len(work.ground.groups) * len(made.nodes))
        return work
