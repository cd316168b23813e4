"""What nodes leave unmet, pod by pod, is the penalty of the rules that look at nodes alone, and never more than all."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.objectives.question import BoundPods, Question
from solver.rules import RULES
from solver.rules.node_affinity import NodeAffinity
from solver.rules.taint_toleration import TaintToleration
from solver.run.registry import strategy_named
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.strategy import Options, Watch
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

KNOBS = Knobs(nodes=(2, 5), pods=(4, 12), density=0.6)


@given(seed=integers(0, 2**32 - 1), name=sampled_from(("best-fit", "random")))
def test_the_sum_over_pods_is_the_penalty(seed, name):
    cluster = loaded(sample(seed, KNOBS))
    watch = Watch(time.perf_counter() + 60)
    placement = strategy_named(name).solve(cluster, Question(), Options(), watch).placement
    ground = groundwork(cluster, BoundPods.KEEP).ground
    group_of = {pod.key: group for group in ground.groups for pod in group.pods}
    found = sum(int(ground.unmet(group_of[pod.key])[ground.column[node]]) for pod, node in placement.node_of.items())
    by_nodes = (rule for rule in RULES if isinstance(rule, (NodeAffinity, TaintToleration)))
    assert found == sum(rule.penalty(placement) for rule in by_nodes)
    assert found <= sum(rule.penalty(placement) for rule in RULES)
