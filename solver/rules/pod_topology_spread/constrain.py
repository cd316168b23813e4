"""DoNotSchedule over counts.

Let M be the least number of matching pods, at the end, over the eligible domains that exist; 0 under minDomains. For
every domain d that receives a pod carrying the constraint:

    stays[matching, d] + arrivals[matching and carrying, d]  <=  maxSkew + M

Necessary: the last carrier bound in d saw at least the left side there, itself included, and no minimum above M, since
counts only grow once everybody who leaves has left. Matching pods that do not carry the constraint can come later, so
they raise M and never the left side. Sufficient for one constraint: bind carriers in the emptiest domain first; with
several, the search for an order decides. A carrier that its own selector does not match adds nothing: only what stays
counts against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.model.linear import Linear, total
from solver.rules.pod_topology_spread.classes import SpreadClass, spread_classes

if TYPE_CHECKING:
    from solver.model.groups import PodGroup
    from solver.model.model import Model


def constrain(model: Model) -> None:
    """Class by class; a minimum that can be nothing but 0 has no variable."""
    for spread in spread_classes((group.spec for group in model.groups), model.nodes, hard=True):
        _spread(model, spread)


def least_count(model: Model, spread: SpreadClass, counted: list[PodGroup]) -> Linear:
    """A variable, at most the count of every eligible domain that exists: whoever gains by it gets the minimum."""
    domains = model.domains(spread.constraint.topology_key, spread.eligible).all
    lasting = sum(model.exists(domain.nodes) is None for domain in domains)
    if sum(map(len, counted)) < lasting:
        return Linear()
    least = model.integer(sum(map(len, counted)))
    for domain in domains:
        exists = model.exists(domain.nodes)
        model.require(least <= model.count_in(domain, counted), *([] if exists is None else [exists]))
    return least


def _spread(model: Model, spread: SpreadClass) -> None:
    counted = [group for group in model.groups if spread.counted.holds(group.spec)]
    carriers = [group for group in model.groups if group.spec in spread.carriers]
    least = _least_allowed(model, spread, counted)
    allowed = least + spread.constraint.max_skew
    for domain in model.domains(spread.constraint.topology_key, spread.eligible).all:
        staying = model.stays_in(domain, counted)
        crowded = model.before_in(domain, counted) > spread.constraint.max_skew
        among = [group for group in carriers if group in counted]
        arriving = model.arrivals_in(domain, among)
        _allow(model, staying + arriving, arriving, allowed, crowded=crowded)
        strangers = [group for group in carriers if group not in counted]
        _allow(model, staying, model.arrivals_in(domain, strangers), allowed, crowded=crowded)


def _allow(model: Model, present: Linear, arriving: Linear, allowed: Linear, *, crowded: bool) -> None:
    """Only a domain that holds more than maxSkew before anybody arrives needs the condition spelled out."""
    if model.limits(arriving)[1]:
        model.require(present <= allowed, *([model.some(arriving)] if crowded else []))


def _least_allowed(model: Model, spread: SpreadClass, counted: list[PodGroup]) -> Linear:
    """The minimum, or 0 while there are fewer eligible domains than minDomains."""
    asked = spread.constraint.min_domains or 1
    domains = model.domains(spread.constraint.topology_key, spread.eligible).all
    existing = [model.exists(domain.nodes) for domain in domains]
    if len(domains) < asked:
        return Linear()
    least = least_count(model, spread, counted)
    lasting = sum(exists is None for exists in existing)
    if lasting < asked and not least.is_constant:
        enough = model.boolean()
        model.require(total(exists.linear for exists in existing if exists is not None) >= asked - lasting, enough)
        model.require(least <= enough.linear * model.limits(least)[1])
    return least
