"""No two pods of a node share an in-tree disk, unless the disk's kind allows it and both only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.verify.recount.final import Final


def disks(final: Final) -> Iterator[Violation]:
    """Every conflict with a new pod in it."""
    for node, pods in final.changed.items():
        for pod, other in final.pairs_with_new([pod for pod in pods if pod.spec.disks]):
            if any(mine.conflicts_with(its) for mine in pod.spec.disks for its in other.spec.disks):
                text = f"{pod.key} and {other.key} mount the same disk on {node.name}."
                yield Violation("VolumeRestrictions", text, pod, node)
