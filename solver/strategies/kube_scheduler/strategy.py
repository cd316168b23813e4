"""The baseline as a strategy."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods, Question
from solver.placement import Placement
from solver.result import Answer
from solver.rules.gpu_sharing.assign import assigned_devices
from solver.rules.profile import Profile
from solver.strategies.kube_scheduler.autoscale import Autoscaler
from solver.strategies.kube_scheduler.scheduler import Scheduler
from solver.strategies.strategy import Options, Ties, Watch
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod

_PER_POD, _PER_NODE = 4e-5, 2e-8
"""What a pod counts as work, and every node for each: about their seconds."""


class KubeScheduler:
    """kube-scheduler v1.34 on the nodes that are there, and those that an autoscaler would open for what is left."""

    name = "kube-scheduler"

    def __init__(self, profile: Profile | None = None) -> None:
        self.profile = profile or Profile()

    def solve(self, cluster: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        """Every pod in its turn; bound pods leave only as victims of preemption, and never under ``fixed``."""
        if not any(pool.openable for pool in cluster.pools):
            return self.schedule(cluster, question, options, watch)
        return Autoscaler(
            cluster, lambda larger: self.schedule(larger, question, options, watch), self.profile
        ).answer()

    def profile_for(self, question: Question) -> Profile:
        """The profile, without preemption where bound pods must stay."""
        fixed = question.bound_pods is BoundPods.FIXED
        return replace(self.profile, preemption=None) if fixed else self.profile

    def schedule(self, cluster: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        """One run on exactly the nodes of the cluster."""
        draw = Random(options.seed) if options.ties is Ties.RANDOM else None
        scheduler = Scheduler(cluster, self.profile_for(question), draw)
        scheduler.run(_until_limit(cluster.queue, len(cluster.nodes), watch))
        state = scheduler.state
        node_of = {pod: state.nodes[place] for pod, place in state.place_of.items()}
        placement = Placement(cluster, node_of, assigned_devices(state))
        return Answer(
            placement,
            tuple(scheduler.steps),
            limit=watch.limit,
            messages=scheduler.messages,
            waived=self.profile.waived,
        )


def _until_limit(queue: tuple[Pod, ...], nodes: int, watch: Watch) -> Iterator[Pod]:
    """The queue, as long as there is time; the clock is asked now and then."""
    for number, pod in enumerate(queue):
        if number % 64 == 0 and watch.limit is not None:
            return
        spend(_PER_POD + _PER_NODE * nodes)
        yield pod
