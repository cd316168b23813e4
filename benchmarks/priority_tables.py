"""Tables of "Priority Matters": shares proven beside the peer's, by slices, and moves from the recorded starts."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.priority_outcomes import Outcome

Slice = tuple[int, int, int, float]
"""Nodes, pods, priorities, usage."""
Shares = dict[Slice, tuple[int, int]]
"""Of a slice: how many are certified, and how many there are."""
_LARGEST = 32
"""Sizes up to this many nodes are taken equally."""


def peer_shares(folder: Path, seconds: float) -> Shares:
    """The published table for a time limit: (certified, called)."""
    with (folder / "per_combo_peer_results.csv").open() as lines:
        return {
            (int(row["nodes"]), int(row["pods"]), int(row["priorities"]), float(row["usage"])): (
                int(row["default_optimal"]) + int(row["better_optimal"]),
                int(row["called"]),
            )
            for row in csv.DictReader(lines)
            if float(row["timeout_s"]) == seconds
        }


def own_shares(outcomes: Iterable[Outcome]) -> Shares:
    """(certified, solved) of the instances that begin with kube-scheduler's placement."""
    return {key: (sum(each.certified for each in found), len(found)) for key, found in _sliced(outcomes).items()}


def by_nodes(shares: Shares) -> dict[int, float]:
    """The share that is certified, by number of nodes."""
    summed: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for (nodes, *_), (certified, number) in sorted(shares.items()):
        summed[nodes][0] += certified
        summed[nodes][1] += number
    return {nodes: certified / number for nodes, (certified, number) in summed.items() if number}


def tables(outcomes: Sequence[Outcome], peer: Shares) -> str:
    """A row per slice, the shares by number of nodes, and the recorded starts, in Markdown."""
    parts = [_slices(outcomes, peer), _sizes(outcomes, peer)]
    recorded = [outcome for outcome in outcomes if outcome.recorded and outcome.peer]
    return "\n\n".join([*parts, *([_moves(recorded)] if recorded else [])])


def _sliced(outcomes: Iterable[Outcome]) -> dict[Slice, list[Outcome]]:
    slices: dict[Slice, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        cell = outcome.cell
        if not outcome.recorded:
            slices[cell.nodes, cell.pods, cell.priorities, cell.usage].append(outcome)
    return dict(sorted(slices.items()))


def _slices(outcomes: Sequence[Outcome], peer: Shares) -> str:
    head = ("nodes", "pods", "priorities", "usage", "certified", "peer", "mean gap of the rest", "mean s", "mean CPU s")
    rows = [(*map(str, key), *_figures(found, peer.get(key))) for key, found in _sliced(outcomes).items()]
    return _markdown(head, rows)


def _figures(found: Sequence[Outcome], peer: tuple[int, int] | None) -> Iterable[str]:
    rest = [each.gap for each in found if not each.certified]
    yield f"{sum(each.certified for each in found)} of {len(found)}"
    yield f"{peer[0]} of {peer[1]}" if peer and peer[1] else ""
    yield f"{sum(rest) / len(rest):.0%}" if rest else ""
    yield f"{sum(each.seconds for each in found) / len(found):.2f}"
    yield f"{sum(each.cpu_seconds for each in found) / len(found):.2f}"


def _sizes(outcomes: Sequence[Outcome], peer: Shares) -> str:
    """``no answer`` as the peer counts it: neither proven nor more pods placed than at the start."""
    ours = own_shares(outcomes)
    common = {key: peer[key] for key in ours if key in peer}
    mine, theirs = by_nodes(ours), by_nodes(common)
    rows = []
    for nodes, share in mine.items():
        found = [each for each in outcomes if each.cell.nodes == nodes and not each.recorded]
        silent = sum(not (each.certified or each.improved) for each in found) / len(found)
        other = f"{theirs[nodes]:.1%}" if nodes in theirs else "not recorded"
        rows.append((str(nodes), f"{share:.1%} of {len(found)}", other, f"{silent:.1%}"))
    small = [share for nodes, share in mine.items() if nodes <= _LARGEST]
    others = [share for nodes, share in theirs.items() if nodes <= _LARGEST]
    if small:
        beside = f"{sum(others) / len(others):.1%}" if others else ""
        rows.append((f"up to {_LARGEST}, taken equally", f"{sum(small) / len(small):.1%}", beside, ""))
    return _markdown(("nodes", "certified", "peer", "no answer"), rows)


def _moves(recorded: Iterable[Outcome]) -> str:
    head = ("recorded start", "pending", "moved", "evicted", "proven", "peer: pending", "moved", "evicted", "proven")
    rows = []
    for each in recorded:
        peer, pods = each.peer or {}, each.cell.pods
        mine = (pods - sum(each.placed), each.moved, each.evicted, "yes" if each.certified else "no")
        proven = f"{'yes' if peer['proven'] else 'no'} ({peer['seconds']} s)"
        theirs = (pods - sum(peer["placed"]), peer["moved"], peer["evicted"], proven)
        rows.append((each.name.rpartition("_")[0], *map(str, (*mine, *theirs))))
    return _markdown(head, rows)


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines: list[Sequence[str]] = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
