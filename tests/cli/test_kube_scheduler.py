"""`trace`, `conformance`, `explain` and profiles, as users type them."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
from pathlib import Path

import pytest

from solver.cli import main

RECORDINGS = Path(__file__).parents[1] / "recordings"
NAMES = ("preemption-several-pdbs", "gates-priority-order", "volumes-wait-for-first-consumer", "no-nodes")

TWO_NODES = """\
apiVersion: v1
kind: Node
metadata: {name: a}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "10"}}
---
apiVersion: v1
kind: Node
metadata: {name: b}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "10"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, resources: {requests: {cpu: "1", memory: 2Gi}}}]}
"""

PROFILE = """\
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
percentageOfNodesToScore: 100
extenders: [{urlPrefix: "http://x"}]
profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: MostAllocated}}}]}]
"""


@pytest.fixture
def podsolver(capsys):
    def call(*arguments):
        code = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture
def two_nodes(tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text(TWO_NODES)
    return path


@pytest.fixture
def profile(tmp_path):
    path = tmp_path / "pack.yaml"
    path.write_text(PROFILE)
    return path


@pytest.fixture
def folder(tmp_path):
    """Recordings in a folder and one below it, some compressed."""
    below = tmp_path / "recorded" / "below"
    below.mkdir(parents=True)
    for name in NAMES[:2]:
        shutil.copy(RECORDINGS / f"{name}.yaml", below.parent)
        shutil.copy(RECORDINGS / f"{name}.trace.json", below.parent)
    recorded = (RECORDINGS / "spread-missing-keys.trace.json").read_bytes()
    chosen = [[attempt["pod"], attempt["chosen"]] for attempt in json.loads(recorded)["attempts"]]
    (below / "packed.yaml.gz").write_bytes(gzip.compress((RECORDINGS / "spread-missing-keys.yaml").read_bytes()))
    (below / "packed.trace.json.gz").write_bytes(gzip.compress(recorded))
    shutil.copy(RECORDINGS / "spread-missing-keys.yaml", below / "chosen.yaml")
    (below / "chosen.trace.json").write_text(json.dumps({"chosen": chosen, "kubernetes": "v1.34.1"}))
    return below.parent


def spoil(file, change):
    recorded = json.loads(file.read_text())
    change(recorded)
    file.write_text(json.dumps(recorded))


@pytest.mark.parametrize("name", NAMES)
def test_a_trace_is_the_recording_to_the_last_byte(podsolver, tmp_path, name):
    target, recorded = tmp_path / "own.trace.json", RECORDINGS / f"{name}.trace.json"
    for follow in ((), ("--follow", recorded)):
        code, out, _ = podsolver("trace", RECORDINGS / f"{name}.yaml", *follow, "-o", target)
        assert (code, out) == (0, "")
        assert target.read_text() == recorded.read_text()


def test_following_a_recording_that_differs_changes_the_state_and_not_the_exit_code(podsolver, tmp_path):
    file, recorded = tmp_path / "other.trace.json", RECORDINGS / "score-odd-sizes.trace.json"
    shutil.copy(recorded, file)
    elsewhere = []

    def move(recording):
        attempt = next(each for each in recording["attempts"] if len(each["scores"] or ()) > 1)
        attempt["chosen"] = next(node for node in attempt["scores"] if node not in attempt["best"])
        elsewhere.append(attempt["chosen"])

    spoil(file, move)
    target = tmp_path / "own.trace.json"
    code, _, _ = podsolver("trace", RECORDINGS / "score-odd-sizes.yaml", "--follow", file, "-o", target)
    assert code == 0
    theirs, ours = json.loads(recorded.read_text())["attempts"], json.loads(target.read_text())["attempts"]
    assert ours[0] == theirs[0]
    assert ours[1:] != theirs[1:]


def test_chosen_nodes_alone_can_be_followed(podsolver, folder, tmp_path):
    target = tmp_path / "own.json"
    below = folder / "below"
    assert podsolver("trace", below / "chosen.yaml", "--follow", below / "chosen.trace.json", "-o", target)[0] == 0
    assert json.loads(target.read_text()) == json.loads((below / "chosen.trace.json").read_text())


def test_a_trace_takes_the_pods_that_are_listed_unless_workloads_are_to_make_theirs(podsolver, two_nodes, tmp_path):
    target = tmp_path / "own.json"
    code, _, said = podsolver("trace", two_nodes, "-o", target)
    assert (code, json.loads(target.read_text())["attempts"]) == (0, [])
    assert "--expand" in said
    podsolver("trace", two_nodes, "--expand", "-o", target)
    assert [attempt["chosen"] for attempt in json.loads(target.read_text())["attempts"]] == ["a", "b"]


def test_a_trace_with_a_profile(podsolver, two_nodes, profile, tmp_path):
    target = tmp_path / "own.json"
    _, _, said = podsolver("trace", two_nodes, "--expand", "--profile", profile, "-o", target)
    assert [attempt["chosen"] for attempt in json.loads(target.read_text())["attempts"]] == ["a", "a"]
    assert "1 extenders are not asked" in said


def test_conformance_replays_folders_compressed_files_and_chosen_nodes(podsolver, folder):
    code, out, said = podsolver("conformance", folder)
    assert (code, said) == (0, "")
    assert "4 recordings: no difference in" in out
    assert {"filter reasons", "score total", "best", "fullMessage", "preemption victims", "chosen"} <= {
        line.split("  ")[0] for line in out.splitlines()
    }


def test_a_difference_is_shown_in_full_and_the_exit_code_tells_of_it(podsolver, folder):
    spoil(folder / f"{NAMES[0]}.trace.json", lambda recorded: recorded["attempts"][0].update(message="never said"))
    code, out, _ = podsolver("conformance", folder)
    assert code == 1
    assert '  recorded  "never said"' in out
    assert "1 of" in out
    code, out, _ = podsolver("conformance", folder, "--first", "0")
    assert "never said" not in out
    assert "and 1 difference more" in out


def test_a_recording_of_another_version_is_named(podsolver, folder):
    spoil(folder / "below" / "chosen.trace.json", lambda recorded: recorded.update(kubernetes="v1.36.0"))
    code, _, said = podsolver("conformance", folder)
    assert code == 0
    assert "below/chosen: recorded from Kubernetes v1.36.0" in said


def test_plugins_that_are_not_modelled_are_named_and_left_out(podsolver, folder):
    def add(recorded):
        for attempt in recorded["attempts"]:
            for points in (attempt["scores"] or {}).values():
                points["Trimaran"] = 7
                points["total"] += 7
            for node, verdict in (attempt["filter"] or {}).items():
                if verdict is not None:
                    attempt["filter"][node] = {**verdict, "plugin": "Coscheduling"}

    spoil(folder / f"{NAMES[0]}.trace.json", add)
    code, _, said = podsolver("conformance", folder)
    assert code == 0
    assert "the plugins Coscheduling, Trimaran are not modelled" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "neither attempts nor chosen"),
        ("{", "no JSON"),
        ('{"attempts": [{}]}', "attempt 1"),
        ('{"chosen": [1]}', "chosen"),
    ],
)
def test_what_is_no_recording_is_bad_input(podsolver, folder, content, said):
    (folder / f"{NAMES[0]}.trace.json").write_text(content)
    code, _, error = podsolver("conformance", folder)
    assert code == 2
    assert said in error


def test_what_cannot_be_compared_is_named_and_the_others_are_compared(podsolver, folder):
    def add(recorded):
        recorded["attempts"][0]["pod"] = "default/stranger"

    spoil(folder / f"{NAMES[0]}.trace.json", add)
    code, out, said = podsolver("conformance", folder)
    assert code == 2
    assert f"{NAMES[0]}: 1 problem in the input" in said
    assert "the pending pod default/stranger, which is not in the input" in said
    assert "no difference" in out


def test_a_recording_without_input_is_bad_input_and_so_is_a_folder_without_recordings(podsolver, folder, tmp_path):
    (folder / f"{NAMES[0]}.yaml").unlink()
    code, _, error = podsolver("conformance", folder)
    assert code == 2
    assert "is not beside it" in error
    empty = tmp_path / "empty"
    empty.mkdir()
    assert podsolver("conformance", empty)[0] == 2
    assert podsolver("conformance", tmp_path / "nowhere")[0] == 2


def test_a_recording_of_another_cluster_is_bad_input(podsolver, two_nodes, tmp_path):
    recorded = RECORDINGS / f"{NAMES[0]}.trace.json"
    code, _, error = podsolver("trace", two_nodes, "--expand", "--follow", recorded, "-o", tmp_path / "o.json")
    assert code == 2
    assert "which is not in the input" in error


def test_explain_lists_scores_and_marks_the_chosen_node(podsolver, two_nodes):
    code, out, _ = podsolver("explain", two_nodes, "--pod", "web-1")
    assert code == 0
    header, chosen, other = (line.split() for line in out.splitlines()[2:5])
    assert header[:3] == ["NODE", "TOTAL", "Taints×3"]
    assert chosen[:2] == ["→", "b"]
    assert other[0] == "a"
    assert out.splitlines()[-1] == "Bound to b."


def test_explain_as_json_has_raw_and_weighted_scores_that_add_up(podsolver, two_nodes):
    _, out, _ = podsolver("explain", two_nodes, "--pod", "default/web-1", "--json")
    (attempt,) = json.loads(out)["attempts"]
    assert [node["node"] for node in attempt["nodes"]] == ["b", "a"]
    for node in attempt["nodes"]:
        assert node["total"] == sum(score["weighted"] for score in node["scores"].values())
    assert attempt["nodes"][0]["scores"]["TaintToleration"] == {"raw": 0, "weighted": 300}


def test_explain_of_a_pod_that_preempts_tells_both_attempts(podsolver):
    recorded = json.loads((RECORDINGS / f"{NAMES[0]}.trace.json").read_text())["attempts"]
    first = next(attempt for attempt in recorded if attempt["preemption"] and attempt["preemption"]["nominated"])
    file = RECORDINGS / f"{NAMES[0]}.yaml"
    code, out, _ = podsolver("explain", file, "--pod", first["pod"])
    assert code == 0
    assert first["message"] in out
    assert "Preemption finds room:" in out
    assert f"Bound to {first['preemption']['nominated']}." in out
    document = json.loads(podsolver("explain", file, "--pod", first["pod"], "--json")[1])
    told = {
        found["node"]: {"victims": found["victims"], "pdbViolations": found["pdbViolations"]}
        for found in document["attempts"][0]["preemption"]["candidates"]
    }
    assert told == first["preemption"]["candidates"]


def test_explain_of_a_pending_pod_groups_the_rejections(podsolver):
    recorded = json.loads((RECORDINGS / "mixed-failures.trace.json").read_text())["attempts"]
    pending = next(attempt for attempt in recorded if attempt["chosen"] is None and attempt["filter"])
    code, out, _ = podsolver("explain", RECORDINGS / "mixed-failures.yaml", "--pod", pending["pod"])
    assert code == 0
    assert pending["message"] in out
    assert pending["preemption"]["message"] in out
    groups = [line.split()[0] for line in out.split("REJECTED")[1].split("\n\n")[0].splitlines()[1:]]
    assert sum(map(int, groups)) == len(pending["filter"])


def test_explain_leaves_most_of_many_nodes_out(podsolver, tmp_path):
    node, _, deployment = TWO_NODES.split("---\n")
    nodes = [node.replace("name: a", f"name: n{number:03}") for number in range(300)]
    (tmp_path / "many.yaml").write_text("---\n".join([*nodes, deployment]))
    _, out, _ = podsolver("explain", tmp_path / "many.yaml", "--pod", "web-0", "--nodes", "3")
    assert len(out.splitlines()) < 12
    assert "and 297 feasible nodes more" in out


@pytest.mark.parametrize("name", ["default/nobody", "nobody"])
def test_explain_of_a_pod_that_is_not_there(podsolver, two_nodes, name):
    code, _, error = podsolver("explain", two_nodes, "--pod", name)
    assert code == 2
    assert "no pod is named default/nobody; pending are default/web-0" in error


def test_explain_says_why_there_is_nothing_to_explain(podsolver):
    file = RECORDINGS / "gates-priority-order.yaml"
    recorded = json.loads((RECORDINGS / "gates-priority-order.trace.json").read_text())
    gated = next(iter(recorded["gated"]))
    code, _, error = podsolver("explain", file, "--pod", gated)
    assert code == 2
    assert "never attempted" in error


def test_profiles_are_compared_under_their_names(podsolver, two_nodes, profile, tmp_path):
    names = ("kube-scheduler", f"kube-scheduler:{profile}", "kube-scheduler:most-allocated")
    code, _, said = podsolver("compare", two_nodes, "--strategies", ",".join(names), "-o", tmp_path / "out")
    assert code == 0
    assert "1 extenders are not asked" in said
    with (tmp_path / "out" / "comparison.csv").open(newline="") as file:
        assert [row["nodes_used"] for row in csv.DictReader(file)] == ["2", "1", "1"]
    results = {json.loads(file.read_text())["strategy"] for file in (tmp_path / "out").glob("result-*.json")}
    assert results == set(names)


def test_a_profile_for_one_run(podsolver, two_nodes, profile):
    _, out, _ = podsolver("solve", two_nodes, "--strategy", "kube-scheduler", "--profile", profile)
    assert "2 pods on 1 used node" in out
    _, out, _ = podsolver("explain", two_nodes, "--pod", "web-1", "--profile", "most-allocated")
    assert out.splitlines()[-1] == "Bound to a."


@pytest.mark.parametrize(
    "arguments",
    [
        ("--strategy", "cpsat:most-allocated"),
        ("--strategy", "kube-scheduler:nowhere.yaml"),
        ("--strategy", "kube-scheduler", "--profile", "nowhere.yaml"),
    ],
)
def test_profiles_that_do_not_exist_are_bad_options(podsolver, two_nodes, arguments):
    assert podsolver("solve", two_nodes, *arguments)[0] == 2


def test_a_rule_that_the_profile_turns_off_is_waived_when_its_result_is_verified(podsolver, tmp_path):
    careless = tmp_path / "careless.yaml"
    careless.write_text(
        "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
        "profiles: [{plugins: {multiPoint: {disabled: [{name: NodeUnschedulable}]}}}]\n"
    )
    cordoned = tmp_path / "cordoned.yaml"
    cordoned.write_text(
        "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nspec: {unschedulable: true}\n"
        "status: {allocatable: {cpu: 1, memory: 1Gi, pods: 9}}\n"
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c}]}\n"
    )
    result = tmp_path / "result.json"
    podsolver("solve", cordoned, "--strategy", "kube-scheduler", "--profile", careless, "-o", result)
    assert json.loads(result.read_text())["placement"] == {"default/p": "a"}
    assert podsolver("verify", cordoned, result, "--profile", careless)[0] == 0
    assert podsolver("verify", cordoned, result)[0] == 1
