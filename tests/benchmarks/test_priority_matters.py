"""The generator gives the published instances, and the benchmark's smallest run is sound and proven."""

from __future__ import annotations

import json
from dataclasses import replace

from benchmarks import priority_outcomes
from benchmarks.priority_instances import RECORDED, Cell, generated, read
from benchmarks.priority_matters import SAMPLE, solved
from benchmarks.priority_outcomes import Ledger, Outcome, contradictions, sound
from benchmarks.priority_tables import peer_shares, tables

SEED = 484806185843093489
CELL = Cell(4, 16, 1, 0.95)
PROVEN = Outcome("a_1", CELL, (1, 4), (1, 4), (14,), (15,), moved=2, evicted=0, seconds=9.0, cpu_seconds=1.0)


def test_a_published_seed_gives_its_replica_sets_and_nodes():
    instance = generated(SEED, Cell(nodes=4, pods=16, priorities=4, usage=0.95))
    assert [each.replicas for each in instance.replica_sets] == [4, 2, 2, 4, 1, 3]
    assert [each.cpu for each in instance.replica_sets] == [427, 391, 828, 151, 553, 671]
    assert [each.priority for each in instance.replica_sets] == [3, 2, 2, 3, 3, 2]
    assert (instance.node_cpu, instance.node_memory) == (1926, 2103397777)


def test_a_larger_cell_of_the_seed_gives_its_nodes():
    instance = generated(SEED, Cell(nodes=32, pods=256, priorities=1, usage=0.95))
    assert (instance.node_cpu, instance.node_memory) == (4808, 4820890976)


def test_generated_instances_are_solved_and_proven():
    outcomes = [solved(generated(*each), seconds=20) for each in SAMPLE]
    assert all(sound(outcome, 20) and outcome.certified for outcome in outcomes)
    assert "100.0% of 4" in tables(outcomes, {})


def test_bounds_time_start_and_the_peers_proof_make_an_outcome_sound():
    assert sound(PROVEN, 10)
    assert not sound(replace(PROVEN, bounds=(2, 2)), 10)
    assert not sound(replace(PROVEN, seconds=12.0), 10)
    assert not sound(replace(PROVEN, before=(16,)), 10)
    peer = {"seconds": 10, "proven": True, "placed": [15], "moved": 2, "evicted": 0}
    assert sound(replace(PROVEN, peer=peer), 10)
    assert not sound(replace(PROVEN, peer={**peer, "moved": 1}), 10)
    assert sound(replace(PROVEN, peer={**peer, "moved": 1, "proven": False}), 10)


def test_a_proof_contradicts_a_better_answer_to_the_same_instance():
    better = replace(PROVEN, values=(1, 3), bounds=(1, 2))
    assert len(list(contradictions([PROVEN, better]))) == 1
    assert not list(
        contradictions([PROVEN, replace(better, name="b_1"), replace(PROVEN, values=(2, 0), bounds=(1, 0))])
    )


def test_an_interrupted_run_goes_on_with_what_was_written_down(tmp_path, monkeypatch):
    monkeypatch.setattr(priority_outcomes, "RESULTS", tmp_path)
    Ledger.of(1.0, "cold", kept=True).add(PROVEN)
    again = Ledger.of(1.0, "cold", kept=True)
    assert [replace(each, load=0.0) for each in again.outcomes] == [PROVEN]
    assert not Ledger.of(1.0, "warm", kept=True).outcomes


def test_a_proof_in_a_shorter_time_counts_for_a_longer_one():
    short, long = (Ledger.of(seconds, "cold", kept=False) for seconds in (1.0, 10.0))
    for outcome in (PROVEN, replace(PROVEN, name="b_1", bounds=(1, 2)), replace(PROVEN, name="c_1")):
        short.add(outcome)
    long.add(replace(PROVEN, name="c_1"))
    long.carry([short])
    assert [outcome.name for outcome in long.all] == ["a_1", "c_1"]


def record(**fields):
    """A line of the data, three pods of which one has no node."""
    line = {
        "cell": "nodes1_pods3_prio2_util105", "seed": 7, "nodes": 1, "pods": 3, "priorities": 2, "usage": 1.05,
        "node_cpu_m": 1000, "node_mem_bytes": 1000,
        "replicasets": [{"name": "rs-01-p2", "replicas": 3, "cpu_m": 400, "mem_bytes": 10, "priority": 2}],
        "kube_scheduler_placement": {"rs-01-p2-1": "kwok-node-1", "rs-01-p2-2": "kwok-node-1", "rs-01-p2-3": None},
        "default_placement": None, "peer_result": None,
    }  # fmt: skip
    return json.dumps({**line, **fields}) + "\n"


def test_instances_are_read_from_each_start_that_leaves_pods_pending(tmp_path):
    start = {"rs-01-p2-1": "kwok-node-1", "rs-01-p2-2": None, "rs-01-p2-3": None}
    peer = {"window_s": 10, "status": "OPTIMAL", "placed_by_priority": {"2": 2}, "moved": 0, "evicted": 0}
    full = dict.fromkeys(start, "kwok-node-1")
    again = record(seed=8, default_placement=start, peer_result=peer)
    lines = (record(), record(), record(kube_scheduler_placement=full), again)
    (tmp_path / "instances.jsonl").write_text("".join(lines))
    first, second, third = read(tmp_path)
    assert (first.pending, second.pending, third.pending) == (1, 1, 2)
    assert third.name == f"{second.name}{RECORDED}"
    assert third.peer is not None and third.peer.proven and third.peer.placed == {2: 2}


def test_slices_stand_beside_the_published_ones(tmp_path):
    head = "usage,nodes,pods,priorities,timeout_s,called,default_optimal,better_optimal"
    (tmp_path / "per_combo_peer_results.csv").write_text(f"{head}\n0.95,4,16,1,1,98,10,49\n0.95,4,16,1,10,98,10,62\n")
    shares = peer_shares(tmp_path, 1.0)
    assert shares == {(4, 16, 1, 0.95): (59, 98)}
    open_one = replace(PROVEN, name="b_1", bounds=(1, 2))
    peer = {"seconds": 20, "proven": False, "placed": [15], "moved": 3, "evicted": 0}
    text = tables([PROVEN, open_one, replace(PROVEN, name=f"a_1{RECORDED}", peer=peer)], shares)
    assert "| 4 | 16 | 1 | 0.95 | 1 of 2 | 59 of 98 | 50% |" in text
    assert "| 4 | 50.0% of 2 | 60.2% | 0.0% |" in text
    assert "| a | 1 | 2 | 0 | yes | 1 | 3 | 0 | no (20 s) |" in text
