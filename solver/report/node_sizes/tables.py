"""What the study found, as tables: for the terminal, for CSV files and for the page alike."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.report.wording import NOT_KNOWN, share
from solver.studies.node_sizes.mix import per_month, per_year
from solver.studies.node_sizes.money import money
from solver.studies.node_sizes.risk import Part, blast_radius

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from solver.studies.node_sizes import NodeSizes
    from solver.studies.node_sizes.mix import Mix

Cell = str | int | Fraction | None


class Unit(Enum):
    """How a column is written: texts to the left, prices with four decimals, money with two, shares in percent."""

    TEXT = auto()
    COUNT = auto()
    PRICE = auto()
    MONEY = auto()
    SHARE = auto()


@dataclass(frozen=True, slots=True)
class Table:
    """``name`` is that of its file; ``columns`` have the names that the file has, underscores for blanks."""

    name: str
    title: str
    note: str
    columns: Mapping[str, Unit]
    rows: Sequence[Sequence[Cell]]

    @property
    def header(self) -> list[str]:
        """As people read it."""
        return [name.replace("_", " ") for name in self.columns]

    @property
    def texts(self) -> list[list[str]]:
        """The rows as people read them."""
        return [
            [written(cell, unit) for cell, unit in zip(row, self.columns.values(), strict=True)] for row in self.rows
        ]

    def csv(self) -> str:
        """The rows as programs read them: numbers in full, what is not known left empty."""
        text = io.StringIO()
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow(self.columns)
        lines.writerows(
            [f"{float(cell):.10g}" if isinstance(cell, Fraction) else cell for cell in row] for row in self.rows
        )
        return text.getvalue()


def written(cell: Cell, unit: Unit) -> str:
    """One cell for people."""
    if cell is None:
        return NOT_KNOWN
    if isinstance(cell, str):
        return cell
    match unit:
        case Unit.PRICE:
            return f"{float(cell):,.4f}"
        case Unit.MONEY:
            return f"{float(cell):,.2f}"
        case Unit.SHARE:
            return share(float(cell))
        case _:
            return f"{int(cell):,}"


def words(mix: Mix) -> str:
    """``3 c7i-large, 1 m7i-large``."""
    return ", ".join(f"{number:,} {pool}" for pool, number in mix.counts.items())


def tables(study: NodeSizes) -> Iterator[Table]:
    """Those that have something to say, the most important first."""
    yield _answer(study)
    if len(study.steps) > 1:
        yield _options(study)
    if study.today is not None:
        yield _today(study)
    yield _risk(study)
    yield _survival(study)
    if study.few:
        yield _few(study)
    if study.front:
        yield _front(study)
    if study.singles:
        yield _singles(study)
    if study.rules:
        yield _rules(study)
    yield _nodes(study)


_COST = {"cost_per_hour": Unit.PRICE, "cost_per_month": Unit.MONEY}
_PROOF = {"bound_per_hour": Unit.PRICE, "gap": Unit.SHARE}


def _cost(mix: Mix) -> tuple[Fraction, Fraction]:
    return mix.cost, per_month(mix.cost)


def _proof(mix: Mix) -> tuple[Fraction, Fraction]:
    return mix.bound, mix.gap


def _answer(study: NodeSizes) -> Table:
    tainted = any(node.taints for node in study.mix.nodes)
    rows: list[tuple[Cell, ...]] = []
    for pool, number in study.mix.counts.items():
        nodes = [node for node in study.mix.nodes if node.pool == pool]
        offer = study.task.offer_of_pool[pool]
        price = Fraction(offer.price)
        zones = sorted({node.zone or "" for node in nodes})
        sold = (price * number, per_month(price * number), per_year(price * number))
        taints = " ".join(str(taint) for taint in nodes[0].taints)
        rows.append((offer.type.name, str(offer.capacity), number, ", ".join(zones), *[taints] * tainted, price, *sold))
    total = (study.mix.cost, per_month(study.mix.cost), per_year(study.mix.cost))
    rows.append(("all", "", len(study.mix.nodes), "", *[""] * tainted, None, *total))
    columns = {"instance_type": Unit.TEXT, "capacity": Unit.TEXT, "nodes": Unit.COUNT, "zones": Unit.TEXT}
    columns |= {"taints": Unit.TEXT} if tainted else {}
    columns |= {"price_per_hour": Unit.PRICE, **_COST, "cost_per_year": Unit.MONEY}
    return Table("mix", "The mix", "USD; a month has 730 hours, a year 8,760.", columns, rows)


def _risk(study: NodeSizes) -> Table:
    rows = []
    for blast in study.blast:
        rows.append((f"one {blast.kind}", blast.pods, blast.replicas, blast.workload or NOT_KNOWN, blast.capacity))
    columns = {"lost": Unit.TEXT, "of_all_pods": Unit.SHARE, "of_some_workload": Unit.SHARE, "workload": Unit.TEXT}
    note = "The largest share that fails at once. Of workloads, those with more than one replica count"
    single = study.blast[0].single
    note += f"; {single:,} have one, and lose all with its node." if single else "."
    return Table("blast-radius", "The blast radius", note, columns | {"of_capacity": Unit.SHARE}, rows)


def _survival(study: NodeSizes) -> Table:
    rows = [
        (
            failure.part,
            failure.lost,
            len(failure.homeless) if failure.played else None,
            "yes" if failure.survived else "no" if failure.played else NOT_KNOWN,
            "proven" if failure.proven else "not proven" if failure.played else "not decided in time",
            ", ".join(pod.key for pod in failure.homeless[:3]),
        )
        for survival in study.survivals
        for failure in survival.failures
    ]
    columns = {"failing": Unit.TEXT, "pods_lost": Unit.COUNT, "pods_without_node": Unit.COUNT}
    columns |= {"survived": Unit.TEXT, "proof": Unit.TEXT, "such_as": Unit.TEXT}
    note = "Every failure played through: pods on the other nodes stay, those of the lost part are new pods."
    late = sum(survival.not_played for survival in study.survivals)
    note += f" There was no time for {late:,} of them; allow more --time-limit." if late else ""
    return Table("failures", "What a failure leaves without a node", note, columns, rows)


def _options(study: NodeSizes) -> Table:
    rows: list[tuple[Cell, ...]] = []
    before: Mix | None = None
    for title, mix in study.steps:
        extra = None if before is None else per_month(mix.cost - before.cost)
        rows.append((title, words(mix), *_cost(mix), extra, *_proof(mix)))
        before = mix
    columns = {"asked": Unit.TEXT, "mix": Unit.TEXT, **_COST, "more_per_month": Unit.MONEY, **_PROOF}
    return Table("options", "What each wish costs", "Each line keeps what the lines above it ask.", columns, rows)


def _few(study: NodeSizes) -> Table:
    rows = [(number, words(mix), *_cost(mix), *_proof(mix)) for number, mix in study.few]
    columns = {"types_at_most": Unit.COUNT, "mix": Unit.TEXT, **_COST, **_PROOF}
    helps = study.few[-1][1].cost > study.free.cost
    note = f"The cheapest mix of all: {words(study.free)}." if helps else "More types than the last line do not help."
    return Table("few-types", "The best mix of few types", note, columns, rows)


def _front(study: NodeSizes) -> Table:
    rows = [
        (point.lost, words(point.mix), len(point.mix.nodes), *_cost(point.mix), *_proof(point.mix))
        for point in study.front
    ]
    columns = {"pods_lost_with_a_node": Unit.SHARE, "mix": Unit.TEXT, "nodes": Unit.COUNT, **_COST, **_PROOF}
    note = "The cheapest mixes found that lose ever less with one node."
    return Table("front", "Cost against blast radius", note, columns, rows)


def _singles(study: NodeSizes) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for single in sorted(study.singles, key=lambda each: (each.mix is None, each.mix.cost if each.mix else each.floor)):
        if single.mix is None:
            said = "does not take all pods" if single.solved else "not solved: needless, or dearer by its bound"
            floor = Fraction(single.floor) if single.floor < float("inf") else None
            rows.append((single.offer.title, None, None, None, floor, None, None, None, None, said))
            continue
        spent, mix = money(single.mix), single.mix
        lost = blast_radius(mix, Part.NODE).pods
        overhead = (spent.daemons + spent.reserved) / mix.cost if mix.cost else None
        stranded = spent.stranded / mix.cost if mix.cost else None
        rows.append((single.offer.title, len(mix.nodes), *_cost(mix), *_proof(mix), overhead, stranded, lost, ""))
    columns = {"instance_type": Unit.TEXT, "nodes": Unit.COUNT, **_COST, **_PROOF, "overhead": Unit.SHARE}
    columns |= {"stranded": Unit.SHARE, "pods_lost_with_a_node": Unit.SHARE, "remark": Unit.TEXT}
    note = "Everything on one type. Overhead is what DaemonSets and the nodes themselves take of the price."
    return Table("single-types", "One type alone", note, columns, rows)


def _rules(study: NodeSizes) -> Table:
    rows = [
        (price.workload, price.change)
        + ((None, None, None) if price.mix is None else (price.nodes, per_month(price.least), per_month(price.most)))
        for price in study.rules
    ]
    columns = {"workload": Unit.TEXT, "change": Unit.TEXT, "nodes_saved": Unit.COUNT}
    columns |= {"saved_per_month_at_least": Unit.MONEY, "saved_per_month_at_most": Unit.MONEY}
    note = "The least price as it is, less the least price with the change; where both are proven, the two ends agree."
    return Table("rule-prices", "What rules cost", note, columns, rows)


def _today(study: NodeSizes) -> Table:
    now, same = study.today, None
    rows: list[tuple[Cell, ...]] = []
    if now is not None:
        counts = ", ".join(f"{number:,} {name}" for name, number in now.counts.items())
        rows.append(("as it runs", counts, now.cost, per_month(now.cost)))
        same = now.same_types
    if same is not None:
        rows.append(("least with the same types", words(same), *_cost(same)))
    rows.append(("least with all types", words(study.free), *_cost(study.free)))
    held = "; ".join(now.held_by) if now is not None else ""
    unpriced = f" Without price: {', '.join(now.unpriced[:5])}." if now is not None and now.unpriced else ""
    columns = {"cluster": Unit.TEXT, "nodes": Unit.TEXT, **_COST}
    return Table(
        "today", "Today against best", f"What keeps the best from being cheaper: {held}.{unpriced}", columns, rows
    )


def _nodes(study: NodeSizes) -> Table:
    placement = study.mix.standing
    rows = []
    for node in study.mix.nodes:
        pods = placement.pods_on.get(node, [])
        movable = [pod.key for pod in pods if pod.movable]
        held = (len(movable), len(pods) - len(movable), " ".join(movable))
        price = Fraction(node.price_per_hour or 0)
        rows.append((node.name, node.instance_type or "", node.zone or "", price, *held))
    columns = {"node": Unit.TEXT, "instance_type": Unit.TEXT, "zone": Unit.TEXT, "price_per_hour": Unit.PRICE}
    columns |= {"pods": Unit.COUNT, "daemon_pods": Unit.COUNT, "names": Unit.TEXT}
    return Table(
        "nodes",
        "The nodes and their pods",
        "Nodes without pods are there for the day another one fails.",
        columns,
        rows,
    )
