"""The picture of "Priority Matters": the share that is certified, by number of nodes and usage, beside the peer's."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np

from benchmarks.priority_tables import own_shares, peer_shares

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.priority_outcomes import Ledger
    from benchmarks.priority_tables import Shares

_OURS, _THEIRS = "#2a6fbb", "#d9822b"


def draw(ledgers: Sequence[Ledger], data: Path, file: Path) -> None:
    """One panel per time limit: a bar for podsolver and one for the peer where it was run."""
    figure, axes = plt.subplots(len(ledgers), 1, figsize=(9, 2.6 * len(ledgers)), sharex=True, squeeze=False)
    for panel, ledger in zip(axes[:, 0], ledgers, strict=True):
        _panel(panel, _merged(own_shares(ledger.all)), _merged(peer_shares(data, ledger.seconds)))
        panel.set_title(f"time limit {ledger.seconds:g} s", loc="left", fontsize=10)
    axes[0, 0].legend(frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1, 1), fontsize=9)
    axes[-1, 0].set_xlabel("usage, by number of nodes")
    figure.tight_layout()
    figure.savefig(file, dpi=150)
    plt.close(figure)


def _merged(shares: Shares) -> dict[tuple[int, float], float]:
    """Percent of each number of nodes and usage."""
    summed: dict[tuple[int, float], np.ndarray[tuple[int], np.dtype[np.int64]]] = defaultdict(lambda: np.zeros(2, int))
    for (nodes, _, _, usage), counts in shares.items():
        summed[nodes, usage] += counts
    return {key: 100 * certified / number for key, (certified, number) in sorted(summed.items()) if number}


def _panel(axes: Axes, ours: dict[tuple[int, float], float], theirs: dict[tuple[int, float], float]) -> None:
    places = np.arange(len(ours)) + np.array([list(dict.fromkeys(n for n, _ in ours)).index(n) for n, _ in ours]) * 0.6
    axes.bar(places - 0.2, list(ours.values()), 0.4, color=_OURS, label="podsolver")
    known = [(place, theirs[key]) for place, key in zip(places, ours, strict=True) if key in theirs]
    axes.bar([place + 0.2 for place, _ in known], [share for _, share in known], 0.4, color=_THEIRS, label="published")
    axes.set_xticks(places, [f"{usage:g}" for _, usage in ours], fontsize=8)
    for nodes in dict.fromkeys(n for n, _ in ours):
        middle = np.mean([place for place, key in zip(places, ours, strict=True) if key[0] == nodes])
        axes.text(float(middle), 108, f"{nodes} nodes", ha="center", fontsize=9)
    axes.set_ylim(0, 122)
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.set_ylabel("certified, %")
    axes.spines[["top", "right"]].set_visible(False)
