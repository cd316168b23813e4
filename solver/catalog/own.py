"""Somebody's own catalogue: a CSV file with the columns of the shipped ones, as many of them as are known.

``instance_type`` and one price are needed, and a size: ``vcpu`` and ``memory_mib``, or what is allocatable of both.
``allocatable_cpu_milli``, ``allocatable_memory_mib`` and ``max_pods`` are final. ``taints`` are those of each node, as
kubectl writes them, with blanks between them. Further columns play no part.
"""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from solver.catalog.machine import InstanceType
from solver.catalog.reserved import MIB
from solver.cluster.resources import CPU, MEMORY, PODS
from solver.cluster.taints import Taint, taint_of
from solver.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME, ON_DEMAND, SPOT = "instance_type", "on_demand_usd_per_hour", "spot_usd_per_hour"
ARCHITECTURES = ("amd64", "arm64")
_NVIDIA = "nvidia"


def read_catalog(path: Path) -> tuple[InstanceType, ...]:
    """The types of the file, in its order.

    Raises:
        InputError: with everything that is wrong with it.
    """
    try:
        rows = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True)
        lines = [(rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError([f"{path} cannot be read: {why}; give a CSV file with the column {NAME}"]) from None
    problems = _missing_columns(path, tuple(rows.fieldnames or ()))
    if not problems:
        read = [_Row(path, number, row) for number, row in lines]
        types = tuple(each.instance_type() for each in read)
        problems = [problem for each in read for problem in each.problems]
        problems += _twice(path, types)
        problems += [f"{path}: there is no type in it; give one line for each"] * (not types)
    if problems:
        raise InputError(problems)
    return types


def _missing_columns(path: Path, columns: tuple[str, ...]) -> list[str]:
    wanted = [
        (NAME, NAME in columns),
        (f"{ON_DEMAND} or {SPOT}", ON_DEMAND in columns or SPOT in columns),
        ("vcpu or allocatable_cpu_milli", "vcpu" in columns or "allocatable_cpu_milli" in columns),
        ("memory_mib or allocatable_memory_mib", "memory_mib" in columns or "allocatable_memory_mib" in columns),
    ]
    return [f"{path}: no column {name}; name the columns in the first line" for name, there in wanted if not there]


def _twice(path: Path, types: tuple[InstanceType, ...]) -> list[str]:
    counts = Counter(each.name for each in types)
    return [f"{path}: {name} is there {times} times; keep one line" for name, times in counts.items() if times > 1]


class _Row:
    """One line, read cell by cell; what is wrong is noted, and 0 or nothing stands in."""

    def __init__(self, path: Path, line: int, cells: Mapping[str, Any]) -> None:
        self.problems: list[str] = []
        self._place = f"{path}:{line}"
        self._cells = {name: (text or "").strip() for name, text in cells.items() if isinstance(text, str)}

    def instance_type(self) -> InstanceType:
        """The row as a type; what is wrong with it is added to ``problems``."""
        cpu, memory, pods = (
            self._whole(name) for name in ("allocatable_cpu_milli", "allocatable_memory_mib", "max_pods")
        )
        stated = {CPU: cpu, MEMORY: None if memory is None else memory * MIB, PODS: pods}
        vcpu = self._number("vcpu")
        size = self._whole("memory_mib")
        if vcpu is None and cpu is None and not self._cells.get("vcpu"):
            self._wrong("vcpu", "there is neither it nor allocatable_cpu_milli", "give one of them")
        if size is None and memory is None and not self._cells.get("memory_mib"):
            self._wrong("memory_mib", "there is neither it nor allocatable_memory_mib", "give one of them")
        gpus = self._whole("gpu_count") or 0
        return InstanceType(
            name=self._name(),
            provider=None,
            arch=self._arch(),
            vcpu=Fraction(cpu or 0, 1000) if vcpu is None else Fraction(vcpu),
            memory_mib=(memory or 0) if size is None else size,
            gpus=gpus,
            gpu_vendor=(self._cells.get("gpu_vendor") or _NVIDIA) if gpus else "",
            max_pods=pods,
            on_demand_price=self._number(ON_DEMAND),
            spot_price=self._number(SPOT),
            stated={name: amount for name, amount in stated.items() if amount is not None},
            taints=self._taints(),
        )

    def _name(self) -> str:
        name = self._cells.get(NAME, "")
        if not name:
            self._wrong(NAME, "there is none", "name the type")
        return name

    def _taints(self) -> tuple[Taint, ...]:
        found = []
        for text in self._cells.get("taints", "").split():
            try:
                found.append(taint_of(text))
            except ValueError as error:
                self._wrong("taints", f"{text!r} is no taint", str(error))
        return tuple(found)

    def _arch(self) -> str:
        arch = self._cells.get("arch") or ARCHITECTURES[0]
        if arch not in ARCHITECTURES:
            self._wrong("arch", f"{arch!r} is no architecture", f"write {' or '.join(ARCHITECTURES)}")
        return arch

    def _number(self, column: str) -> Decimal | None:
        text = self._cells.get(column, "")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal(-1)
        if number.is_finite() and number >= 0:
            return number
        self._wrong(column, f"{text!r} is not a number from 0", "write one, such as 0.1008")
        return None

    def _whole(self, column: str) -> int | None:
        number = self._number(column)
        if number is not None and number != int(number):
            self._wrong(column, f"{number} is not a whole number", "round it down")
            return None
        return None if number is None else int(number)

    def _wrong(self, column: str, message: str, remedy: str) -> None:
        self.problems.append(f"{self._place}: {column}: {message}; {remedy}")
