"""`podsolver inspect` for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.objectives.question import BoundPods
from solver.report.text.console import columns
from solver.report.wording import NOT_KNOWN, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

POLICIES = {
    BoundPods.KEEP: "never moved, evicted only to make room for a higher priority",
    BoundPods.FIXED: "nobody leaves its node",
    BoundPods.MOVABLE: "may be moved, evicted only to make room for a higher priority",
    BoundPods.EVICTABLE: "may be moved, and may end up without a node where that serves a higher level",
}
"""What may happen to bound pods, in words."""

MOST_NODES = 30
"""More nodes than this are shown kind by kind."""

Facts = dict[str, Any]


def inspection_text(facts: Facts) -> str:
    """The document of `solver.report.inspection`, section by section."""
    return "\n\n".join(f"{title}\n{body}" for title, body in _sections(facts) if body)


def _sections(facts: Facts) -> Iterator[tuple[str, str]]:
    asked = [facts["question"]] if facts["question"] else []
    minimised = f"minimised in this order: {'; '.join(facts['levels']) or 'nothing'}"
    policy = f"bound pods: {facts['bound_pods']} ({POLICIES[BoundPods(facts['bound_pods'])]})"
    yield facts["scenario"], "\n".join([*asked, policy, minimised])
    yield "RESOURCES", _resources(facts["resources"])
    nodes = facts["nodes"]
    if len(nodes) <= MOST_NODES:
        yield f"NODES ({len(nodes):,}), requested / allocatable", _nodes(nodes)
    else:
        yield f"NODES ({len(nodes):,}), allocatable", _kinds(nodes)
    yield _title("NODE POOLS", facts["pools"]), _pools(facts["pools"])
    yield _title("WORKLOADS", facts["workloads"]), _workloads(facts["workloads"])
    yield _title("PRIORITIES", facts["priorities"]), _priorities(facts["priorities"])
    yield "RULES IN PLAY", "\n".join(_rule(rule) for rule in facts["rules"]) or "  resources only"
    yield "LEFT OUT OR ASSUMED", "\n".join(f"  {notice}" for notice in facts["notices"])


def _title(name: str, entries: Sequence[object]) -> str:
    return f"{name} ({len(entries):,})"


def _indented(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"  {line}" for line in columns(header, rows).splitlines()) if rows else ""


def _resources(resources: Sequence[Facts]) -> str:
    header = ("RESOURCE", "ALLOCATABLE", "BOUND PODS", "PENDING PODS", "SHARE OF BOTH")
    return _indented(
        header,
        [
            (
                each["resource"],
                *(_short(each[key]) for key in ("allocatable", "bound", "pending")),
                _share(each["share"]),
            )
            for each in resources
        ],
    )


def _short(quantity: str) -> str:
    """Bytes that no suffix fits are rounded for reading; the JSON has them in full."""
    return f"{int(quantity) / 2**30:.2f}Gi" if quantity.isdecimal() and len(quantity) > 7 else quantity


def _share(part: float | None) -> str:
    return NOT_KNOWN if part is None else share(part)


def _nodes(nodes: Sequence[Facts]) -> str:
    header = ("NAME", "ZONE", "TYPE", "PRICE/H", "CPU", "MEMORY", "PODS", "OTHER", "NOTES")
    return _indented(header, [_node(node) for node in nodes])


def _node(node: Facts) -> tuple[str, ...]:
    """Used of allocatable, resource by resource."""
    offered, taken = node["allocatable"], node["requested"]
    main = [f"{_short(taken.get(name, '0'))}/{_short(offered.get(name, '0'))}" for name in ("cpu", "memory", "pods")]
    return (node["name"], *_kind(node), *main, _others(offered, taken), _notes(node))


def _kind(node: Facts) -> tuple[str, str, str]:
    price = NOT_KNOWN if node["price_per_hour"] is None else f"{node['price_per_hour']:.6g}"
    return node["zone"] or NOT_KNOWN, node["instance_type"] or node["pool"] or NOT_KNOWN, price


def _others(offered: Mapping[str, str], taken: Mapping[str, str]) -> str:
    usual = ("cpu", "memory", "pods", "ephemeral-storage")
    rest = [name for name, amount in offered.items() if name not in usual and amount != "0"]
    return ", ".join(f"{name} {taken.get(name, '0')}/{offered[name]}" for name in rest) or NOT_KNOWN


def _notes(node: Facts) -> str:
    state = [] if node["ready"] else ["not ready"]
    return ", ".join([*state, *(["cordoned"] if node["cordoned"] else []), *node["taints"]])


def _kinds(nodes: Sequence[Facts]) -> str:
    """Nodes that differ in name and use only, together."""
    counts: dict[tuple[str, ...], int] = {}
    for node in nodes:
        offered = node["allocatable"]
        main = [_short(offered.get(name, "0")) for name in ("cpu", "memory", "pods")]
        kind = (*_kind(node), *main, _others(offered, {}).replace("0/", ""), _notes(node))
        counts[kind] = counts.get(kind, 0) + 1
    header = ("NODES", "ZONE", "TYPE", "PRICE/H", "CPU", "MEMORY", "PODS", "OTHER", "NOTES")
    return _indented(header, [(f"{number:,}", *kind) for kind, number in counts.items()])


def _pools(pools: Sequence[Facts]) -> str:
    header = ("NAME", "NODES", "MAY OPEN", "ZONES", "PRICE/H", "CPU", "MEMORY", "PODS", "TAINTS")
    return _indented(header, [_pool(pool) for pool in pools])


def _pool(pool: Facts) -> tuple[str, ...]:
    offered = pool["allocatable"]
    price = NOT_KNOWN if pool["price_per_hour"] is None else f"{pool['price_per_hour']:.6g}"
    main = [_short(offered.get(name, "0")) for name in ("cpu", "memory", "pods")]
    zones = ", ".join(pool["zones"]) or NOT_KNOWN
    return (pool["name"], f"{pool['nodes']:,}", f"{pool['openable']:,}", zones, price, *main, ", ".join(pool["taints"]))


def _workloads(workloads: Sequence[Facts]) -> str:
    header = ("WORKLOAD", "PODS", "BOUND", "PENDING", "REQUESTS OF A POD", "PRIORITY", "RULES")
    return _indented(header, [_workload(each) for each in workloads])


def _workload(each: Facts) -> tuple[str, ...]:
    requests = " or ".join(
        ", ".join(f"{name} {_short(amount)}" for name, amount in some.items()) for some in each["requests"][:2]
    )
    more = " or others" if len(each["requests"]) > 2 else ""
    held = [f"{each['held_back']:,} held back"] if each["held_back"] else []
    if each["on_opened_nodes"]:
        held.append("one on each node to be opened")
    return (
        each["workload"],
        f"{each['pods']:,}",
        f"{each['bound']:,}",
        f"{each['pending']:,}",
        (requests or "none") + more,
        ", ".join(f"{priority:,}" for priority in each["priorities"]),
        ", ".join([*held, *each["rules"]]),
    )


def _priorities(priorities: Sequence[Facts]) -> str:
    header = ("PRIORITY", "BOUND", "PENDING")
    return _indented(
        header, [tuple(f"{each[key]:,}" for key in ("priority", "bound", "pending")) for each in priorities]
    )


def _rule(rule: Facts) -> str:
    ((noun, number),) = ((key, value) for key, value in rule.items() if key != "rule")
    return f"  {rule['rule']}: {number:,} {noun if number != 1 else noun[:-1]}"
