"""Preferred terms as a penalty: the weight of each term that a placed pod has and its domain does not meet.

A preferred affinity is unmet where no other pod of the domain matches, a preferred anti-affinity where some other one
does; on a node without the topology key the first is unmet, the second met.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.model.linear import Linear, total
from solver.rules.inter_pod_affinity.counts import Direction
from solver.rules.selection import Selected, selected_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.model.domains import Domain
    from solver.model.groups import PodGroup
    from solver.model.model import Model
    from solver.placement import Placement

_SIGNS = ((Direction.PREFERRED_WITH, True), (Direction.PREFERRED_APART, False))


@dataclass(frozen=True, slots=True)
class _Wish:
    """A preferred term of a pod: with, or apart from, the selected pods of its domain."""

    key: str
    selected: Selected
    weight: int
    together: bool


def penalty_in(model: Model) -> Linear:
    """``weight · unmet[g, d]`` over groups, wishes and domains."""
    return total(
        part
        for group in model.groups
        for wish in _wishes(group.spec, model.cluster)
        for part in _unmet(model, group, wish)
    )


def penalty(placement: Placement) -> int:
    """Pod by pod."""
    present: dict[tuple[str, Selected], Counter[str]] = {}
    wishes = {
        spec: list(_wishes(spec, placement.cluster)) for spec in dict.fromkeys(pod.spec for pod in placement.node_of)
    }
    for wish in (wish for each in wishes.values() for wish in each):
        if (wish.key, wish.selected) not in present:
            present[wish.key, wish.selected] = _counted(placement, wish)
    return sum(
        wish.weight
        for pod, node in placement.node_of.items()
        for wish in wishes[pod.spec]
        if not _met(wish, pod.spec, node, present[wish.key, wish.selected])
    )


def _wishes(spec: PodSpec, cluster: Cluster) -> Iterator[_Wish]:
    for direction, together in _SIGNS:
        for weight, term in direction.terms_of(spec):
            yield _Wish(term.topology_key, selected_by(term, cluster.namespaces), weight, together)


def _counted(placement: Placement, wish: _Wish) -> Counter[str]:
    return Counter(
        node.labels[wish.key]
        for pod, node in placement.node_of.items()
        if wish.key in node.labels and wish.selected.holds(pod.spec)
    )


def _met(wish: _Wish, spec: PodSpec, node: Node, present: Counter[str]) -> bool:
    domain = node.labels.get(wish.key)
    others = 0 if domain is None else present[domain] - wish.selected.count(spec)
    return (others > 0) is wish.together


def _unmet(model: Model, group: PodGroup, wish: _Wish) -> Iterator[Linear]:
    """Domain by domain, and for an affinity the nodes that are in none."""
    matches = [other for other in model.groups if wish.selected.holds(other.spec)]
    domains = model.domains(wish.key)
    for domain in domains.all:
        here = model.count_in(domain, (group,))
        if model.limits(here)[1]:
            yield _unmet_in(model, domain, here, matches, wish, itself=group in matches) * wish.weight
    if wish.together:
        outside = (model.count(group, node) for node in model.nodes if node not in domains.of)
        yield total(outside) * wish.weight


def _unmet_in(
    model: Model, domain: Domain, here: Linear, matches: list[PodGroup], wish: _Wish, *, itself: bool
) -> Linear:
    """``unmet >= count - most · met``, and met means ``matches >= 1``, or ``<= 0``, not counting the pod itself."""
    present = model.count_in(domain, matches)
    least, most = model.limits(present)
    if (least >= 1 + itself) if wish.together else (most <= itself):
        return Linear()
    if (most < 1 + itself) if wish.together else (least > itself):
        return here
    met = model.boolean()
    model.require(present >= 1 + itself if wish.together else present <= int(itself), met)
    unmet = model.integer(model.limits(here)[1])
    model.require(unmet >= here - met.linear * model.limits(here)[1])
    return unmet
