from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from solver.compare.comparison import Comparison
from solver.report.text.comparison import print_comparison
from solver.report.text.console import columns, console
from tests.report.samples import Row, placement, result_of, sampled, shop


@pytest.fixture
def comparison():
    cluster = shop()
    wide = placement(cluster, front_0="n0", front_1="n1", front_2="n2", paid_0="n0", paid_1="n1")
    tight = placement(cluster, front_0="n0", front_1="n1", front_2="n1", paid_0="n0", paid_1="n1")
    theirs = result_of(wide, "kube-scheduler", Row("cost", 3))
    return Comparison(sampled(cluster), (theirs, result_of(tight, "cpsat", Row("cost", 2, 2))))


def printed(comparison, **more):
    file = io.StringIO()
    print_comparison(Console(file=file, highlight=False, markup=False, **{"width": 120} | more), comparison)
    return file.getvalue()


def row(text, title):
    (line,) = [line for line in text.splitlines() if line.strip().startswith(title)]
    return re.split(r"\s{2,}", line.strip().removeprefix(title))


def cells(text, title):
    return [cell.strip() for cell in row(text, title) if cell.strip()]


def test_the_sentence_comes_first(comparison):
    assert printed(comparison).splitlines()[0] == "cpsat needs 1 node fewer (-33 %), proven"


def test_a_row_per_measure_with_the_best_value_marked(comparison):
    text = printed(comparison)
    assert cells(text, "nodes used") == ["3", "2 *"]
    assert cells(text, "proven optimal") == ["no", "yes *"]
    assert cells(text, "cpu utilisation, used nodes") == ["58.3 %", "87.5 % *"]


def test_equal_values_are_not_marked(comparison):
    assert cells(printed(comparison), "pods pending") == ["0", "0"]


def test_measures_that_nobody_knows_are_left_out(comparison):
    assert "cost per hour" not in printed(comparison)


def test_a_pipe_gets_no_colours_and_no_frames(comparison):
    text = printed(comparison)
    assert "\x1b" not in text
    assert "─" not in text


def test_a_terminal_gets_colours(comparison):
    assert "\x1b[1;32m" in printed(comparison, force_terminal=True, color_system="standard")


@pytest.mark.parametrize("width", [50, 60, 80])
def test_numbers_are_never_broken_however_narrow_the_terminal(comparison, width):
    text = printed(comparison, width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "87.5 % *" in text
    assert "scheduler" in text


def test_a_pipe_is_as_wide_as_it_needs(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert console(io.StringIO()).width > 1000
    monkeypatch.setenv("COLUMNS", "66")
    assert console(io.StringIO()).width == 66


def test_columns_are_aligned_and_end_without_blanks():
    assert columns(("A", "LONG"), [("wide cell", "1"), ("x", "")]) == "A           LONG\nwide cell   1\nx"
