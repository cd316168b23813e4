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


def _keep_apart(model: Model, term: PodAffinityTerm) -> None:
    selected = selected_by(term, model.cluster.namespaces)
    carriers = [group for group in model.groups if term in group.spec.anti_affinity.required]
    matches = [group for group in model.groups if selected.holds(group.spec)]
    for domain in model.domains(term.topology_key).all if matches else ():
        _separate(model, domain, carriers, matches)


def _separate(model: Model, domain: Domain, carriers: list[PodGroup], matches: list[PodGroup]) -> None:
    both = [group for group in carriers if group in matches]
    carrying = [group for group in carriers if group not in matches]
    matched = [group for group in matches if group not in carriers]
    alone, with_term, without = (model.count_in(domain, groups) for groups in (both, carrying, matched))
    before = [model.before_in(domain, groups) for groups in (both, carrying, matched)]
    if before[0] + (before[1] > 0) + (before[2] > 0) > 1:
        _keep_newcomers_apart(model, domain, carriers, matches)
    elif not both:
        if model.limits(with_term)[1] and model.limits(without)[1]:
            model.require(model.some(with_term).linear + model.some(without).linear <= 1)
    else:
        present = [model.some(count).linear for count in (with_term, without) if model.limits(count)[1]]
        model.require(alone + total(present) <= 1)


def _keep_newcomers_apart(model: Model, domain: Domain, carriers: list[PodGroup], matches: list[PodGroup]) -> None:
    """Who arrives meets no match of its term, and no carrier of a term that matches it, but itself."""
    for group in dict.fromkeys((*carriers, *matches)):
        arriving = model.arrivals_in(domain, (group,))
        if not model.limits(arriving)[1]:
            continue
        newcomer = model.some(arriving)
        itself = int(group in carriers and group in matches)
        if group in carriers:
            model.require(model.count_in(domain, matches) <= itself, newcomer)
        if group in matches:
            model.require(model.count_in(domain, carriers) <= itself, newcomer)
