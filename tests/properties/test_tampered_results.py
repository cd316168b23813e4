"""Whatever is changed in a result file that bears on its meaning is found: as a violation, or as no result at all."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from solver.cli import main
from solver.objectives.question import BoundPods
from solver.report.result_file import result_text
from solver.run import run
from solver.scenario import load_scenario
from tests.brute_force.agreement import with_policy, written
from tests.brute_force.mixtures import sampled

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLES = (
    ("everything, pools", 17, BoundPods.KEEP),
    ("devices", 0, BoundPods.MOVABLE),
    ("preemption", 6, BoundPods.MOVABLE),
    ("making room", 4, BoundPods.EVICTABLE),
)
IMMATERIAL = ("runtime_s", "messages", "competes", "strategy", "limit")
"""What nothing else in a file bears out, or follows from."""
Path = tuple[str | int, ...]


def changes(inner: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place with what is written there instead; None: it is dropped."""
    for key, value in inner.items() if isinstance(inner, dict) else enumerate(inner):
        place = (*path, key)
        if place[0] in IMMATERIAL or value == {} or (place[0] == "devices" and not value):
            continue
        yield place, None
        if isinstance(value, dict | list):
            yield from changes(value, place)
        elif isinstance(value, bool):
            yield place, not value
        elif isinstance(value, str):
            yield place, f"{value}x"
        elif place[0] != "devices" and value is not None:
            yield place, value + 1
    if isinstance(inner, list) and inner and path[0] != "devices":
        yield (*path, 0), [*inner[:1], *inner]


def changed(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(document)
    *outer, last = path
    inner: Any = whole
    for key in outer:
        inner = inner[key]
    if value is None:
        del inner[last]
    elif isinstance(value, list):
        inner[:] = value
    else:
        inner[last] = value
    return whole


@pytest.mark.parametrize(("mixture", "seed", "policy"), SAMPLES)
def test_no_change_goes_unnoticed(mixture, seed, policy, tmp_path, capsys):
    scenario = written(with_policy(sampled(mixture, seed), policy), tmp_path / "scenario.json")
    document = json.loads(result_text(run(load_scenario(scenario), time_limit_s=20, workers=1)))
    file = tmp_path / "result.json"
    file.write_text(json.dumps(document))
    assert main(["verify", str(scenario), str(file)]) == 0
    for path, value in changes(document):
        file.write_text(json.dumps(changed(document, path, value)))
        code = main(["verify", str(scenario), str(file)])
        assert code in (1, 2), (path, value, capsys.readouterr())
