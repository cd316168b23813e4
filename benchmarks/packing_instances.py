"""Packing instances as clusters: bins are nodes, items are pods, and the fewest or cheapest nodes are asked for.

Classic instances have one kind of bin, which is a node pool from 0 to as many nodes as there are pods. Cloud balancing
(OptaPlanner) has computers of their own size and cost, which are Node objects with a price. Every instance is written
as a scenario file and read by `load_scenario` like any other.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from solver import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from solver.scenario.scenario import Scenario

Json = dict[str, Any]
Sizes = tuple[int, ...]
"""One number per dimension."""

OBJECTIVES = ["pending", "cost"]
_PRICE = "podsolver/price-per-hour"
_UNUSED = {"cpu": "1", "memory": "1Gi"}
"""What a pool must offer in any case."""


@dataclass(frozen=True, slots=True)
class Bin:
    """A kind of bin, of which there are ``available`` (None: as many as there are items)."""

    capacity: Sizes
    cost: int
    available: int | None = None


@dataclass(frozen=True)
class Instance:
    """Bins and counted items; ``known`` are the published bounds on the cost, lower and upper.

    ``resources`` name the dimensions, ``units`` are what stands behind their amounts.
    """

    name: str
    family: str
    resources: tuple[str, ...]
    units: tuple[str, ...]
    bins: tuple[Bin, ...]
    items: tuple[tuple[Sizes, int], ...]
    known: tuple[int, int] | None = None

    @property
    def pods(self) -> int:
        """How many items there are."""
        return sum(count for _, count in self.items)

    def write(self, folder: Path) -> Path:
        """The scenario's file."""
        path = folder / f"{self.name}.json"
        path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(self._documents())}))
        return path

    def scenario(self, folder: Path) -> Scenario:
        """Written and loaded."""
        return load_scenario(self.write(folder))

    def _documents(self) -> Iterator[Json]:
        pools = [self._pool(rank, each) for rank, each in enumerate(self.bins) if each.available is None]
        spec: Json = {"objectives": OBJECTIVES} | ({"nodePools": pools} if pools else {})
        yield {"apiVersion": "podsolver/v1alpha1", "kind": "Scenario", "metadata": {"name": self.name}, "spec": spec}
        for rank, each in enumerate(self.bins):
            yield from (self._node(f"node-{rank}-{copy}", each) for copy in range(each.available or 0))
        for rank, (sizes, count) in enumerate(self.items):
            yield self._workload(f"item-{rank}", sizes, count)

    def _pool(self, rank: int, each: Bin) -> Json:
        shape = {**_UNUSED, **self._amounts(each.capacity), "pods": self.pods}
        return {"name": f"pool-{rank}", "shape": shape, "max": self.pods, "pricePerHour": each.cost}

    def _node(self, name: str, each: Bin) -> Json:
        metadata = {"name": name, "annotations": {_PRICE: str(each.cost)}}
        offered = {**_UNUSED, **self._amounts(each.capacity), "pods": str(self.pods)}
        return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": {"allocatable": offered}}

    def _workload(self, name: str, sizes: Sizes, count: int) -> Json:
        labels = {"app": name}
        container = {"name": "main", "image": "example.com/item:1", "resources": {"requests": self._amounts(sizes)}}
        if any("/" in resource for resource in self.resources):
            container["resources"] = {"requests": self._amounts(sizes), "limits": self._extended(sizes)}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
        spec = {"replicas": count, "selector": {"matchLabels": labels}, "template": template}
        return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": name}, "spec": spec}

    def _amounts(self, sizes: Sizes) -> dict[str, str]:
        named = zip(self.resources, sizes, self.units, strict=True)
        return {resource: f"{size}{unit}" for resource, size, unit in named}

    def _extended(self, sizes: Sizes) -> dict[str, str]:
        """Extended resources cannot be overcommitted: their limit is the request."""
        return {name: amount for name, amount in self._amounts(sizes).items() if "/" in name}


def classic(name: str, family: str, capacity: int, sizes: Sequence[int], known: tuple[int, int] | None) -> Instance:
    """One dimension: sizes are milli-CPU."""
    return Instance(name, family, ("cpu",), ("m",), (Bin((capacity,), 1),), _counted((size,) for size in sizes), known)


