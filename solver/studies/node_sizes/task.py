"""The workloads to be run, what may be bought for them, and how long a search may take."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from solver.cluster.pool import NodePool
from solver.objectives.question import ObjectiveName, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import PodSpec
    from solver.result import Progress
    from solver.scenario import Scenario
    from solver.strategies.strategy import Watch
    from solver.studies.node_sizes.offers import Offer

QUESTION = Question((ObjectiveName.PENDING, ObjectiveName.COST))
"""Every pod first, then the least price: penalties of preferences have no price."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Task:
    """``scenario`` holds the workloads alone, without nodes; ``offers`` what may be bought for them.

    ``written`` are the pods as their manifests have them, where the workloads' pods are meant otherwise (see `zones`):
    after a failure kube-scheduler reads what is written. ``time_limit_s`` is for each search, ``listener`` and
    ``started`` are handed to it; it ends with what it has when it is ``stopped``.
    """

    scenario: Scenario
    offers: tuple[Offer, ...]
    time_limit_s: float = 30.0
    seed: int = 0
    workers: int | None = None
    strategy: str = "cpsat"
    written: Mapping[str, PodSpec] = field(default_factory=dict)
    listener: Callable[[Progress], None] | None = None
    started: Callable[[Watch], None] | None = None
    stopped: Callable[[], bool] = _never

    @property
    def workloads(self) -> Cluster:
        """The pods to be placed, and the DaemonSets that come along."""
        return self.scenario.cluster

    @cached_property
    def offer_of_pool(self) -> Mapping[str, Offer]:
        """Offer by the name of its node pool."""
        return {offer.pool: offer for offer in self.offers}

    def over(self, offers: Sequence[Offer]) -> Task:
        """The same with other offers."""
        return replace(self, offers=tuple(offers))

    def within(self, seconds: float) -> Task:
        """The same with another time limit."""
        return replace(self, time_limit_s=seconds)

    def with_workloads(self, workloads: Cluster) -> Task:
        """The same for other pods."""
        return replace(self, scenario=replace(self.scenario, cluster=workloads))

    def with_pools(self, ceiling: Fraction | None) -> Scenario:
        """The workloads with a pool for each offer, as large as any mix needs it that costs no more than ``ceiling``.

        A node is bought for one pod at least, and all together cost no more than that: nothing better is cut off.
        """
        pods = len(self.workloads.pending)
        pools = (_pool(offer, _most(offer, pods, ceiling)) for offer in self.offers)
        cluster = replace(self.workloads, pools=tuple(pool for pool in pools if pool.openable))
        return replace(self.scenario, cluster=cluster, question=QUESTION)


def _most(offer: Offer, pods: int, ceiling: Fraction | None) -> int:
    if ceiling is None or not offer.price:
        return pods
    return min(pods, int(ceiling / Fraction(offer.price)))


def _pool(offer: Offer, openable: int) -> NodePool:
    return NodePool(offer.pool, offer.templates, (0,) * len(offer.templates), openable)
