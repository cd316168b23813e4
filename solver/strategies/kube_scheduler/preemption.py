"""DefaultPreemption: whom to evict so that a pod of higher priority finds a node.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#preemption
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.tally import Trait
from solver.rules.rule import Rejection
from solver.strategies.kube_scheduler.messages import unavailable
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.cluster.columns import Places
    from solver.cluster.pod import Pod, PodSpec
    from solver.cluster.workloads import DisruptionBudget
    from solver.rules.profile import PreemptionLimits
    from solver.strategies.kube_scheduler.cycle import Cycle

NO_VICTIMS = "No preemption victims found for incoming pod"
NOT_HELPFUL = "Preemption is not helpful for scheduling"
NEVER = "not eligible due to preemptionPolicy=Never."
CLAIMS = "no new claims to deallocate"
NOT_FOUND = "not found"
_PER_VICTIM = 4e-5
"""What a pod that is tried as a victim counts as work: about its seconds."""


@dataclass(frozen=True)
class Weaker(Trait):
    """The trait of having a lower priority than this one."""

    priority: int

    def count(self, spec: PodSpec) -> int:
        """1 for a pod that may be evicted."""
        return int(spec.priority < self.priority)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node and whom to evict there, most important first; ``violations`` of them violate a disruption budget."""

    node: int
    victims: tuple[Pod, ...]
    violations: int


@dataclass(frozen=True, slots=True)
class Preemption:
    """What preemption tried: with ``chosen`` it succeeded, else ``message`` says why not; ``error``: it broke off.

    ``tied`` are the nodes of the candidates that no criterion tells from the chosen one, itself included.
    ``gives_up``: the pod has no hope left, and loses a nomination that it has.
    """

    message: str = ""
    chosen: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()
    tied: tuple[int, ...] = field(default=())
    error: str | None = None
    gives_up: bool = False


def preempt(cycle: Cycle, limits: PreemptionLimits, *, deallocates: bool = True) -> Preemption:
    """For a pod that found no node. ``deallocates``: the release of claims was tried before, and came to nothing."""
    if cycle.rejected is not None and deallocates:
        return Preemption(NOT_FOUND, error=NOT_FOUND)
    before = f"{CLAIMS}, " if deallocates else ""
    if not cycle.pod.spec.preempts:
        return Preemption(f"{before}preemption: {NEVER}")
    nodes = len(cycle.state.nodes)
    helped = cycle.resolvable()
    candidates, reasons = _dry_run(cycle, helped, limits.candidates(len(helped)))
    if not candidates:
        reasons[NOT_HELPFUL] = nodes - len(helped)
        return Preemption(f"{before}preemption: {unavailable(nodes, reasons)}", gives_up=True)
    tied = _best(candidates)
    return Preemption(chosen=tied[0], candidates=tuple(candidates), tied=tuple(found.node for found in tied))


def _dry_run(cycle: Cycle, helped: Places, enough: int) -> tuple[list[Candidate], Counter[str]]:
    """So many candidates among these nodes, one of them without violations, and the reasons why others are none.

    kube-scheduler begins at a random node; here it is always the first by name.
    """
    weaker = cycle.state.tally(Weaker(cycle.pod.priority)).per_node[helped] > 0
    reasons = Counter({NO_VICTIMS: np.count_nonzero(~weaker)})
    candidates: list[Candidate] = []
    for node in map(int, helped[weaker]):
        found = _victims_on(cycle, node)
        if isinstance(found, Rejection):
            reasons.update(found.reasons)
            continue
        # Once there are enough, only a candidate without violations is of interest, and ends the search.
        if len(candidates) < enough or not found.violations:
            candidates.append(found)
        if len(candidates) >= enough and any(candidate.violations == 0 for candidate in candidates):
            break
    return candidates, reasons


def _victims_on(cycle: Cycle, node: int) -> Candidate | Rejection:
    """All pods of lower priority leave, then come back one by one while the pod still fits: violating ones first."""
    state, pod = cycle.state, cycle.pod
    weaker = [other for other in state.pods_on[node] if other.priority < pod.priority]
    spend(_PER_VICTIM * len(weaker))
    with state.trial(node):
        for other in weaker:
            state.unbind(other)
        rejection = cycle.rejection_at(node)
        if rejection is not None:
            return rejection
        violating, others = _by_budget(sorted(weaker, key=importance), state.cluster.budgets)
        lost = [other for other in violating if not _stays(cycle, other, node)]
        kept_out = [other for other in others if not _stays(cycle, other, node)]
    victims = lost + kept_out
    if violating and others:
        victims.sort(key=importance)
    return Candidate(node, tuple(victims), len(lost))


def _stays(cycle: Cycle, victim: Pod, node: int) -> bool:
    """Whether the pod still fits when this one comes back; if not, it leaves again."""
    cycle.state.bind(victim, node)
    if cycle.rejection_at(node) is None:
        return True
    cycle.state.unbind(victim)
    return False


def importance(pod: Pod) -> tuple[int, float]:
    """Sorts the most important first: by priority, then those that have run longest."""
    return -pod.priority, _started(pod)


def _by_budget(pods: Sequence[Pod], budgets: Sequence[DisruptionBudget]) -> tuple[list[Pod], list[Pod]]:
    """Pods whose eviction would violate a budget, and the others; every pod uses up all the budgets that cover it."""
    left = [budget.disruptions_allowed for budget in budgets]
    violating: list[Pod] = []
    others: list[Pod] = []
    for pod in pods:
        covering = [number for number, budget in enumerate(budgets) if budget.restrains_preemption_of(pod)]
        for number in covering:
            left[number] -= 1
        (violating if any(left[number] < 0 for number in covering) else others).append(pod)
    return violating, others


def _best(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that survive all criteria, in the order of their nodes."""
    left = list(candidates)
    for criterion in _CRITERIA:
        least = min(map(criterion, left))
        left = [candidate for candidate in left if criterion(candidate) == least]
    return sorted(left, key=lambda candidate: candidate.node)


def _sum_of_priorities(candidate: Candidate) -> int:
    """Shifted to be positive, so that more victims of negative priority are not better than fewer."""
    return sum(pod.priority + 2**31 for pod in candidate.victims)


def _earliest_start(candidate: Candidate) -> float:
    """The earliest start among the victims of the highest priority."""
    highest = candidate.victims[0].priority
    return min(_started(pod) for pod in candidate.victims if pod.priority == highest)


def _started(pod: Pod) -> float:
    """Pods without a start time have only just begun."""
    return inf if pod.started_at is None or pod.node is None else pod.started_at


_CRITERIA: tuple[Callable[[Candidate], float], ...] = (
    lambda candidate: candidate.violations,
    lambda candidate: candidate.victims[0].priority,
    _sum_of_priorities,
    lambda candidate: len(candidate.victims),
    lambda candidate: -_earliest_start(candidate),
)