def falkenauer(folder: Path) -> Iterator[Instance]:
    """Falkenauer's triplets and uniform instances; all their optima are known."""
    items: defaultdict[str, list[int]] = defaultdict(list)
    with gzip.open(folder / "items.csv.gz", "rt") as lines:
        for row in csv.DictReader(lines):
            items[row["instance"]] += [int(row["weight"])] * int(row["count"])
    with (folder / "instances.csv").open() as lines:
        for row in csv.DictReader(lines):
            family = row["instance"].lower().rpartition("_")[0].replace("_", " ")
            known = int(row["lower_bound"]), int(row["upper_bound"])
            yield classic(_named(row["instance"]), family, int(row["capacity"]), items[row["instance"]], known)


VECTOR_KNOWN: Mapping[str, tuple[int, int]] = {
    "vpsolver_vbp_20d": (21, 21),
    "vpsolver_csp_1d": (33, 33),
    "vpsolver_bpp_1d": (18, 19),
}


def vector(folder: Path) -> Iterator[Instance]:
    """VPSolver's examples, one and twenty dimensions."""
    for name, known in VECTOR_KNOWN.items():
        with (folder / f"{name}.bins.csv").open() as lines:
            capacities = [_dimensions(row, "capacity") for row in csv.DictReader(lines)]
        with (folder / f"{name}.items.csv").open() as lines:
            items = tuple((_dimensions(row, "size"), int(row["count"])) for row in csv.DictReader(lines))
        dimensions = len(capacities[0])
        names = ("cpu",) if dimensions == 1 else tuple(f"example.com/size-{place}" for place in range(dimensions))
        units = ("m",) if dimensions == 1 else ("",) * dimensions
        bins = tuple(Bin(capacity, 1) for capacity in capacities)
        yield Instance(_named(name), "vector", names, units, bins, items, known)


_BALANCING = ("cpu", "memory", "example.com/network"), ("", "Gi", "")


def balancing(computers: Sequence[tuple[Sizes, int]], processes: Sequence[Sizes], name: str) -> Instance:
    """Cloud balancing: computers with CPU, memory, network and cost; processes, each a pod."""
    bins = tuple(Bin(sizes, cost, 1) for sizes, cost in computers)
    return Instance(name, "cloud balancing", *_BALANCING, bins, _counted(processes))


def cloud_balancing(folder: Path) -> Iterator[Instance]:
    """OptaPlanner's data sets, smallest first."""
    keys = ("cpu_power", "memory", "network_bandwidth")
    files = sorted(folder.glob("*.computers.csv"), key=lambda path: path.stat().st_size)
    for path in files:
        with path.open() as lines:
            computers = [(tuple(int(row[key]) for key in keys), int(row["cost"])) for row in csv.DictReader(lines)]
        with path.with_name(path.name.replace("computers.csv", "processes.csv")).open() as lines:
            processes = [tuple(int(row[key]) for key in keys) for row in csv.DictReader(lines)]
        yield balancing(computers, processes, path.name.removesuffix(".computers.csv"))


def triplets(seed: int, bins: int, capacity: int = 1000) -> Instance:
    """Three items fill a bin exactly, in the way of Falkenauer's triplets; the optimum is ``bins``."""
    dice = Random(seed)
    sizes: list[int] = []
    for _ in range(bins):
        first = dice.randint(capacity * 38 // 100, capacity * 49 // 100)
        second = dice.randint(capacity // 4, (capacity - first) // 2)
        sizes += [first, second, capacity - first - second]
    dice.shuffle(sizes)
    return classic(f"triplets-{bins}-{seed}", "own triplets", capacity, sizes, (bins, bins))


def uniform(seed: int, items: int, capacity: int = 150) -> Instance:
    """Sizes from 20 to 100, in the way of Falkenauer's uniform instances; the optimum is not known beforehand."""
    dice = Random(seed)
    sizes = [dice.randint(20, 100) for _ in range(items)]
    return classic(f"uniform-{items}-{seed}", "own uniform", capacity, sizes, None)


def _dimensions(row: Mapping[str, str], prefix: str) -> Sizes:
    return tuple(int(row[key]) for key in row if key.startswith(f"{prefix}_"))


def _counted(sizes: Any) -> tuple[tuple[Sizes, int], ...]:
    """Equal items together, in the order in which they first come."""
    counts: dict[Sizes, int] = {}
    for each in sizes:
        counts[each] = counts.get(each, 0) + 1
    return tuple(counts.items())


def _named(name: str) -> str:
    return name.lower().replace("_", "-")
