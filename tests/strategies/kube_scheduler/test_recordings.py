"""The baseline against recordings of kube-scheduler itself, field by field."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from solver.scenario.load import load_scenario
from solver.strategies.kube_scheduler.conformance import Agreement, conformance
from solver.strategies.kube_scheduler.trace import trace

RECORDINGS = Path(__file__).parents[2] / "recordings"
NAMES = sorted(path.name.removesuffix(".trace.json") for path in RECORDINGS.glob("*.trace.json"))


def read(name):
    recorded = json.loads((RECORDINGS / f"{name}.trace.json").read_text())
    return load_scenario(RECORDINGS / f"{name}.yaml", expand=False).cluster, recorded


@pytest.mark.parametrize("name", NAMES)
def test_every_decision_is_as_recorded(name):
    found = conformance(*read(name))
    assert found.differences == []
    assert found.compared["chosen"] > 0


@pytest.mark.parametrize("name", ["preemption-several-pdbs", "nominated-cleared", "volumes-wait-for-first-consumer"])
def test_a_run_of_ones_own_leads_through_the_same_states(name):
    whole, recorded = read(name)
    assert trace(whole)["attempts"] == recorded["attempts"]


def test_a_recording_of_chosen_nodes_alone_is_compared_as_well():
    whole, recorded = read("spread-missing-keys")
    chosen = [[attempt["pod"], attempt["chosen"]] for attempt in recorded["attempts"]]
    assert conformance(whole, {"chosen": chosen}).differences == []
    chosen[0][1] = "elsewhere"
    (found,) = conformance(whole, {"chosen": chosen}).differences
    assert (found.field, found.recorded) == ("chosen", "elsewhere")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("chosen",), "chosen"),
        (("message",), "message"),
        (("best",), "best"),
        (("filter", "NODE"), "filter code"),
        (("scores", "NODE", "NodeResourcesFit"), "score NodeResourcesFit"),
    ],
)
def test_whatever_is_recorded_otherwise_is_a_difference(path, field):
    whole, recorded = read("score-odd-sizes")
    changed = copy.deepcopy(recorded)
    attempt = next(attempt for attempt in changed["attempts"] if attempt["chosen"] is not None)
    others = [name for name in attempt["scores"] if name != attempt["chosen"]]
    keys = [others[0] if key == "NODE" else key for key in path]
    target = attempt
    for key in keys[:-1]:
        target = target[key]
    spoilt = {"chosen": others[0], "NodeResourcesFit": -1}
    target[keys[-1]] = spoilt.get(keys[-1], {"plugin": "NodePorts", "code": "X", "reasons": []})
    found = conformance(whole, changed)
    assert field in {difference.field for difference in found.differences}


def test_agreements_add_up():
    first, second = Agreement(), Agreement()
    first.compare("here", "chosen", "a", "a")
    second.compare("there", "chosen", "a", "b")
    first.add(second)
    assert first.compared["chosen"] == 2
    assert [difference.where for difference in first.differences] == ["there"]
