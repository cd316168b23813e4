from __future__ import annotations

import gzip
import json
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from solver.errors import InputError
from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.scenario import load_scenario
from tests.scenario.loading import NODE, all_of, own, pod, scenario_of, workload

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def test_all_inputs_together_are_one_scenario_in_the_order_given(tmp_path):
    folder = written(tmp_path, a=pod(name="a"), b=pod(name="b"), c=NODE)
    scenario = load_scenario(folder / "b.yaml", str(folder / "c.yaml"), folder / "a.yaml")
    assert [each.name for each in scenario.cluster.pods] == ["b", "a"]
    assert [node.name for node in scenario.cluster.nodes] == ["node-1"]


def test_a_scenario_has_its_own_name_and_question():
    scenario = scenario_of(own("question: 'Who goes where?'"), NODE)
    assert (scenario.name, scenario.question_text) == ("asked", "Who goes where?")


def test_without_a_scenario_document_the_first_input_names_it(tmp_path):
    folder = written(tmp_path, shop=NODE)
    (folder / "packed.json.gz").write_bytes(
        gzip.compress(json.dumps({"kind": "List", "apiVersion": "v1", "items": []}).encode())
    )
    assert load_scenario(folder / "shop.yaml").name == "shop"
    assert load_scenario(folder / "packed.json.gz", folder / "shop.yaml").name == "packed"
    assert load_scenario(folder).name == tmp_path.name
    assert scenario_of(NODE).name == "standard-input"


def test_what_is_asked_by_default():
    assert scenario_of(NODE).question == Question(tuple(ObjectiveName), BoundPods.KEEP)


def test_lists_as_kubectl_prints_them_are_read(tmp_path):
    items = [
        json.loads(json.dumps({"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"n-{i}"}})) for i in range(2)
    ]
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    assert len(load_scenario("-", stdin=BytesIO(text.encode())).cluster.nodes) == 2


@pytest.mark.parametrize("text", ["", "---", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"])
def test_an_input_without_any_object_is_a_problem(text):
    with pytest.raises(InputError, match="no object of a kind that bears on placement"):
        scenario_of(text)


def test_problems_of_all_files_are_shown_at_once(tmp_path):
    folder = written(
        tmp_path,
        a="{",
        b=pod("preemptionPolicy: Maybe"),
        c=own("boundPods: moveable"),
        d=workload("Deployment", spec="replicas: x"),
    )
    with pytest.raises(InputError) as caught:
        load_scenario(folder, tmp_path / "missing.yaml")
    assert {problem.file.rpartition("/")[2] for problem in all_of(caught.value)} == {
        "a.yaml",
        "b.yaml",
        "c.yaml",
        "d.yaml",
        "missing.yaml",
    }


def test_each_place_has_one_problem():
    with pytest.raises(InputError) as caught:
        scenario_of(workload("Deployment", spec="replicas: many"))
    assert len(all_of(caught.value)) == 1


def test_a_problem_names_file_document_line_key_value_and_remedy(tmp_path):
    folder = written(tmp_path, shop=f"{NODE}---\n{pod('preemptionPolicy: Maybe', metadata='namespace: shop')}")
    with pytest.raises(InputError) as caught:
        load_scenario(folder / "shop.yaml")
    (problem,) = all_of(caught.value)
    assert str(problem).splitlines() == [
        f'{folder}/shop.yaml:7, document 2 (Pod shop/p): spec.preemptionPolicy: "Maybe"',
        "not one of the possible values; possible: Never, PreemptLowerPriority",
    ]


def test_reading_takes_time():
    assert 0 < scenario_of(NODE).load_seconds < 60
