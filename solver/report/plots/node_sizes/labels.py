"""Names beside marks, where there is room: none lies on a mark, a line or another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

SIZE = 7.5
_AWAY, _MARK, _PAD = 6.5, 4.0, 1.5
"""Points between a mark's middle and its name, half of a mark, and what is kept free around a name."""
_POINTS_PER_INCH = 72


Box = tuple[float, float, float, float]


def name_marks(axes: Axes, marks: Sequence[tuple[str, float, float]], obstacles: Sequence[Box], colour: str) -> None:
    """Name the marks (name, x, y), the first ones first; who finds no room stays without.

    ``obstacles`` are boxes (x, y, x, y) in the axes' units that are kept free, extended by the size of a mark. The axes
    must have their limits, and their place in the figure.
    """
    scale = axes.get_figure(root=True).dpi / _POINTS_PER_INCH  # type: ignore[union-attr]
    taken = [_in_points(axes, box, scale).padded(_MARK) for box in obstacles]
    frame = Bbox(axes.bbox.get_points() / scale)
    for name, x, y in marks:
        at = axes.transData.transform((x, y)) / scale
        places = (place for place in _places(name, (float(at[0]), float(at[1]))) if _within(place[1], frame))
        found = next((place for place in places if not any(place[1].overlaps(other) for other in taken)), None)
        if found is not None:
            offset, box = found
            text = axes.annotate(name, (x, y), offset, textcoords="offset points", fontsize=SIZE, color=colour)
            text.set_in_layout(False)
            taken.append(box)


def _within(box: Bbox, frame: Bbox) -> bool:
    return bool(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1)


def _in_points(axes: Axes, box: Box, scale: float) -> Bbox:
    corners = axes.transData.transform([box[:2], box[2:]]) / scale
    return Bbox.from_extents(corners.min(axis=0)[0], corners.min(axis=0)[1], *corners.max(axis=0))


def _places(name: str, at: tuple[float, float]) -> Iterator[tuple[tuple[float, float], Bbox]]:
    """Offsets of the text from its mark, in points, and what it would cover: to the right first, then around it."""
    extents = TextPath((0, 0), name, size=SIZE).get_extents()
    width, height = extents.width, extents.height
    right, left, middle = _AWAY, -_AWAY - width, -width / 2
    near, far = _AWAY / 2, -_AWAY / 2 - width
    level, above, below = -height / 2, _AWAY, -_AWAY - height
    for x, y in (
        (right, level), (left, level), (near, above), (far, above), (near, below), (far, below), (middle, above),
        (middle, below),
    ):  # fmt: skip
        corner = at[0] + x, at[1] + y
        yield (x, y), Bbox.from_extents(*corner, corner[0] + width, corner[1] + height).padded(_PAD)
