"""The Scenario document: what is asked, which files belong to it, and all that can be wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from solver.errors import InputError
from solver.objectives.question import BoundPods, ObjectiveName, PerPriorityTier
from solver.scenario import load_scenario
from tests.scenario.loading import NODE, all_of, own, pod, problems_of, scenario_of

if TYPE_CHECKING:
    from pathlib import Path

PENDING, DISRUPTION, COST = ObjectiveName.PENDING, ObjectiveName.DISRUPTION, ObjectiveName.COST


@pytest.mark.parametrize(
    ("objectives", "read"),
    [
        ("[pending]", (PENDING,)),
        ("[pending, cost]", (PENDING, COST)),
        ("[disruption, pending, cost]", (DISRUPTION, PENDING, COST)),
        ("[{perPriorityTier: [pending, disruption]}, cost]", (PerPriorityTier((PENDING, DISRUPTION)), COST)),
    ],
)
def test_objectives_are_those_written_in_their_order(objectives, read):
    assert scenario_of(own(f"objectives: {objectives}"), NODE).question.objectives == read


def test_bound_pods_are_kept_unless_said_otherwise():
    assert scenario_of(own(""), NODE).question.bound_pods is BoundPods.KEEP
    assert scenario_of(own("boundPods: evictable"), NODE).question.bound_pods is BoundPods.EVICTABLE


@pytest.mark.parametrize(
    ("spec", "path", "words"),
    [
        ("objectives: [cost, pending]", "objectives", "put pending before cost"),
        ("objectives: [cost]", "objectives", "put pending before cost"),
        ("objectives: [{perPriorityTier: [cost, pending]}]", "objectives", "put pending before cost"),
        ("objectives: [pending, pending]", "objectives", "pending is there twice"),
        ("objectives: [{perPriorityTier: [pending]}, pending]", "objectives", "pending is there twice"),
        ("objectives: [pending, costs]", "objectives[1]", "did you mean cost"),
        ("objectives: []", "objectives", "empty"),
        ("objectives: pending", "objectives", "not a list"),
        ("objectives: [{perPriorityTeir: [pending]}]", "objectives[0].perPriorityTeir", "did you mean perPriorityTier"),
        ("boundPods: moveable", "boundPods", "did you mean movable"),
        ("boundPod: keep", "boundPod", "did you mean boundPods"),
        ("question: 5", "question", "not text"),
        ("nodePools: {}", "nodePools", "not a list"),
        ("nodePools: [x]", "nodePools[0]", "not a mapping"),
        ("include: [{}]", "include[0]", "not text"),
    ],
)
def test_a_spec_that_cannot_be_is_a_problem(spec, path, words):
    assert words in str(problems_of(own(spec), NODE)[f"spec.{path}"])


@pytest.mark.parametrize("api_version", ["podsolver/v1", "v1", "podsolver"])
def test_a_scenario_of_another_version_is_a_problem_and_not_passed_over(api_version):
    other = own("").replace("podsolver/v1alpha1", api_version)
    assert "podsolver/v1alpha1" in problems_of(other, NODE)["apiVersion"].remedy


def test_scenarios_of_others_are_another_kind():
    other = own("").replace("podsolver/v1alpha1", "litmus.example.com/v1")
    assert scenario_of(other, NODE).name == "standard-input"


def test_one_scenario_is_enough():
    assert "second Scenario" in problems_of(own(""), own(""), NODE)["kind"].message


def write(folder: Path, spec: str, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "scenario.yaml").write_text(f"{own(spec)}\n---\n{pod(name='last')}")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder / "scenario.yaml"


def test_included_files_take_the_scenarios_place(tmp_path):
    scenario = write(tmp_path, "include: [nodes.yaml, ./pods.yaml]", nodes=NODE, pods=pod(name="first"))
    cluster = load_scenario(scenario).cluster
    assert [each.name for each in cluster.pods] == ["first", "last"]
    assert len(cluster.nodes) == 1


def test_a_file_that_is_read_already_is_not_read_twice(tmp_path):
    write(tmp_path, "include: [nodes.yaml, nodes.yaml]", nodes=NODE)
    assert len(load_scenario(tmp_path).cluster.nodes) == 1


def test_included_files_cannot_hold_a_second_scenario(tmp_path):
    with pytest.raises(InputError, match="second Scenario"):
        load_scenario(write(tmp_path, "include: [other.yaml]", other=own("")))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../secret.yaml", "outside the scenario's folder"),
        ("inner/../../secret.yaml", "outside the scenario's folder"),
        ("link.yaml", "outside the scenario's folder"),
        ("missing.yaml", "there is no such file"),
        (".", "there is no such file"),
        ("n" * 5000, "there is no such file"),
        ("a\\0b", "there is no such file"),
        ("loop.yaml", "there is no such file"),
    ],
)
def test_nothing_outside_the_folder_is_read(tmp_path, name, words):
    (tmp_path / "secret.yaml").write_text(NODE)
    scenario = write(tmp_path / "scenario", f'include: ["{name}"]')
    (tmp_path / "scenario" / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "scenario" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(InputError, match=words):
        load_scenario(scenario)


def test_an_absolute_name_is_refused_wherever_it_leads(tmp_path):
    with pytest.raises(InputError, match="outside the scenario's folder"):
        load_scenario(write(tmp_path, f"include: ['{tmp_path}/nodes.yaml']", nodes=NODE))


def test_names_are_looked_up_beside_the_scenario_wherever_the_command_runs(tmp_path, monkeypatch):
    write(tmp_path / "inner", "include: [nodes.yaml]", nodes=NODE)
    monkeypatch.chdir(tmp_path / "inner")
    assert len(load_scenario("scenario.yaml").cluster.nodes) == 1
    write(tmp_path / "inner", "include: [../outer.yaml]")
    with pytest.raises(InputError, match="outside the scenario's folder"):
        load_scenario("scenario.yaml")


def test_a_scenario_from_standard_input_has_no_folder():
    assert "only a scenario that is a file" in problems_of(own("include: [a.yaml]"), NODE)["spec.include[0]"].message


def test_a_defect_in_the_scenario_does_not_hide_what_its_files_bring(tmp_path):
    urgent = "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: urgent}, value: 5}"
    scenario = write(tmp_path, "include: [classes.yaml], boundPods: moveable", classes=urgent)
    with scenario.open("a") as file:
        file.write(f"\n---\n{pod('priorityClassName: urgent')}")
    with pytest.raises(InputError) as caught:
        load_scenario(scenario)
    assert [problem.path for problem in all_of(caught.value)] == ["spec.boundPods"]


def test_a_kind_of_podsolvers_that_is_none_is_a_problem():
    wrong = own("question: Why?").replace("kind: Scenario", "kind: scenario")
    assert "did you mean Scenario?" in problems_of(NODE, wrong)["kind"].remedy
