"""The scheduler's loop: pod after pod from the queue, preempting where a pod finds no node."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from solver.cluster.state import ClusterState
from solver.placement import Bind, Evict, Step
from solver.rules.grouping import PodClasses
from solver.rules.profile import Profile
from solver.strategies.kube_scheduler.cycle import Cycle
from solver.strategies.kube_scheduler.nominations import Nominations
from solver.strategies.kube_scheduler.preemption import Candidate, Preemption, preempt
from solver.strategies.kube_scheduler.rotation import Rotation
from solver.strategies.kube_scheduler.standing import Standing
from solver.strategies.kube_scheduler.volumes import VolumeBound, bind_volumes, volumes_bound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod

_KEPT_ENTRIES = 12_000_000
"""How many nodes of standings are kept in all: those of the classes met last, some 20 bytes each."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one attempt comes to: a node (by its place), or none, and then what preemption tried, if anything."""

    cycle: Cycle
    chosen: int | None
    preemption: Preemption | None = None
    volumes: tuple[VolumeBound, ...] = ()


class Observer(Protocol):
    """Told of every decision before it is carried out; what it gives back is carried out instead."""

    def __call__(self, decision: Decision) -> Decision:
        """Usually the same decision."""


class Scheduler:
    """One run over one cluster. Ties go to the first node by name, or are drawn where ``draw`` is given."""

    def __init__(
        self,
        cluster: Cluster,
        profile: Profile | None = None,
        draw: Random | None = None,
        observer: Observer | None = None,
    ) -> None:
        self.cluster = cluster
        self.profile = profile or Profile()
        self.draw = draw
        self.observer = observer
        self.state = ClusterState(cluster)
        self.nominations = Nominations.of(cluster.pending, self.state)
        self.steps: list[Step] = []
        self.messages: dict[Pod, str] = {}
        self.rotation = Rotation(self.state, self.profile) if self.profile.samples else None
        self._classes = PodClasses(cluster, self.profile.rules, scoring=True)
        self._standings: OrderedDict[int, Standing] = OrderedDict()
        self._with_claims: OrderedDict[int, Standing] = OrderedDict()
        self._claims_bound = 0
        self._narrowed = -1

    def run(self, queue: Iterable[Pod]) -> None:
        """Attempt every pod once, and a preemptor again at once."""
        for pod in queue:
            attempt = 1
            while self.attempt(pod, attempt):
                attempt += 1

    def attempt(self, pod: Pod, attempt: int = 1) -> bool:
        """Decide and carry it out; True when the pod has preempted and is to be tried again."""
        decision = self.decide(pod, attempt)
        if self.observer is not None:
            decision = self.observer(decision)
        return self.carry_out(decision)

    def decide(self, pod: Pod, attempt: int = 1) -> Decision:
        """What kube-scheduler would do with the pod now."""
        nominated = self.nominations.place_of.get(pod)
        cycle = Cycle(pod, attempt, self.state, self.standing(pod), self.nominations, nominated, self.rotation)
        chosen = cycle.favourite()
        if chosen is None:
            return Decision(cycle, None, self._preempt(cycle))
        if self.draw is not None:
            chosen = int(self.draw.choice(cycle.best()))
        return Decision(cycle, chosen, volumes=volumes_bound(cycle.standing, chosen) if pod.spec.claims else ())

    def carry_out(self, decision: Decision) -> bool:
        """Bind, or evict and nominate; True after a preemption."""
        pod, preemption = decision.cycle.pod, decision.preemption
        if self.rotation is not None:
            self.rotation.advance(decision.cycle.processed())
        if decision.chosen is not None:
            self._bind(pod, decision.chosen, decision.volumes)
            decision.cycle.standing.follow(pod.spec, decision.chosen)
            return False
        if preemption is not None and preemption.chosen is not None:
            self._make_room(pod, preemption.chosen)
            return True
        self.messages[pod] = decision.cycle.message()
        if preemption is not None and preemption.gives_up:
            self.nominations.end(pod)
        return False

    def standing(self, pod: Pod) -> Standing:
        """How the nodes stand to the pod's class; kept while there is room or, with volumes, until a claim is bound.

        Of classes narrowed to some nodes, only the last is kept: every pod of a DaemonSet is one of its own.
        """
        if self._claims_bound != self.state.storage_changes:
            self._claims_bound = self.state.storage_changes
            self._with_claims.clear()
        kept = self._with_claims if pod.spec.claims or pod.spec.inline_volumes else self._standings
        number = self._classes.number(pod.spec)
        if number not in kept:
            kept[number] = Standing(pod.spec, self.state, self.profile)
            if kept[number].narrowed:
                kept.pop(self._narrowed, None)
                self._narrowed = number
            if len(kept) > max(1, _KEPT_ENTRIES // max(1, len(self.state.nodes))):
                kept.popitem(last=False)
        kept.move_to_end(number)
        return kept[number]

    def _preempt(self, cycle: Cycle) -> Preemption | None:
        limits = self.profile.preemption
        if limits is None or not self.state.nodes:
            return None
        return preempt(cycle, limits, deallocates=self.profile.deallocates)

    def _bind(self, pod: Pod, place: int, volumes: tuple[VolumeBound, ...]) -> None:
        self.nominations.end(pod)
        self.state.bind(pod, place)
        self.steps.append(Bind(pod, self.state.nodes[place]))
        bind_volumes(volumes, self.state)

    def _make_room(self, pod: Pod, candidate: Candidate) -> None:
        for victim in candidate.victims:
            self.state.unbind(victim)
            self.steps.append(Evict(victim))
        self.nominations.nominate(pod, candidate.node)
