"""Circles in a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_Item = TypeVar("_Item")


def in_a_cycle(item: _Item, following: Mapping[_Item, Sequence[_Item]]) -> frozenset[_Item]:
    """The items on a circle with this one (itself included); empty where it is on none."""
    reached = _reachable(item, following)
    if item not in reached:
        return frozenset()
    return frozenset(other for other in reached if item in _reachable(other, following))


def _reachable(item: _Item, following: Mapping[_Item, Sequence[_Item]]) -> set[_Item]:
    """Everything that a step or more leads to."""
    reached: set[_Item] = set()
    ahead = list(following[item])
    while ahead:
        found = ahead.pop()
        if found not in reached:
            reached.add(found)
            ahead += following[found]
    return reached
