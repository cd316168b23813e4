"""Which types are looked at: by provider or file, by name and architecture; what is asked wrongly is said at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from solver.catalog import DEFAULT_RULES, ONLY_OF, REGIONS, MaxPodsRule, Provider, read_catalog, types_of
from solver.errors import InputError
from solver.studies.node_sizes.offers import Capacity, offers_of, price_of, with_taints

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from solver.catalog import InstanceType, NodeRules
    from solver.cluster.taints import Taint
    from solver.studies.node_sizes.offers import Offer

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Selection:
    """``types`` are patterns such as ``m7i.*``, all where there is none; ``fee`` is USD per node and hour.

    ``taints`` are patterns with the taint of the nodes of such types, ``spot_taints`` those of all spot nodes; both are
    added to what the catalogue says. Exactly one of ``provider`` and ``catalog`` is given.
    """

    provider: str | None = None
    catalog: Path | None = None
    region: str | None = None
    types: Sequence[str] = ()
    arch: str | None = None
    capacity: Capacity = Capacity.ON_DEMAND
    rules: NodeRules = field(default=DEFAULT_RULES)
    fee: Decimal = Decimal(0)
    taints: Sequence[tuple[Sequence[str], Taint]] = ()
    spot_taints: tuple[Taint, ...] = ()


def selected(selection: Selection, zones: Sequence[str]) -> tuple[Offer, ...]:
    """The offers; types without the price that is asked for are none.

    Raises:
        InputError: with everything that is wrong with the selection.
    """
    problems = _conflicts(selection)
    known = () if problems else _catalog(selection)
    patterns = (*selection.types, *(pattern for some, _ in selection.taints for pattern in some))
    problems += _unknown(dict.fromkeys(patterns), known) if known else []
    if problems:
        raise InputError(problems)
    named = [each for each in known if _matches(each, selection.types)]
    fitting = [each for each in named if selection.arch in (None, each.arch)]
    offers = offers_of(fitting, selection.capacity, zones, selection.rules, selection.fee)
    offers = tuple(with_taints(offer, _taints(selection, offer)) for offer in offers)
    if not offers:
        raise InputError([_nothing(selection, named, fitting)])
    return offers


def _taints(selection: Selection, offer: Offer) -> tuple[Taint, ...]:
    """Of the type by its catalogue and by what was asked, and of spot nodes; each once."""
    asked = (taint for patterns, taint in selection.taints if _matches(offer.type, patterns))
    spot = selection.spot_taints if offer.capacity is Capacity.SPOT else ()
    return tuple(dict.fromkeys((*offer.type.taints, *asked, *spot)))


def _conflicts(selection: Selection) -> list[str]:
    problems = []
    if (selection.provider is None) == (selection.catalog is None):
        given = "both" if selection.provider else "neither"
        problems.append(f"{given} of --provider and --catalog given; give one of them")
    if selection.spot_taints and selection.capacity is Capacity.ON_DEMAND:
        problems.append("--spot-taint: no spot nodes are asked for; add --capacity spot or both")
    problems += _foreign(selection.provider, selection.rules.max_pods)
    if selection.region is not None:
        problems += _region(selection.provider, selection.region)
    return problems


def _foreign(provider: str | None, rule: MaxPodsRule | int | None) -> list[str]:
    owner = ONLY_OF.get(rule) if isinstance(rule, MaxPodsRule) else None
    if provider is None or owner in (None, provider):
        return []
    return [f"--max-pods-rule {rule} is of {owner}, the machines are of {provider}; leave one of the two out"]


def _region(provider: str | None, region: str) -> list[str]:
    if provider is None:
        return ["--region is for the catalogues that come along; a file has its prices as they are"]
    known = REGIONS[Provider(provider)]
    if region == known:
        return []
    near = get_close_matches(region, list(REGIONS.values()), n=1, cutoff=0.0)
    nearest = f" (nearest by name: {near[0]})" if near[0] != known else ""
    return [
        f"no prices of region {region!r} come along; of {provider} there is {known}{nearest}. "
        "For other prices give your own with --catalog"
    ]


def _catalog(selection: Selection) -> tuple[InstanceType, ...]:
    if selection.catalog is not None:
        return read_catalog(selection.catalog)
    return types_of(Provider(selection.provider or ""))


def _unknown(patterns: Iterable[str], known: Sequence[InstanceType]) -> list[str]:
    """A sentence for each pattern that matches nothing."""
    names = [each.name for each in known]
    problems = []
    for pattern in patterns:
        if not any(fnmatchcase(name.lower(), pattern.lower()) for name in names):
            near = _nearest(pattern, names)
            hint = f"the nearest names are {', '.join(near)}" if near else "see the catalogue for the names"
            problems.append(f"no instance type matches {pattern!r}; {hint}")
    return problems


def _nearest(pattern: str, names: Sequence[str]) -> list[str]:
    """Whole names for a name, families for a pattern."""
    if "*" in pattern:
        families = dict.fromkeys(f"{name.partition('.')[0]}.*" if "." in name else f"{name[:-2]}*" for name in names)
        return get_close_matches(pattern, list(families), n=NEAREST)
    return get_close_matches(pattern, names, n=NEAREST)


def _matches(each: InstanceType, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(each.name.lower(), pattern.lower()) for pattern in patterns)


def _nothing(selection: Selection, named: Sequence[InstanceType], fitting: Sequence[InstanceType]) -> str:
    if not fitting:
        return f"none of the {len(named):,} types named is {selection.arch}; leave --arch out, or name other types"
    priced = any(price_of(each, kind) is not None for each in fitting for kind in Capacity.BOTH.kinds)
    if priced:
        return (
            f"none of the {len(fitting):,} types has a price for {selection.capacity}; ask for the other --capacity, "
            "or give prices with --catalog"
        )
    return f"none of the {len(fitting):,} types has a price; a catalogue without prices says nothing about cost"
