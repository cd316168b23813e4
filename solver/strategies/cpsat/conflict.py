"""A few parts of what is asked that cannot be had together: parts are dropped as long as the rest is impossible."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_Part = TypeVar("_Part")


def conflicting(parts: Sequence[_Part], impossible: Callable[[Sequence[_Part]], bool]) -> tuple[_Part, ...]:
    """A part of ``parts`` that is impossible, where all of them together are; the first ones are dropped first.

    None of it can be left out, as far as ``impossible`` knows: where it cannot tell it says no, and more remains.
    """
    kept = list(parts)
    size = len(kept)
    while size:
        place = 0
        while place < len(kept):
            rest = kept[:place] + kept[place + size :]
            if impossible(rest):
                kept = rest
            else:
                place += size
        size //= 2
    return tuple(kept)
