from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from solver.scenario.schema import generated_schema, shipped_schema

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads(shipped_schema())
VALIDATOR = Draft202012Validator(SCHEMA)
SCENARIOS = sorted((ROOT / "scenarios").rglob("scenario.yaml"))


def own_kind(path: Path) -> dict[str, object]:
    return next(each for each in yaml.safe_load_all(path.read_text()) if each["kind"] == "Scenario")


def test_the_shipped_schema_is_what_the_models_say():
    # To write it anew: python -c "from solver.scenario.schema import *; print(generated_schema(), end='')"
    assert shipped_schema() == generated_schema()


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "path", [*SCENARIOS, Path(__file__).with_name("everything.yaml")], ids=lambda path: path.parent.name
)
def test_every_scenario_follows_the_schema(path):
    assert list(VALIDATOR.iter_errors(own_kind(path))) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"boundPods": "moveable"},
        {"nodePools": [{"count": 3}]},
        {"objectives": ["costs"]},
        {"questions": "?"},
        {"include": [1]},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(spec):
    document = {"apiVersion": "podsolver/v1alpha1", "kind": "Scenario", "spec": spec}
    assert list(VALIDATOR.iter_errors(document))


def test_the_example_of_the_documentation_follows_the_schema():
    text = (ROOT / "docs" / "scenario_format.md").read_text()
    example = yaml.safe_load(text.partition("```yaml\n")[2].partition("```")[0])
    assert example["kind"] == "Scenario"
    assert list(VALIDATOR.iter_errors(example)) == []
    assert set(example["spec"]) == set(SCHEMA["$defs"]["ScenarioSpec"]["properties"]), "every key is shown"
