"""An order in which a finished placement can be bound, every bind passing kube-scheduler's filters when it comes.

All pods that leave have left before. Room, ports, disks and anti-affinity then allow any order that ends well; only
required affinity, spreading and claims that wait for a volume depend on who is there already, so only the pods that
these speak of are searched for an order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from solver.cluster.devices import GPU
from solver.cluster.state import ClusterState
from solver.placement import plan
from solver.rules.gpu_sharing.assign import named_devices, with_devices
from solver.rules.pod_topology_spread.counts import counted_pods
from solver.rules.pod_topology_spread.filter import Ceiling, SpreadFilter
from solver.strategies.feasibility import Feasibility
from solver.strategies.founders import successors
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod, PodSpec
    from solver.model.groups import PodGroup
    from solver.placement import Placement, Step
    from solver.rules.volume_binding.binding import VolumeBound

_TRIES = 20_000
"""How many binds are tried before the search gives up; a search that ends before has looked at everything."""

_WORK_PER_TRY, _WORK_PER_POD = 1e-4, 2e-5
"""What a bind that is tried, and every pod, count as work: about their seconds."""

_Kind = tuple[int, int]
"""A class of pods and the place of its node: such pods are bound one for the other."""


@dataclass(frozen=True)
class Ordering:
    """``steps`` from the input to the placement, or None where there are none.

    ``placement`` is the one asked about, with the devices of its pods named. ``exhausted``: there surely is no order;
    otherwise the search gave up. ``stuck`` are the pods that could not be bound at its deepest, ``tries`` the binds
    that it tried.
    """

    placement: Placement
    steps: tuple[Step, ...] | None
    stuck: tuple[Pod, ...] = ()
    exhausted: bool = True
    tries: int = 0


def bind_order(placement: Placement, most: int | None = None, stop: Callable[[], bool] = bool) -> Ordering:
    """Find an order: the queue's where that works, otherwise one that binds carriers first, in the emptiest domains.

    GPU devices are given out beforehand, so that they leave the order free. After ``most`` binds, tried one by one, or
    once ``stop`` holds, the search gives up.
    """
    assigned = with_devices(placement)
    order = Ordering(placement, None) if assigned is None else _order(assigned, most or _TRIES, stop)
    spend(_WORK_PER_POD * len(placement.node_of) + _WORK_PER_TRY * order.tries)
    return order


def _order(placement: Placement, most: int, stop: Callable[[], bool]) -> Ordering:
    arriving = sorted(placement.newly_bound, key=lambda pod: -pod.priority)
    sensitive = _sensitive(placement.cluster, arriving)
    insensitive = [pod for pod in arriving if pod not in sensitive]
    if not sensitive:
        return Ordering(placement, plan(placement, insensitive))
    search = _Search(placement, [pod for pod in arriving if pod in sensitive], most, stop)
    if search.in_queue_order():
        return Ordering(placement, plan(placement, arriving))
    found = search.by_rounds() or search.any_order()
    if found is None:
        return Ordering(placement, None, search.stuck, exhausted=not search.gave_up, tries=search.tries)
    return Ordering(placement, plan(placement, (*insensitive, *found)), tries=search.tries)


def _sensitive(cluster: Cluster, arriving: list[Pod]) -> set[Pod]:
    """Pods that carry required affinity or a hard spread constraint, and those that such pods look for or count."""
    carriers = {pod.spec: None for pod in arriving if _carries(pod.spec)}
    known: dict[PodSpec, bool] = {}
    chosen: set[Pod] = set()
    for pod in arriving:
        if pod.spec not in known:
            known[pod.spec] = _is_sensitive(pod.spec, carriers, cluster)
        if known[pod.spec]:
            chosen.add(pod)
    return chosen


def sensitive_groups(groups: Iterable[PodGroup], cluster: Cluster) -> tuple[PodGroup, ...]:
    """The groups on whose whereabouts the existence of an order depends, that of devices for all included."""
    known = tuple(groups)
    carriers = [group.spec for group in known if _carries(group.spec)]
    shared = any(group.spec.gpu_milli for group in known)
    return tuple(
        group
        for group in known
        if _is_sensitive(group.spec, carriers, cluster) or (shared and _takes_devices(group.spec))
    )


def _takes_devices(spec: PodSpec) -> bool:
    return bool(spec.gpu_milli or spec.requests.get(GPU))


def _is_sensitive(spec: PodSpec, carriers: Iterable[PodSpec], cluster: Cluster) -> bool:
    """Whether it matters when such a pod is bound."""
    if _carries(spec) or _waits_for_volumes(spec, cluster):
        return True
    return any(_concerns(carrier, spec, cluster) for carrier in carriers)


def _waits_for_volumes(spec: PodSpec, cluster: Cluster) -> bool:
    if not cluster.storage.described:
        return False
    claims = (cluster.storage.claims.get(f"{spec.namespace}/{volume.claim}") for volume in spec.claims)
    return any(claim is not None and not claim.bind_completed for claim in claims)


def _carries(spec: PodSpec) -> bool:
    return bool(spec.affinity.required) or any(constraint.hard for constraint in spec.spread)


def _concerns(carrier: PodSpec, spec: PodSpec, cluster: Cluster) -> bool:
    """Whether the carrier's terms or constraints speak of pods of this spec."""
    if any(term.matches(spec.namespace, spec.labels, cluster.namespaces) for term in carrier.affinity.required):
        return True
    return carrier.namespace == spec.namespace and any(
        constraint.hard and constraint.selector is not None and constraint.selector.matches(spec.labels)
        for constraint in carrier.spread
    )


