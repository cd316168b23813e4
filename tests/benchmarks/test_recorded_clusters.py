"""Recorded clusters are placed again, and a pod elsewhere is noticed."""

from __future__ import annotations

import json

from benchmarks import recorded_clusters

# Two pods of one ReplicaSet go apart; the third finds room beside neither.
FIELDS = {
    "nodes": 2,
    "node_cpu_m": 1000,
    "node_mem_bytes": 10**9,
    "replicasets": [{"name": "rs-01", "replicas": 3, "cpu_m": 600, "mem_bytes": 10**8, "priority": 1}],
    "kube_scheduler_placement": {"rs-01-1": "kwok-node-1", "rs-01-2": "kwok-node-2", "rs-01-3": None},
}


def test_every_pod_is_where_it_was_recorded(tmp_path, monkeypatch, capsys):
    file = tmp_path / "instances.jsonl"
    file.write_text(json.dumps(FIELDS) + "\n")
    monkeypatch.setattr("sys.argv", ["recorded_clusters", str(file)])
    assert recorded_clusters.main() == 0
    assert capsys.readouterr().out.startswith("1 of 1 clusters alike, 3 of 3 pods on the recorded node")


def test_a_pod_elsewhere_is_counted(tmp_path, monkeypatch, capsys):
    swapped = {"rs-01-1": "kwok-node-2", "rs-01-2": "kwok-node-1", "rs-01-3": None}
    file = tmp_path / "instances.jsonl"
    file.write_text(json.dumps(FIELDS) + "\n" + json.dumps({**FIELDS, "kube_scheduler_placement": swapped}) + "\n")
    monkeypatch.setattr("sys.argv", ["recorded_clusters", str(file)])
    assert recorded_clusters.main() == 1
    assert "1 of 2 clusters alike, 4 of 6 pods" in capsys.readouterr().out
