"""`podsolver size` as users type it: its files, its exit codes, and one message for all that is wrong."""

from __future__ import annotations

import json
import signal

import jsonschema
import pytest

from solver.cli import main
from solver.report.result_file.schema import shipped_schema
from solver.studies.node_sizes.draft import Draft

APP = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  replicas: 6
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec:
      containers: [{name: front, image: front, resources: {requests: {cpu: 700m, memory: 1Gi}}}]
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector: {matchLabels: {app: front}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: agent, resources: {requests: {cpu: 50m, memory: 64Mi}}}]}
"""


@pytest.fixture
def app(tmp_path):
    path = tmp_path / "app.yaml"
    path.write_text(APP)
    return str(path)


@pytest.fixture
def podsolver(capsys, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)

    def call(*arguments):
        code = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


AWS = ("--provider", "aws", "--types", "m7i.large,m7i.xlarge,c7i.large", "--zones", "2", "--time-limit", "10")


def test_the_folder_has_all_that_was_found_and_the_result_verifies(podsolver, app, tmp_path):
    code, out, _ = podsolver("size", app, *AWS, "--price-of-rules", "--scale-requests", "0.5", "-o", tmp_path / "out")
    assert code == 0
    assert "run all 6 pods for" in out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {
        "result.json",
        "pools.yaml",
        "mix.csv",
        "nodes.csv",
        "failures.csv",
        "front.png",
        "money.svg",
        "report.html",
    } <= names
    document = json.loads((tmp_path / "out" / "result.json").read_text())
    jsonschema.validate(document, json.loads(shipped_schema()))
    assert len({node["zone"] for node in document["nodes"]}) == 2
    assert sum(name.startswith("default/agent") for name in document["placement"]) == len(document["nodes"])
    code, out, _ = podsolver("verify", app, tmp_path / "out" / "pools.yaml", tmp_path / "out" / "result.json")
    assert (code, "No violation" in out) == (0, True)
    page = (tmp_path / "out" / "report.html").read_text()
    assert "What rules cost" in page
    assert "topology spread" in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_without_the_trade_off_only_the_mix_is_sought(podsolver, app):
    code, out, _ = podsolver("size", app, *AWS, "--mix-only", "--survive", "zone")
    assert code == 0
    assert "What each wish costs" in out
    assert "survives the loss of any zone" in out
    assert "One type alone" not in out


def test_taints_of_pools_are_in_the_files_and_verify(podsolver, app, tmp_path):
    tolerant = tmp_path / "tolerant.yaml"
    toleration = "    spec:\n      tolerations: [{key: spot, operator: Exists}]\n      containers: [{name: front"
    tolerant.write_text(APP.replace("    spec:\n      containers: [{name: front", toleration))
    options = (
        *AWS[:4],
        "--capacity",
        "both",
        "--spot-taint",
        "spot=true:NoSchedule",
        "--mix-only",
        "--time-limit",
        "5",
    )
    code, out, _ = podsolver("size", tolerant, *options, "-o", tmp_path / "out")
    assert code == 0
    assert "spot=true:NoSchedule" in out
    assert "effect: NoSchedule" in (tmp_path / "out" / "pools.yaml").read_text()
    code, out, _ = podsolver("verify", tolerant, tmp_path / "out" / "pools.yaml", tmp_path / "out" / "result.json")
    assert (code, "No violation" in out) == (0, True)
    code, out, _ = podsolver("size", app, *options)
    assert (code, "spot=true" in out) == (0, False)


def test_an_interrupt_keeps_what_was_found_and_the_folder_is_whole(podsolver, app, tmp_path, monkeypatch):
    rebuy = Draft.rebuy

    def interrupted(*arguments):
        monkeypatch.setattr(Draft, "rebuy", rebuy)
        signal.raise_signal(signal.SIGINT)
        rebuy(*arguments)

    monkeypatch.setattr(Draft, "rebuy", interrupted)
    target = tmp_path / "out"
    code, out, error = podsolver(
        "size", app, "--provider", "aws", "--types", "m7i.*", "--time-limit", "5", "-o", target
    )
    assert (code, "run all 6 pods for" in out, "Notice: interrupted" in error) == (130, True, True)
    assert {"result.json", "pools.yaml", "mix.csv", "nodes.png", "report.html"} <= {
        each.name for each in target.iterdir()
    }
    assert podsolver("verify", app, target / "pools.yaml", target / "result.json")[0] == 0


RUNNING = """\
apiVersion: v1
kind: Node
metadata: {name: old, labels: {node.kubernetes.io/instance-type: m7i.xlarge, topology.kubernetes.io/zone: a}}
status: {allocatable: {cpu: 3920m, memory: 15Gi, pods: 58}}
---
apiVersion: v1
kind: Pod
metadata: {name: front-1, ownerReferences: [{kind: ReplicaSet, apiVersion: apps/v1, name: front, controller: true}]}
spec: {nodeName: old, containers: [{name: front, resources: {requests: {cpu: 700m, memory: 1Gi}}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: agent-1, ownerReferences: [{kind: DaemonSet, apiVersion: apps/v1, name: agent, controller: true}]}
spec: {nodeName: old, containers: [{name: agent, resources: {requests: {cpu: 50m}}}]}
"""
SCENARIO = """\
---
apiVersion: podsolver/v1alpha1
kind: Scenario
metadata: {name: mine}
spec:
  nodePools: [{name: other, template: {status: {allocatable: {cpu: 4, memory: 8Gi, pods: 20}}}, max: 3}]
"""


@pytest.mark.parametrize("more", ["", SCENARIO])
def test_the_pools_stand_in_for_the_nodes_of_a_running_cluster_and_its_scenario(podsolver, tmp_path, more):
    running = tmp_path / "running.yaml"
    running.write_text(RUNNING + more)
    code, out, _ = podsolver(
        "size", running, *AWS[:4], "--scale-requests", "0.5", "--time-limit", "3", "-o", tmp_path / "out"
    )
    assert (code, "as it runs" in out) == (0, True)
    assert "being cheaper: all workloads: requests" not in out
    result = tmp_path / "out" / "result.json"
    code, out, _ = podsolver("verify", running, "--pools", tmp_path / "out" / "pools.yaml", result)
    assert (code, out) == (0, "No violation: 2 pods on 1 used node.\n")
    stolen = json.loads(result.read_text())
    stolen["placement"].pop("default/front-1")
    result.write_text(json.dumps(stolen))
    assert podsolver("verify", running, "--pools", tmp_path / "out" / "pools.yaml", result)[0] == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--provider", "aws", "--types", "m7i.larg"), ["m7i.large"]),
        (("--provider", "aws", "--region", "mars"), ["us-east-1"]),
        (("--provider", "awz", "--survive", "rack", "--types", "m7x.*"), ["did you mean aws", "node, zone", "m7i.*"]),
        (("--provider", "aws", "--catalog", "x.csv"), ["both of --provider and --catalog"]),
        ((), ["neither of --provider and --catalog"]),
        (("--provider", "aws", "--types", "t3.nano"), ["front-0", "fits no type", "of memory"]),
        (
            ("--provider", "aws", "--max-loss", "120%", "--zones", "0", "--node-fee", "x"),
            ["--max-loss", "--zones", "--node-fee"],
        ),
        (
            ("--provider", "aws", "--kube-reserved", "gpu=1", "--max-pods-rule", "enI"),
            ["--kube-reserved", "did you mean eni"],
        ),
        (("--provider", "aws", "--types", "m7i.*", "--taint", "m7i.*:x"), ["--taint", "key=value:Effect"]),
        (
            ("--provider", "aws", "--taint", "x=y:NoSchedule", "--spot-taint", "spot"),
            ["after the types and a colon", "--spot-taint"],
        ),
        (
            ("--provider", "aws", "--types", "m7i.large", "--taint", "m7i.*:team=ml:NoSchedule"),
            ["front-0", "does not tolerate team=ml:NoSchedule"],
        ),
        (("--provider", "aws", "--zones", "a,-1"), ["--zones -1"]),
        (("--provider", "aws", "--max-loss", "1%"), ["one pod on a node is 16.7% of 6 pods"]),
        (("--provider", "aws", "--zones", "1", "--survive", "zone"), ["with one zone nothing is left"]),
        (("--provider", "aws", "--time-limit", "0", "--workers", "0"), ["--time-limit", "--workers"]),
    ],
)
def test_what_is_wrong_is_said_at_once_with_exit_code_2(podsolver, app, options, said):
    code, out, error = podsolver("size", app, *options)
    assert (code, out) == (2, "")
    assert error.count("Error:") == 1
    for text in said:
        assert text in error
