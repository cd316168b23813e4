"""Prices: of instance types, from a CSV file; and whether everything has one that has to.

The file has a header with the columns ``instance_type`` and ``price_per_hour``; further columns play no part.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from solver.scenario.field import Field
from solver.scenario.objects.node import counted, parse_price
from solver.scenario.problems import ABSENT, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from solver.cluster.node import Node
    from solver.scenario.field import Findings

TYPE, PRICE = "instance_type", "price_per_hour"


def read_prices(path: Path, findings: Findings) -> dict[str, Decimal]:
    """Price per hour by instance type."""
    problems = findings.problems
    try:
        rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True)
        missing = {TYPE, PRICE} - set(rows.fieldnames or ())
        if missing:
            problems.add(
                _problem(
                    path,
                    1,
                    ABSENT,
                    f"no column {' and no column '.join(sorted(missing))}",
                    "name the columns in the first line",
                )
            )
            return {}
        return _prices(path, rows, findings)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.add(
            _problem(
                path, None, ABSENT, f"cannot be read: {error}", f"give a CSV file with the columns {TYPE} and {PRICE}"
            )
        )
        return {}


def priced(node: Node, prices: Mapping[str, Decimal]) -> Node:
    """The node with the price of its type, unless it has a price or its type has none."""
    price = prices.get(node.instance_type or "")
    return node if node.price_per_hour is not None or price is None else replace(node, price_per_hour=price)


Offer = tuple[Decimal | None, Field]
"""The price of a node or pool, and the place where it can be written."""


def check_all_priced(offers: Sequence[Offer]) -> None:
    """Where one of them has a price, all need one; without any, cost is the number of nodes."""
    missing = [place for price, place in offers if price is None]
    if len(missing) < len(offers):
        for place in missing:
            place.wrong(
                "no price, while others have one, so that costs cannot be compared",
                "write it here, or name the instance type in the prices file, or leave cost out of the objectives",
            )


def _prices(path: Path, rows: csv.DictReader[str], findings: Findings) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    problems = findings.problems
    for row in rows:
        instance_type, text = row[TYPE], row[PRICE]
        price = parse_price((text or "").strip())
        if price is None:
            problems.add(_problem(path, rows.line_num, text, "not a price", "write a number from 0, such as 0.1008"))
        elif instance_type in found:
            problems.add(_problem(path, rows.line_num, instance_type, "a type with two prices", "keep one"))
        else:
            found[instance_type] = counted(price, findings.notices)
    return found


def _problem(path: Path, line: int | None, value: object, message: str, remedy: str) -> Problem:
    return Problem(str(path), "", "", value, message, remedy, line)
