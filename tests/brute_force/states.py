"""States of a cluster that binds lead to, each looked at once however many ways lead there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from tests.oracle import FILTERS, rejected, settled
from tests.oracle.devices import DEVICE, choices
from tests.oracle.filters import Bound
from tests.oracle.objects import Raw, key, name, node_named, notes, of_kind, spec

if TYPE_CHECKING:
    from tests.brute_force.tiny import Ground, Where

MOST = 2_500
"""States, times pods, of a cluster that is called tiny."""
STATIC = ("NodeUnschedulable", "TaintToleration", "NodeAffinity")
"""What these say of a pod and a node is the same at every moment."""


class TooLargeError(Exception):
    """There are more states than is sensible."""


@dataclass(frozen=True)
class State:
    """Who is where; volumes and devices that pods have got are written on the objects."""

    where: Where
    objects: list[Raw]

    @cached_property
    def identity(self) -> tuple[object, ...]:
        claims = of_kind(self.objects, "PersistentVolumeClaim")
        volumes = frozenset((key(claim), str(spec(claim).get("volumeName"))) for claim in claims)
        placed = (pod for pod in of_kind(self.objects, "Pod") if key(pod) in self.where)
        devices = frozenset((key(pod), notes(pod).get(DEVICE, "")) for pod in placed)
        return frozenset(self.where.items()), volumes, devices


@dataclass
class Binds:
    """What every bind leads to. ``without`` is a rule that nobody heeds, ``most`` limits what is looked at.

    ``alone`` counts, by rule, the places that it alone has kept a pod from.
    """

    ground: Ground
    without: str | None = None
    most: int = MOST
    alone: Counter[str] = field(default_factory=Counter)
    _known: dict[tuple[object, str], list[tuple[str, State]]] = field(default_factory=dict)
    _static: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    def of(self, state: State, pod: str) -> list[tuple[str, State]]:
        """Every node that takes the pod now, with what comes of it.

        Raises:
            TooLargeError: so much has been asked already that the cluster is not tiny.
        """
        asked = (state.identity, pod)
        if asked not in self._known:
            if len(self._known) >= self.most:
                raise TooLargeError
            nodes = [node for node in of_kind(state.objects, "Node") if self._passes(state, pod, node)]
            self._known[asked] = [(name(node), later) for node in nodes for later in self._after(state, pod, node)]
        return self._known[asked]

    def _passes(self, state: State, pod: str, node: Raw) -> bool:
        objecting = self._objecting(state, self.ground.pods[pod], node)
        if len(objecting) == 1:
            self.alone.update(objecting)
        return not objecting

    def _objecting(self, state: State, pod: Raw, node: Raw) -> set[str]:
        """The rules that say no; of those that depend on the moment, no more than two."""
        bound = Bound(state.where)
        objecting = {rule for rule in STATIC if rule != self.without and not self._statically(state, rule, pod, node)}
        outright = rejected(state.objects, bound, pod)
        if outright is not None and outright[0] != self.without:
            objecting.add(outright[0])
        for rule, passes in FILTERS.items():
            if len(objecting) > 1:
                break
            if rule not in STATIC and rule != self.without and not passes(state.objects, bound, pod, node):
                objecting.add(rule)
        return objecting

    def _statically(self, state: State, rule: str, pod: Raw, node: Raw) -> bool:
        asked = (rule, key(pod), name(node))
        if asked not in self._static:
            self._static[asked] = FILTERS[rule](state.objects, Bound(state.where), pod, node)
        return self._static[asked]

    def _after(self, state: State, pod: str, node: Raw) -> list[State]:
        """One state for each choice of devices; kube-scheduler itself chooses the volumes."""
        raw, where = self.ground.pods[pod], {**state.where, pod: name(node)}
        bindable = self.without is None or FILTERS["VolumeBinding"](state.objects, Bound(state.where), raw, node)
        objects = settled(state.objects, raw, node) if bindable else state.objects
        here = node_named(objects, name(node))
        return [State(where, later) for later in choices(objects, state.where, raw, here)]
