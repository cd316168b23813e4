"""The commands as users type them, in this process: `main` gives the exit code that the process would."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from solver.cli import main
from solver.report.result_file.schema import shipped_schema

SHOP = """\
apiVersion: v1
kind: Node
metadata: {name: worker-1}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "10"}}
---
apiVersion: v1
kind: Node
metadata: {name: worker-2}
status: {allocatable: {cpu: "2", memory: 4Gi, pods: "10"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  replicas: REPLICAS
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: front, image: front, resources: {requests: {cpu: 700m, memory: 1Gi}}}]}
"""


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace("REPLICAS", "2"))
    return str(path)


@pytest.fixture
def crowded(tmp_path):
    path = tmp_path / "crowded.yaml"
    path.write_text(SHOP.replace("REPLICAS", "5"))
    return str(path)


@pytest.fixture
def podsolver(capsys):
    def call(*arguments):
        code = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


FAST = ("--strategy", "first-fit-decreasing")


def test_solve_prints_the_placement_and_what_it_is_worth(podsolver, shop):
    code, out, err = podsolver("solve", shop, *FAST)
    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == [
        "NAMESPACE   NAME      STATUS   NODE",
        "default     front-0   Bound    worker-1",
    ]
    assert "cost" in out
    assert "first-fit-decreasing: feasible, not proven optimal, 2 pods on 1 used node" in out


def test_solve_proves_its_answer_by_default(podsolver, shop):
    code, out, _ = podsolver("solve", shop, "--time-limit", "20", "--workers", "1")
    assert code == 0
    assert "cpsat: optimal, 2 pods on 1 used node, none pending" in out


def test_pods_that_cannot_be_placed_are_an_answer_with_reasons(podsolver, crowded):
    code, out, _ = podsolver("solve", crowded, *FAST)
    assert code == 0
    assert "default/front-4:\n    0/2 nodes are available: 2 Insufficient cpu." in out


def test_solve_writes_the_result_where_asked(podsolver, shop, tmp_path):
    target = tmp_path / "new" / "folder" / "result.json"
    assert podsolver("solve", shop, *FAST, "-o", target)[0] == 0
    document = json.loads(target.read_text())
    jsonschema.validate(document, json.loads(shipped_schema()))
    assert document["placement"] == {"default/front-0": "worker-1", "default/front-1": "worker-1"}


def test_solve_writes_pods_with_their_nodes(podsolver, shop, tmp_path):
    target = tmp_path / "placement.yaml"
    assert podsolver("solve", shop, *FAST, "--output", target)[0] == 0
    assert target.read_text().count("nodeName: worker-1") == 2


def test_nothing_is_written_where_nothing_is_asked(podsolver, shop, tmp_path, monkeypatch):
    empty = tmp_path / "here"
    empty.mkdir()
    monkeypatch.chdir(empty)
    for command in (("solve", shop, *FAST), ("compare", shop, "--strategies", "best-fit"), ("inspect", shop)):
        assert podsolver(*command)[0] == 0
    assert list(empty.iterdir()) == []


def test_a_written_file_leaves_nothing_else_behind(podsolver, shop, tmp_path):
    folder = tmp_path / "out"
    podsolver("solve", shop, *FAST, "-o", folder / "a.json")
    podsolver("solve", shop, *FAST, "-o", folder / "a.json")
    assert [path.name for path in folder.iterdir()] == ["a.json"]
    assert (folder / "a.json").stat().st_mode & 0o444


def test_several_inputs_are_one_scenario(podsolver, shop, tmp_path):
    nodes, rest = shop_in_parts(tmp_path)
    code, out, _ = podsolver("solve", nodes, rest, *FAST)
    assert code == 0
    assert "2 pods on 1 used node" in out


def shop_in_parts(tmp_path):
    *nodes, workload = SHOP.replace("REPLICAS", "2").split("---\n")
    (tmp_path / "nodes.yaml").write_text("---\n".join(nodes))
    (tmp_path / "rest.yaml").write_text(workload)
    return tmp_path / "nodes.yaml", tmp_path / "rest.yaml"


def test_compare_says_a_sentence_prints_a_table_and_writes_the_report(podsolver, crowded, tmp_path):
    code, out, err = podsolver("compare", crowded, "--strategies", "kube-scheduler, best-fit", "-o", tmp_path / "out")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("best-fit and kube-scheduler answer alike: 4 of 5 pods on 2 nodes")
    assert "pods pending" in out
    assert out.splitlines()[-1] == f"Report: {tmp_path / 'out' / 'report.html'}"
    assert {
        "report.html",
        "comparison.csv",
        "result-kube-scheduler.json",
        "result-best-fit.json",
        "nodes.png",
        "nodes.svg",
    } <= {path.name for path in (tmp_path / "out").iterdir()}


def test_the_report_says_how_to_make_it_again(podsolver, shop, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["podsolver", "compare", "a file.yaml", "-o", "out"])
    podsolver("compare", shop, "--strategies", "best-fit", "-o", tmp_path)
    assert "podsolver compare &#39;a file.yaml&#39; -o out" in (tmp_path / "report.html").read_text()


def test_verify_finds_nothing_wrong_with_what_solve_wrote(podsolver, shop, tmp_path):
    podsolver("solve", shop, *FAST, "-o", tmp_path / "result.json")
    code, out, err = podsolver("verify", shop, tmp_path / "result.json")
    assert (code, out, err) == (0, "No violation: 2 pods on 1 used node.\n", "")


def test_verify_lists_what_is_wrong(podsolver, crowded, tmp_path):
    podsolver("solve", crowded, *FAST, "-o", tmp_path / "result.json")
    text = (tmp_path / "result.json").read_text().replace("worker-2", "worker-1")
    (tmp_path / "result.json").write_text(text)
    code, out, err = podsolver("verify", crowded, tmp_path / "result.json")
    assert code == 1
    assert "NodeResourcesFit" in out
    assert "levels: cost is 1, not 2." in out
    assert "violations." in err


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("violations", ["Steps: none"], "violations: the result itself lists one: Steps: none"),
        ("termination", "infeasible", "termination: infeasible, with a placement"),
    ],
)
def test_verify_believes_nothing_that_a_result_says_of_itself(podsolver, shop, tmp_path, key, value, told):
    podsolver("solve", shop, *FAST, "-o", tmp_path / "result.json")
    document = json.loads((tmp_path / "result.json").read_text()) | {key: value}
    (tmp_path / "result.json").write_text(json.dumps(document))
    code, out, err = podsolver("verify", shop, tmp_path / "result.json")
    assert (code, err) == (1, "1 violation.\n")
    assert told in out


def test_verify_knows_a_scenario_by_the_name_that_it_gives_itself(podsolver, shop, tmp_path):
    podsolver("solve", shop, *FAST, "-o", tmp_path / "result.json")
    renamed = Path(shop).rename(tmp_path / "renamed.yaml")
    assert podsolver("verify", renamed, tmp_path / "result.json")[0] == 0
    name = "---\napiVersion: podsolver/v1alpha1\nkind: Scenario\nmetadata: {name: autumn}\n"
    renamed.write_text(renamed.read_text() + name)
    code, out, _ = podsolver("verify", renamed, tmp_path / "result.json")
    assert (code, out) == (1, "scenario: the result is about shop, the inputs are autumn.\n")


def test_inspect_shows_the_scenario_as_understood(podsolver, shop):
    code, out, _ = podsolver("inspect", shop)
    assert code == 0
    assert "Deployment default/front" in out
    assert "NODES (2)" in out


def test_inspect_as_json_is_json(podsolver, shop):
    code, out, _ = podsolver("inspect", shop, "--json")
    assert code == 0
    assert [node["name"] for node in json.loads(out)["nodes"]] == ["worker-1", "worker-2"]


def test_notices_go_to_standard_error(podsolver, shop, tmp_path):
    (tmp_path / "extra.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n")
    _, out, err = podsolver("solve", shop, tmp_path / "extra.yaml", *FAST)
    assert "Notice: " in err
    assert "ConfigMap" in err
    assert "Notice" not in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("solve",), "Missing argument"),
        (("solve", "SHOP", "--strategy", "simplex"), "there are kube-scheduler"),
        (("solve", "SHOP", "--time-limit", "0"), "must be above 0"),
        (("solve", "SHOP", "--time-limit", "soon"), "soon"),
        (("solve", "SHOP", "--workers", "0"), "at least 1"),
        (("solve", "SHOP", "--ties", "coin"), "coin"),
        (("solve", "SHOP", "-o", "result.txt"), ".yaml, .yml or .json"),
        (("solve", "SHOP", "-o", "FOLDER.json"), "is a folder"),
        (("compare", "SHOP", "--strategies", "best-fit,best-fit"), "named twice"),
        (("compare", "SHOP", "--strategies", ","), "no strategy to compare"),
        (("compare", "SHOP", "-o", "SHOP"), "is a file"),
        (("verify", "SHOP"), "the result last"),
        (("inspect", "nowhere.yaml"), "no such file"),
        (("frobnicate",), "No such command"),
        (("solve", "SHOP", "--frobnicate"), "No such option"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_with_exit_code_2(podsolver, shop, tmp_path, monkeypatch, arguments, told):
    (tmp_path / "FOLDER.json").mkdir()
    monkeypatch.chdir(tmp_path)
    code, out, err = podsolver(*(shop if argument == "SHOP" else argument for argument in arguments))
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_every_problem_of_the_input_is_listed(podsolver, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(SHOP.replace("REPLICAS", "-3").replace("700m", "lots"))
    code, _, err = podsolver("solve", path)
    assert code == 2
    assert "2 problems in the input" in err
    assert "lots" in err
    assert "-3" in err


def test_a_place_that_cannot_be_written_to_is_said_in_words(podsolver, shop, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = podsolver("solve", shop, *FAST, "-o", tmp_path / "file" / "result.json")
    assert code == 2
    assert "cannot be written" in err


def test_the_version_is_that_of_the_package(podsolver):
    from importlib.metadata import version

    import solver

    code, out, _ = podsolver("--version")
    assert (code, out) == (0, f"podsolver, version {solver.__version__}\n")
    assert version("podsolver") == solver.__version__


@pytest.mark.parametrize("command", ["inspect", "solve", "compare", "verify"])
def test_every_command_has_help(podsolver, command):
    code, out, _ = podsolver(command, "--help")
    assert code == 0
    assert "INPUT..." in out


def test_without_a_command_the_commands_are_listed(podsolver):
    _, out, err = podsolver()
    assert "compare" in out + err
