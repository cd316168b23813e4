"""A result file that contradicts itself, whatever its placement is."""

from __future__ import annotations

import pytest

from solver.report.result_file.schema import ResultDocument
from solver.report.result_file.statements import statements
from solver.report.result_file.write import result_document
from tests.report.samples import Row, placement, result_of, shop

ROWS = (Row("pending", 1, 1, 0), Row("disruption", 3, 2), Row("cost", 2), Row("preferences", 0, 0))
PROVEN = (Row("pending", 1, 1, 0), Row("preferences", 0, 0))


def said(*rows: Row, scenario: str | None = "sample", levels=(), **changes: object) -> str:
    """What is wrong with a result of these levels, with changes to the file and to some of its levels."""
    document = result_document(result_of(placement(shop()), "cpsat", *rows)) | {"scenario": "sample"} | changes
    for number, change in levels:
        document["levels"][number] |= change
    return "\n".join(statements(ResultDocument.model_validate(document), scenario))


def test_a_result_as_it_was_written_does_not_contradict_itself():
    assert said(*ROWS) == said(*PROVEN) == ""


def test_a_level_of_unserved_requests_is_named_with_its_resource():
    unserved = {"objective": "unserved", "resource": "cpu"}
    assert said(*ROWS, levels=[(1, unserved)]) == ""
    assert "levels: unserved cpu has a bound of 4" in said(*ROWS, levels=[(1, unserved | {"bound": 4})])
    assert "levels: unserved  has a bound" in said(*ROWS, levels=[(1, unserved | {"resource": None, "bound": 4})])


@pytest.mark.parametrize(
    ("level", "change", "told"),
    [
        (1, {"bound": 4}, "disruption has a bound of 4 above its value."),
        (1, {"proven": True}, "disruption is called proven"),
        (3, {"proven": False}, "preferences is not called proven"),
        (1, {"gap": 0.5}, "disruption has a gap that does not follow"),
        (1, {"gap": None}, "disruption has a gap that does not follow"),
        (1, {"bound": None}, "disruption has a gap that does not follow"),
        (2, {"gap": 0.0}, "cost has a gap that does not follow"),
        (2, {"proven": True}, "cost is called proven"),
    ],
)
def test_bound_gap_and_proof_follow_from_one_another(level, change, told):
    assert told in said(*ROWS, levels=[(level, change)])


@pytest.mark.parametrize(
    ("rows", "termination"),
    [
        (ROWS, "optimal"),
        (ROWS, "infeasible"),
        (ROWS, "unknown"),
        (PROVEN, "feasible"),
        (PROVEN, "infeasible"),
        (PROVEN, "unknown"),
    ],
)
def test_a_placement_is_optimal_where_every_level_is_proven_and_else_feasible(rows, termination):
    assert said(*rows, termination=termination).startswith(f"termination: {termination}, with a placement and")


def test_a_result_that_lists_violations_has_them():
    assert said(*ROWS, violations=["NodePorts: no", "Steps: no"]).count("the result itself lists one") == 2


def test_a_result_is_about_the_scenario_of_the_inputs_unless_that_has_no_name():
    assert said(*ROWS, scenario="other") == "scenario: the result is about sample, the inputs are other."
    assert said(*ROWS, scenario=None) == ""


def test_a_total_is_no_less_than_its_stages():
    seconds = {"load": 0.1, "build": 0.2, "solve": 0.3, "verify": 0.1}
    assert "less than its stages" in said(*ROWS, runtime_s=seconds | {"total": 0.5})
    assert said(*ROWS, runtime_s=seconds | {"total": 0.7}) == ""
