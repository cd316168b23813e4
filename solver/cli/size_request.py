"""From the texts of the options to what is asked; all that is wrong with them is said in one message."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from solver.catalog import Formula, MaxPodsRule, NodeRules, Provider
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY
from solver.cluster.taints import Taint, taint_of
from solver.errors import InputError
from solver.scenario.field import nearest
from solver.scenario.quantities import QuantityError, milli, parse, value
from solver.strategies.strategy import LONGEST
from solver.studies.node_sizes import Capacity, Part, Request, Selection
from solver.studies.node_sizes.selection import selected

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

Word = TypeVar("Word", bound="StrEnum")
Found = TypeVar("Found")


def request_of(options: dict[str, Any]) -> Request:
    """The request.

    Raises:
        InputError: with everything that is wrong with the options, and with the selection of types.
    """
    reading = _Reading(options)
    request = reading.request()
    problems = reading.problems
    try:
        selected(request.selection, request.zones or ("zone",))
    except InputError as error:
        problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise InputError(problems)
    return request


class _Reading:
    """Reads option by option; a harmless value stands in for what is wrong."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.problems: list[object] = []
        self._options = options

    def request(self) -> Request:
        """The options as a request; what is wrong with them is added to ``problems``."""
        options = self._options
        possible = 0 < options["time_limit_s"] <= LONGEST
        if not possible:
            self.problems.append(f"--time-limit {options['time_limit_s']}: it must be above 0, up to {LONGEST:,}")
        if options["workers"] is not None and options["workers"] < 1:
            self.problems.append(f"--workers {options['workers']}: there must be at least 1")
        return Request(
            self._selection(),
            zones=self._zones(),
            max_types=options["max_types"],
            survive=self._word("survive", Part),
            max_loss=self._share("max_loss"),
            trade_off=not options["mix_only"],
            rule_prices=options["rule_prices"],
            factors=tuple(factor for text in self._list("scale_requests") if (factor := self._factor(text))),
            time_limit_s=options["time_limit_s"] if possible else 1.0,
            seed=options["seed"],
            workers=options["workers"],
        )

    def _selection(self) -> Selection:
        provider = self._word("provider", Provider)
        catalog = self._options["catalog"]
        if provider is None and self._options["provider"] is not None:
            # Said already; the catalogue that is none must not be missed as well.
            provider = Provider.AWS
        return Selection(
            provider=provider,
            catalog=None if catalog is None else Path(catalog),
            region=self._options["region"],
            types=self._list("types"),
            arch=self._arch(),
            capacity=self._word("capacity", Capacity) or Capacity.ON_DEMAND,
            rules=self._rules(),
            taints=tuple(taint for text in self._options["taints"] if (taint := self._taint(text))),
            spot_taints=tuple(each for text in self._options["spot_taints"] if (each := self._spot_taint(text))),
            fee=Decimal(str(float(self._read("node_fee", _price) or 0))),
        )

    def _taint(self, text: str) -> tuple[tuple[str, ...], Taint] | None:
        """Patterns and their taint, a colon between them."""
        named, _, taint = text.partition(":")
        patterns = tuple(part.strip() for part in named.split(",") if part.strip())
        try:
            if not patterns:
                raise ValueError("name types before the first colon, such as 'p5.*:key=value:NoSchedule'")
            return patterns, taint_of(taint)
        except ValueError as error:
            self._wrong("taint", text, f"after the types and a colon, {error}" if patterns else str(error))
            return None

    def _spot_taint(self, text: str) -> Taint | None:
        try:
            return taint_of(text)
        except ValueError as error:
            self._wrong("spot_taint", text, str(error))
            return None

    def _rules(self) -> NodeRules:
        return NodeRules(
            formula=self._word("allocatable_rule", Formula),
            max_pods=self._max_pods(),
            memory_overhead=self._share("memory_overhead"),
            kube_reserved=self._amounts("kube_reserved"),
            system_reserved=self._amounts("system_reserved"),
            eviction=self._read("eviction_hard", value),
            disk=self._read("root_disk", value),
        )

    def _max_pods(self) -> MaxPodsRule | int | None:
        text = self._options["max_pods_rule"]
        if text is not None and text.isdecimal() and int(text) > 0:
            return int(text)
        return self._word("max_pods_rule", MaxPodsRule, or_else="or a number above 0")

    def _arch(self) -> str | None:
        arch: str | None = self._options["arch"]
        if arch not in (None, "amd64", "arm64"):
            self._wrong("arch", arch, "there are amd64 and arm64")
            return None
        return arch

    def _zones(self) -> tuple[str, ...]:
        text = self._options["zones"].strip()
        if text.isdecimal():
            if not 1 <= int(text) <= _MOST_ZONES:
                self._wrong("zones", text, f"between 1 and {_MOST_ZONES} zones are possible")
                return ()
            return tuple(f"zone-{chr(ord('a') + at)}" for at in range(int(text)))
        names = self._list("zones")
        if len(set(names)) < len(names):
            self._wrong("zones", text, "a zone is named twice")
        for name in names:
            if not _ZONE_NAME.fullmatch(name):
                self._wrong("zones", name, "write how many, such as 3, or names with letters and digits at both ends")
        return tuple(dict.fromkeys(names))

    def _word(self, option: str, words: type[Word], or_else: str = "") -> Word | None:
        text = self._options[option]
        if text is None:
            return None
        if text not in tuple(words):
            near = nearest(text, tuple(words))
            hint = f"did you mean {near[0]}? " if near else ""
            self._wrong(option, text, f"{hint}there are {', '.join(words)}{', ' * bool(or_else)}{or_else}")
            return None
        return words(text)

    def _share(self, option: str) -> Fraction | None:
        share = self._read(option, _share)
        if share is not None and not 0 <= share <= 1:
            self._wrong(option, self._options[option], "a share lies between 0 and 100%")
            return None
        return share

    def _factor(self, text: str) -> Fraction | None:
        try:
            factor = Fraction(text)
        except (ValueError, ZeroDivisionError):
            factor = Fraction(0)
        if factor <= 0:
            self._wrong("scale_requests", text, "write factors above 0, such as 0.8")
            return None
        return factor

    def _amounts(self, option: str) -> dict[str, int]:
        found = {}
        for part in self._list(option):
            name, equals, text = part.partition("=")
            if not equals or name not in (CPU, MEMORY, EPHEMERAL_STORAGE):
                self._wrong(option, part, "write cpu=100m,memory=1Gi,ephemeral-storage=1Gi, or some of these")
                continue
            try:
                found[name] = milli(text) if name == CPU else value(text)
            except QuantityError as error:
                self._wrong(option, part, str(error))
        return found

    def _read(self, option: str, read: Callable[[str], Found]) -> Found | None:
        text = self._options[option]
        if text is None:
            return None
        try:
            return read(text)
        except (QuantityError, ValueError, ZeroDivisionError) as error:
            self._wrong(option, text, str(error))
            return None

    def _list(self, option: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self._options[option].split(",") if part.strip())

    def _wrong(self, option: str, text: object, remedy: str) -> None:
        self.problems.append(f"--{option.replace('_', '-')} {text}: {remedy}")


_MOST_ZONES = 26
_ZONE_NAME = re.compile(r"(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?")
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set"""


def _share(text: str) -> Fraction:
    """``20%``, ``20 %`` or ``0.2``."""
    number = text.removesuffix("%").strip()
    try:
        return Fraction(number) / 100 if number != text.strip() else Fraction(number)
    except (ValueError, ZeroDivisionError):
        raise ValueError("write a share such as 20% or 0.2") from None


def _price(text: str) -> Fraction:
    price = parse(text)
    if price < 0:
        raise ValueError("a fee is never below 0")
    return price
