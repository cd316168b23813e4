"""Required affinity over counts: every domain used has support, and support has an order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from solver.model.linear import Linear, total
from solver.rules.inter_pod_affinity.counts import SelectedByAll
from solver.rules.inter_pod_affinity.cycles import in_a_cycle
from solver.rules.selection import selected_by

if TYPE_CHECKING:
    from solver.cluster.pod_affinity import PodAffinityTerm
    from solver.model.domains import Domain
    from solver.model.groups import PodGroup
    from solver.model.linear import Bool
    from solver.model.model import Model

_Terms = tuple["PodAffinityTerm", ...]


@dataclass(frozen=True, eq=False)
class Need:
    """The required terms that some groups share: ``carriers`` need one of ``matches`` in the domain of each key."""

    terms: _Terms
    keys: tuple[str, ...]
    carriers: tuple[PodGroup, ...]
    matches: tuple[PodGroup, ...]

    @property
    def founders(self) -> tuple[PodGroup, ...]:
        """Carriers that match their own terms."""
        return tuple(group for group in self.carriers if group in self.matches)

    @property
    def others(self) -> tuple[PodGroup, ...]:
        """Matches that do not have this need themselves."""
        return tuple(group for group in self.matches if group not in self.carriers)


def support(model: Model) -> None:
    """State the condition for every need; needs that support one another in a circle get ranks."""
    needs = _needs(model)
    by_terms = {need.terms: need for need in needs}
    supporters = {need: [by_terms[terms] for terms in _terms_of(need.others)] for need in needs}
    ranks = _Ranks(model, {need: in_a_cycle(need, supporters) for need in needs})
    founders = {need: _Founder(model, need) for need in needs if need.founders}
    for need in needs:
        for key in need.keys:
            for domain in model.domains(key).all:
                _support_in(model, need, domain, founders.get(need), ranks)
    _only_one_comes_first(model, founders)


def _needs(model: Model) -> list[Need]:
    carriers: dict[_Terms, list[PodGroup]] = {}
    for group in model.groups:
        if group.spec.affinity.required:
            carriers.setdefault(group.spec.affinity.required, []).append(group)
    return [_need(model, terms, groups) for terms, groups in carriers.items()]


def _need(model: Model, terms: _Terms, carriers: list[PodGroup]) -> Need:
    together = SelectedByAll(tuple(selected_by(term, model.cluster.namespaces) for term in terms))
    matches = tuple(group for group in model.groups if together.count(group.spec))
    keys = tuple(dict.fromkeys(term.topology_key for term in terms))
    return Need(terms, keys, tuple(carriers), matches)


def _terms_of(groups: tuple[PodGroup, ...]) -> list[_Terms]:
    return list(dict.fromkeys(group.spec.affinity.required for group in groups if group.spec.affinity.required))


def _support_in(model: Model, need: Need, domain: Domain, founder: _Founder | None, ranks: _Ranks) -> None:
    arriving = model.arrivals_in(domain, need.carriers)
    if not model.limits(arriving)[1]:
        return
    supports = [model.stays_in(domain, need.matches), *ranks.support(need, domain)]
    if founder is not None:
        supports.append(founder.within(domain))
    held = total(supports)
    if model.limits(held)[0] < 1:
        model.require(held >= 1, model.some(arriving))


def _only_one_comes_first(model: Model, founders: dict[Need, _Founder]) -> None:
    """Two founders that would be matches for one another exclude each other: neither can be bound before the other."""
    for (need, founder), (other, rival) in combinations(founders.items(), 2):
        if _meets(model, need, other) and _meets(model, other, need):
            model.require(founder.anywhere + rival.anywhere <= 1)


def _meets(model: Model, need: Need, other: Need) -> bool:
    """Whether any founder of the need is seen as a match by the other, on whichever node it may be."""
    nodes = (node for node in model.nodes if all(key in node.labels for key in need.keys))
    seen = all(any(key in node.labels for key in other.keys) for node in nodes)
    return seen and all(group in other.matches for group in need.founders)


class _Founder:
    """Where the first of the carriers is bound, which needs no company: at most one place, while nobody matches."""

    def __init__(self, model: Model, need: Need) -> None:
        self._model = model
        self._at: dict[tuple[str, ...], Bool] = {}
        self._keys = need.keys
        self._found(need)

    @property
    def anywhere(self) -> Linear:
        """How many founders (0 or 1) there are."""
        return total(bound.linear for bound in self._at.values())

    def within(self, domain: Domain) -> Linear:
        """How many founders (0 or 1) there are in the domain."""
        place = self._keys.index(domain.key)
        return total(bound.linear for values, bound in self._at.items() if values[place] == domain.value)

    def _found(self, need: Need) -> None:
        model = self._model
        nodes: dict[tuple[str, ...], list[Linear]] = {}
        staying: list[Linear] = []
        for node in model.nodes:
            held = [node.labels.get(key) for key in self._keys]
            values = tuple(value for value in held if value is not None)
            if values:
                staying += [model.stays(group, node) for group in need.matches]
            if len(values) == len(self._keys):
                nodes.setdefault(values, []).extend(model.arrivals(group, node) for group in need.founders)
        others = total(staying)
        if model.limits(others)[0] > 0:
            return
        for values, arrivals in nodes.items():
            arriving = total(arrivals)
            if model.limits(arriving)[1]:
                self._at[values] = founder = model.boolean()
                model.require(arriving >= 1, founder)
                model.require(others <= 0, founder)
        model.require(self.anywhere <= 1)


class _Ranks:
    """Ranks for needs that support one another in a circle: who supports came before, ``rank[need] > rank[other]``.

    Where a circle goes over several keys no rank is given: such placements are rare, and cut off when they turn up.
    """

    def __init__(self, model: Model, circular: dict[Need, frozenset[Need]]) -> None:
        self._model = model
        self._circular = circular
        self._by_terms = {need.terms: need for need in circular}
        self._rank: dict[tuple[Need, Domain], Linear] = {}

    def support(self, need: Need, domain: Domain) -> list[Linear]:
        """What the arrivals of other groups lend to the need in the domain."""
        free: list[PodGroup] = []
        ranked: list[Linear] = []
        for group in need.others:
            other = self._by_terms.get(group.spec.affinity.required)
            if other is None or other not in self._circular[need] or not need.keys == other.keys == (domain.key,):
                free.append(group)
            elif self._model.limits(self._model.arrivals_in(domain, (group,)))[1]:
                ranked.append(self._lent(need, other, group, domain))
        return [self._model.arrivals_in(domain, free), *ranked]

    def _lent(self, need: Need, other: Need, group: PodGroup, domain: Domain) -> Linear:
        """1 at most where the group arrives, and its own need is met earlier."""
        lends = self._model.boolean()
        self._model.require(self._model.arrivals_in(domain, (group,)) >= 1, lends)
        self._model.require(self._of(need, domain) >= self._of(other, domain) + 1, lends)
        return lends.linear

    def _of(self, need: Need, domain: Domain) -> Linear:
        if (need, domain) not in self._rank:
            self._rank[need, domain] = self._model.integer(len(self._circular[need]))
        return self._rank[need, domain]