@dataclass
class _Search:
    """Depth-first over how many pods of each kind are bound, in a live state; what has failed is not tried again."""

    placement: Placement
    pods: list[Pod]
    most: int
    stop: Callable[[], bool]
    tries: int = 0
    gave_up: bool = False
    stuck: tuple[Pod, ...] = ()
    _bound: list[tuple[Pod, tuple[VolumeBound, ...]]] = field(default_factory=list)
    _failed: set[Hashable] = field(default_factory=set)
    _ceilings: dict[_Kind, list[Ceiling]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The pods that stay are there."""
        moved = set(self.placement.moved)
        staying = [pod for pod in self.placement.cluster.bound if pod in self.placement.node_of and pod not in moved]
        self._state = ClusterState(self.placement.cluster, staying, named_devices(self.placement))
        self._feasible = Feasibility(self._state)
        self._target = {pod: self._state.place[self.placement.node_of[pod].name] for pod in self.pods}
        self._waiting: dict[_Kind, list[Pod]] = {}
        for pod in reversed(self.pods):
            self._waiting.setdefault(self._kind(pod), []).append(pod)
        self._fewest = len(self.pods) + 1

    @cached_property
    def _before(self) -> dict[_Kind, set[_Kind]]:
        """The kinds that must all be bound before any of a kind can be: those of founders."""
        before: dict[_Kind, set[_Kind]] = {}
        for pod in self.pods:
            if pod.spec.affinity.required:
                for other in successors(pod, self.placement):
                    if other in self._target:
                        before.setdefault(self._kind(other), set()).add(self._kind(pod))
        return before

    def _last_ceilings(self) -> dict[_Kind, list[Ceiling]]:
        """What may be in a carrier's domains at most when it comes, if it is the last of all: the minima only grow."""
        for pod in self.pods:
            self._state.bind(pod, self._target[pod])
        found: dict[_Kind, list[Ceiling]] = {}
        for pod in self.pods:
            hard = tuple(constraint for constraint in pod.spec.spread if constraint.hard)
            if hard and self._kind(pod) not in found:
                node = self._target[pod]
                found[self._kind(pod)] = list(SpreadFilter(pod.spec, hard, self._state).ceilings(node))
        for pod in self.pods:
            self._state.unbind(pod)
        return found

    def _kind(self, pod: Pod) -> _Kind:
        return self._feasible.class_of(pod.spec), self._target[pod]

    def in_queue_order(self) -> bool:
        """Whether the pods can be bound as they come; leaves the state as it was."""
        for pod in self.pods:
            if not self._feasible.allows(pod.spec, self._target[pod]):
                break
            self._bind(pod)
        complete = len(self._bound) == len(self.pods)
        self._unbind_all()
        return complete

    def by_rounds(self) -> list[Pod] | None:
        """In every round at most one pod of each class and domain, the emptiest first; leaves the state as it was."""
        bundles: dict[tuple[int, ...], list[Pod]] = {}
        for pod in reversed(self.pods):
            bundles.setdefault(self._bundle(pod), []).append(pod)
        order: list[Pod] = []
        while bundles:
            before = len(order)
            for pods in sorted(bundles.values(), key=lambda pods: self._preference(pods[-1])):
                if self._feasible.allows(pods[-1].spec, self._target[pods[-1]]):
                    order.append(pods.pop())
                    self._bind(order[-1])
            bundles = {bundle: pods for bundle, pods in bundles.items() if pods}
            if len(order) == before:
                break
        self._unbind_all()
        return None if bundles else order

    def _bundle(self, pod: Pod) -> tuple[int, ...]:
        """The class, and the domains of what the pod requires of others; its node where it requires nothing."""
        keys = {constraint.topology_key: None for constraint in pod.spec.spread if constraint.hard}
        keys |= {term.topology_key: None for term in pod.spec.affinity.required}
        place = self._target[pod]
        domains = (int(self._state.labels(key).codes[place]) for key in keys) if keys else (place,)
        return self._feasible.class_of(pod.spec), *domains

    def any_order(self) -> list[Pod] | None:
        """Bind what can be bound, step back where nothing can; None where all ways are tried, or it gave up."""
        order: list[Pod] = []
        self._ceilings = self._last_ceilings()
        ways: list[Iterator[_Kind]] = [iter(self._open_kinds())]
        while ways:
            if not any(self._waiting.values()):
                return order
            kind = next(ways[-1], None)
            if kind is not None and not self._gives_up():
                self.tries += 1
                pod = self._waiting[kind].pop()
                self._bind(pod)
                order.append(pod)
                ways.append(iter(self._open_kinds()))
                continue
            self._note_failure()
            ways.pop()
            if order:
                pod = order.pop()
                self._unbind()
                self._waiting[self._kind(pod)].append(pod)
        return None

    def _gives_up(self) -> bool:
        self.gave_up = self.gave_up or self.tries >= self.most or self.stop()
        return self.gave_up

    def _open_kinds(self) -> list[_Kind]:
        """The kinds of which one can be bound now, in the order of preference; none where this state has failed."""
        if self._key() in self._failed or self._is_too_late():
            return []
        waiting = [kind for kind, pods in self._waiting.items() if pods and not self._is_early(kind)]
        open_kinds = [kind for kind in waiting if self._feasible.allows(self._waiting[kind][-1].spec, kind[1])]
        return sorted(open_kinds, key=lambda kind: self._preference(self._waiting[kind][-1]))

    def _is_early(self, kind: _Kind) -> bool:
        """Whether a founder waits that would find no place once one of this kind is bound."""
        return any(self._waiting[founder] for founder in self._before.get(kind, ()))

    def _is_too_late(self) -> bool:
        """Whether a carrier waits whose domain is too full for it, whatever else may come."""
        late = (kind for kind, ceilings in self._ceilings.items() if any(ceiling.exceeded for ceiling in ceilings))
        return any(self._waiting[kind] for kind in late)

    def _preference(self, pod: Pod) -> tuple[bool, int]:
        """Carriers before others, the emptiest domains first."""
        place, state = self._target[pod], self._state
        hard = [constraint for constraint in pod.spec.spread if constraint.hard]
        present = 0
        for constraint in hard:
            labels = state.labels(constraint.topology_key)
            counts = state.tally(counted_pods(pod.spec, constraint)).over(labels).counts
            present = max(present, int(counts[labels.codes[place]]))
        return not _carries(pod.spec), present

    def _bind(self, pod: Pod) -> None:
        self._bound.append((pod, self._feasible.bind(pod, self._target[pod])))

    def _unbind(self) -> None:
        """The last one."""
        self._feasible.unbind(*self._bound.pop())

    def _unbind_all(self) -> None:
        while self._bound:
            self._unbind()

    def _key(self) -> Hashable:
        """How many of each kind wait, and which claim has got which volume."""
        volumes = frozenset((item.claim.key, item.volume.name) for _, bound in self._bound for item in bound)
        return frozenset((kind, len(pods)) for kind, pods in self._waiting.items() if pods), volumes

    def _note_failure(self) -> None:
        """Nothing more can be bound from here; remember the state, and whom it left over where these are the fewest."""
        self._failed.add(self._key())
        left = [pod for pods in self._waiting.values() for pod in pods]
        if len(left) < self._fewest:
            self._fewest, self.stuck = len(left), tuple(left)
