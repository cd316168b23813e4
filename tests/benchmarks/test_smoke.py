"""Every benchmark runs at its smallest size, and its answers are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import harness
from benchmarks.__main__ import BENCHMARKS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
def test_the_benchmark_works_at_its_smallest_size(name: str, tmp_path: Path) -> None:
    found = [harness.measure(case, runs=1) for case in BENCHMARKS[name](tmp_path, True)]
    assert found
    assert [measurement.name for measurement in found if not measurement.right] == []
    assert "median s" in harness.table(found)
