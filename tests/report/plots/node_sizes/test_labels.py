"""Names in pictures lie on nothing."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from solver.report.plots.canvas import new_figure
from solver.report.plots.node_sizes.labels import name_marks


@pytest.mark.parametrize("seed", range(5))
def test_no_name_lies_on_a_mark_a_line_or_another_name(seed):
    draw = Random(seed)
    figure = new_figure(4.0)
    canvas = FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 10)
    figure.draw_without_rendering()
    marks = [(f"machine-{at}", draw.uniform(0, 10), draw.uniform(0, 10)) for at in range(90)]
    lines = [(0.0, 5.0, 10.0, 5.0), (5.0, 0.0, 5.0, 10.0)]
    name_marks(axes, marks, [*((x, y, x, y) for _, x, y in marks), *lines], "black")
    boxes = [text.get_window_extent(canvas.get_renderer()) for text in axes.texts]
    assert 5 < len(boxes) < len(marks)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    for box in boxes:
        corners = axes.transData.inverted().transform(box.get_points())
        (left, low), (right, high) = corners
        assert not any(left <= x <= right and low <= y <= high for _, x, y in marks)
        assert not (left <= 5 <= right or low <= 5 <= high)
        assert left >= 0
        assert right <= 10
