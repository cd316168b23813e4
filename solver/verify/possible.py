"""Which of many selectors could match some labels, so that not every pair of the two has to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.labels import Operator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from solver.cluster.labels import Labels, LabelSelector

Pair = tuple[str, str]


class Possible:
    """Selectors by the values that one of their requirements asks for; None, which matches nothing, is in no list."""

    def __init__(self, selectors: Iterable[LabelSelector | None]) -> None:
        self._asking: dict[Pair | None, list[int]] = {}
        for place, selector in enumerate(selectors):
            for pair in () if selector is None else _asked(selector):
                self._asking.setdefault(pair, []).append(place)

    def of(self, labels: Labels) -> list[int]:
        """The places of all selectors that match the labels, and of some that do not, in their order."""
        found = (place for pair in (None, *labels.items()) for place in self._asking.get(pair, ()))
        return sorted(set(found))


def _asked(selector: LabelSelector) -> Iterator[Pair | None]:
    """The labels of which a matching pod has one; None where there are no such labels."""
    first = next((each for each in selector.requirements if each.operator is Operator.IN), None)
    if first is None:
        yield None
    else:
        yield from ((first.key, value) for value in first.values)
