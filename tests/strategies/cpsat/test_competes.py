"""What pending pods of a proven optimum compete for."""

from __future__ import annotations

import time

from solver.objectives.question import Question
from solver.strategies.cpsat import CpSat
from solver.strategies.strategy import Options, Watch
from tests.model.making import cluster, node, pods, spec, term


def competes(asked):
    answer = CpSat().solve(asked, Question(), Options(workers=1), Watch(time.perf_counter() + 60))
    return {pod.name: reason for pod, reason in answer.competes.items()}


def test_the_short_resource_is_named_with_what_is_asked_and_what_there_is():
    asked = cluster([node("n1")], pods(spec("vip", 800, priority=9), "vip"), pods(spec(cpu=300), "p"))
    assert competes(asked) == {"p": "cpu: pods of priority 0 and above ask for 1100m, all nodes together have 1000m"}


def test_memory_is_written_in_gibibytes():
    large = spec(requests={"memory": 3 * 2**28})
    said = "memory: pods of priority 0 and above ask for 1.5Gi, all nodes together have 1.0Gi"
    assert list(competes(cluster([node("n1")], pods(large, "p", "q"))).values()) == [said]


def test_where_no_resource_alone_is_short_nothing_is_said():
    assert competes(cluster([node("n1")], pods(spec(anti_affinity=term("web")), "p", "q"))) == {}
