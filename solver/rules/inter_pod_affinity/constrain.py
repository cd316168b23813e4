r"""Required terms over counts: who may not share a domain, and who needs company in it.

Anti-affinity, for a term with carriers C and matches M, in every domain d of its key (a pod never excludes itself):

    count[C ∩ M, d] + [count[C \\ M, d] >= 1] + [count[M \\ C, d] >= 1]  <=  1

A pair that is there already and stays excludes nobody but newcomers: where the input breaks the inequality, it is asked
of arrivals only.

Affinity, for the terms A of some carriers C whose matches (of all terms at once) are M, in every domain d of each key:

    arrivals[C, d] >= 1   =>   stays[M, d] + arrivals[M \\ C, d] + founder[A, d]  >=  1

The first of the carriers needs a match that does not need one like itself. A founder needs none: it is one of C ∩ M,
the first match anywhere, so there is at most one, and only where no match stays. Every order of binds meets this; the
support that groups of different terms lend one another in a circle is told apart by ranks
(`solver.rules.inter_pod_affinity.company`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.model.linear import total
from solver.rules.inter_pod_affinity.company import support
from solver.rules.selection import selected_by

if TYPE_CHECKING:
    from solver.cluster.pod_affinity import PodAffinityTerm
    from solver.model.domains import Domain
    from solver.model.groups import PodGroup
    from solver.model.model import Model


def constrain(model: Model) -> None:
    """Anti-affinity term by term, then affinity."""
    for term in dict.fromkeys(term for group in model.groups for term in group.spec.anti_affinity.required):
        _keep_apart(model, term)
    support(model)


@dataclass(frozen=True, slots=True)
class _Sides:
    """The groups that carry a term and match it, carry it only, match it only."""

    both: tuple[PodGroup, ...]
    carriers: tuple[PodGroup, ...]
    matches: tuple[PodGroup, ...]


def _keep_apart(model: Model, term: PodAffinityTerm) -> None:
    selected = selected_by(term, model.cluster.namespaces)
    carrying = [group for group in model.groups if term in group.spec.anti_affinity.required]
    matching = {group: None for group in model.groups if selected.holds(group.spec)}
    both = tuple(group for group in carrying if group in matching)
    carriers = tuple(group for group in carrying if group not in matching)
    sides = _Sides(both, carriers, tuple(group for group in matching if group not in carrying))
    for domain in model.free_domains(term.topology_key) if matching else ():
        _separate(model, domain, sides)


def _separate(model: Model, domain: Domain, sides: _Sides) -> None:
    alone = model.count_in(domain, sides.both)
    if not sides.carriers and not sides.matches and model.limits(alone)[1] <= 1:
        return
    with_term, without = model.count_in(domain, sides.carriers), model.count_in(domain, sides.matches)
    before = [model.before_in(domain, groups) for groups in (sides.both, sides.carriers, sides.matches)]
    if before[0] + (before[1] > 0) + (before[2] > 0) > 1:
        _keep_newcomers_apart(model, domain, sides)
    elif not sides.both:
        if model.limits(with_term)[1] and model.limits(without)[1]:
            model.require(model.some(with_term).linear + model.some(without).linear <= 1)
    else:
        present = [model.some(count).linear for count in (with_term, without) if model.limits(count)[1]]
        model.require(alone + total(present) <= 1)


def _keep_newcomers_apart(model: Model, domain: Domain, sides: _Sides) -> None:
    """Who arrives meets no match of its term, and no carrier of a term that matches it, but itself."""
    carriers, matches = (*sides.both, *sides.carriers), (*sides.both, *sides.matches)
    for group in (*carriers, *sides.matches):
        arriving = model.arrivals_in(domain, (group,))
        if not model.limits(arriving)[1]:
            continue
        newcomer = model.some(arriving)
        itself = int(group in sides.both)
        if group in carriers:
            model.require(model.count_in(domain, matches) <= itself, newcomer)
        if group in matches:
            model.require(model.count_in(domain, carriers) <= itself, newcomer)
