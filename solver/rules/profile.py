"""A scheduling profile: which rules filter and score, what each score weighs, and how many nodes are looked at.

Source: https://kubernetes.io/docs/reference/scheduling/config/#profiles
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from solver.rules import RULES
from solver.rules.node_ports import NodePorts
from solver.rules.node_resources_fit import NodeResourcesFit
from solver.rules.rule import Rule

FEW_NODES = 100
"""In a cluster of fewer nodes all are looked at, and never fewer than that are looked for."""

_MOST_PERCENT, _LEAST_PERCENT, _NODES_PER_PERCENT = 50, 5, 125
"""The adaptive share of the nodes: half of them, one percent less for every so many nodes, at least one in twenty."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """A rule that scores, and how often its points count."""

    rule: Rule
    weight: int


@dataclass(frozen=True, slots=True)
class PreemptionLimits:
    """How many candidates the dry run of preemption looks for: a share of the nodes, and at least so many."""

    percent_of_nodes: int = 10
    at_least: int = 100

    def candidates(self, nodes: int) -> int:
        """How many are enough among so many nodes where evictions could help."""
        return min(max(nodes * self.percent_of_nodes // 100, self.at_least), nodes)


@dataclass(frozen=True)
class Profile:
    """What kube-scheduler runs at each step; without arguments its default profile, on every node.

    ``prefilters``, ``filters`` and ``scorers`` are in the order in which they run. ``preemption`` None: pods that find
    no node evict nobody; ``deallocates``: DynamicResources has its say before that. ``percentage_to_score`` is how much
    of the feasible nodes is scored, in percent: None for all, 0 for the adaptive rule.
    """

    prefilters: tuple[Rule, ...] = RULES
    filters: tuple[Rule, ...] = RULES
    scorers: tuple[Scorer, ...] = tuple(Scorer(rule, rule.weight) for rule in RULES if rule.weight)
    preemption: PreemptionLimits | None = PreemptionLimits()
    deallocates: bool = True
    percentage_to_score: int | None = None

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules that have a say."""
        return tuple(dict.fromkeys((*self.prefilters, *self.filters, *(scorer.rule for scorer in self.scorers))))

    @cached_property
    def waived(self) -> frozenset[str]:
        """The names of the default profile's filters that do not run, and of the resources that are not checked."""
        running = {rule.name for rule in self.filters}
        missing = (rule.name for rule in RULES if type(rule).filter is not Rule.filter and rule.name not in running)
        ignored = (rule.ignores for rule in self.filters if isinstance(rule, NodeResourcesFit))
        return frozenset(missing).union(*ignored)

    @property
    def literal(self) -> Profile:
        """For decisions that are written down: kube-scheduler's own, also where no kubelet would run what it binds."""
        literal = NodePorts(forgets_shared=True)
        return replace(self, filters=tuple(literal if isinstance(rule, NodePorts) else rule for rule in self.filters))

    @property
    def samples(self) -> bool:
        """Whether the search for feasible nodes may end before the last node."""
        return self.percentage_to_score is not None or not self.scorers

    def enough(self, nodes: int) -> int:
        """How many feasible ones among so many nodes end the search; one, where nothing scores."""
        if not self.scorers:
            return 1
        if self.percentage_to_score is None or nodes < FEW_NODES:
            return nodes
        percent = self.percentage_to_score or max(_MOST_PERCENT - nodes // _NODES_PER_PERCENT, _LEAST_PERCENT)
        return max(nodes * percent // 100, FEW_NODES)
