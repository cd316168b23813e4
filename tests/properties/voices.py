"""One sampled cluster, seen by three readers at once: the rules, the judge's replay, and the naive oracle."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from solver.rules.profile import Profile
from solver.scenario import load_scenario
from solver.strategies.kube_scheduler.scheduler import Scheduler
from solver.strategies.kube_scheduler.volumes import volumes_bound
from solver.verify.replay import Replay
from tests.oracle import FILTERS, rejected, settled
from tests.oracle.devices import settled_in, taken
from tests.oracle.filters import Bound
from tests.oracle.objects import key, name, node_named, of_kind
from tests.sampling import Raw, written

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod

STORAGE = ("VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone")
"""What one of these says depends on which is asked first; together they must agree."""

Passing = dict[str, set[str]]
"""Rule to the names of the nodes that pass it."""


def loaded(objects: list[Raw]) -> Cluster:
    with TemporaryDirectory() as folder:
        return load_scenario(written(objects, Path(folder))).cluster


class Voices:
    """The same state three times; a bind or an eviction reaches all of them."""

    def __init__(self, objects: list[Raw]) -> None:
        self.objects = settled_in(objects)
        self.cluster = loaded(objects)
        self.names = {node.name for node in self.cluster.nodes}
        self.raw = {key(item): item for item in of_kind(objects, "Pod")}
        self.bound = Bound({pod.key: str(pod.node) for pod in self.cluster.bound})
        self.scheduler = Scheduler(self.cluster, Profile(preemption=None))
        self.replay = Replay(self.cluster, self.cluster.pods)

    def by_oracle(self, pod: Pod) -> Passing:
        raw = self.raw[pod.key]
        nodes = of_kind(self.objects, "Node")
        passing = {
            rule: {name(node) for node in nodes if passes(self.objects, self.bound, raw, node)}
            for rule, passes in FILTERS.items()
        }
        if rejected(self.objects, self.bound, raw) is not None:
            passing["VolumeBinding"] = set()
        return together(passing)

    def by_replay(self, pod: Pod) -> Passing:
        return together(
            {
                check.rule: {node.name for node in self.cluster.nodes if check.objection(pod, node) is None}
                for check in self.replay.checks
            }
        )

    def by_rules(self, pod: Pod) -> Passing:
        """Rule by rule; a rule without filter for the pod, or one that does not take part, passes every node."""
        standing, state = self.scheduler.standing(pod), self.scheduler.state
        passing = {rule: set(self.names) for rule in FILTERS}
        for rule, found in standing.filters:
            if found.begin():
                codes = found.codes(state.everywhere)
                passing[rule] = {node.name for node, code in zip(state.nodes, codes, strict=True) if code == 0}
        for rule, names in standing.narrowed.items():
            passing[rule] &= names
        if standing.rejected is not None:
            rule = standing.rejected.plugin
            passing[rule if rule in passing else "VolumeBinding"] = set()
        return together(passing)

    def feasible(self, pod: Pod) -> set[str]:
        """What the rules' kept columns say, all rules together."""
        standing = self.scheduler.standing(pod)
        standing.begin()
        if standing.rejected is not None:
            return set()
        nodes = {self.scheduler.state.nodes[place].name for place in standing.feasible()}
        return nodes.intersection(*standing.narrowed.values())

    def bind(self, pod: Pod, where: str) -> None:
        decision = self.scheduler.decide(pod)
        place = self.scheduler.state.place[where]
        volumes = volumes_bound(decision.cycle.standing, place)
        self.scheduler.carry_out(replace(decision, chosen=place, volumes=volumes))
        self.replay.bind(pod, self.cluster.node_named[where])
        raw, node = self.raw[pod.key], node_named(self.objects, where)
        self.objects = taken(settled(self.objects, raw, node), self.bound, raw, node)
        self.bound[pod.key] = where

    def evict(self, pod: Pod) -> None:
        self.scheduler.state.unbind(pod)
        self.replay.evict(pod)
        del self.bound[pod.key]


def together(passing: Passing) -> Passing:
    """The storage rules as one."""
    storage = set.intersection(*(passing[rule] for rule in STORAGE))
    return {**{rule: nodes for rule, nodes in passing.items() if rule not in STORAGE}, "storage": storage}
