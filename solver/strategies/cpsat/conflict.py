"""A few parts of what is asked that cannot be had together: parts are dropped as long as the rest is impossible."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

_Part = TypeVar("_Part")


def conflicting(parts: Sequence[_Part], missed: Callable[[Collection[_Part]], set[_Part] | None]) -> tuple[_Part, ...]:
    """A part of ``parts`` that is impossible, where all of them together are; the first ones are dropped first.

    ``missed`` is asked for some of the parts: None where they are impossible together, else the others that were not
    met where these were; whatever meets some has met all but those, and is not asked for again. None of the result can
    be left out, as far as ``missed`` knows: where it cannot tell it names all others, and more remains.
    """
    kept = list(parts)
    known: list[set[_Part]] = []
    size = len(kept)
    while size:
        place = 0
        while place < len(kept):
            rest = kept[:place] + kept[place + size :]
            if _is_possible(rest, known, missed):
                place += size
            else:
                kept = rest
        size //= 2
    return tuple(kept)


def by_verdict(
    parts: Collection[_Part], impossible: Callable[[Collection[_Part]], bool]
) -> Callable[[Collection[_Part]], set[_Part] | None]:
    """What `conflicting` asks, of somebody who says yes or no and does not know what else was met."""
    return lambda some: None if impossible(some) else set(parts).difference(some)


def _is_possible(
    rest: Collection[_Part], known: list[set[_Part]], missed: Callable[[Collection[_Part]], set[_Part] | None]
) -> bool:
    """Asked only where nothing known answers it; what is learned joins ``known``."""
    if any(others.isdisjoint(rest) for others in known):
        return True
    others = missed(rest)
    if others is not None:
        known.append(others)
    return others is not None
