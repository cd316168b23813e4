"""The live state: columns, tallies, and everything undone that is to be undone."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from solver.cluster.devices import GPU
from solver.cluster.labels import LabelSelector, Operator, Requirement
from solver.cluster.pod import CpuMemory
from solver.cluster.state import NAME, ClusterState
from solver.cluster.topology import ZONE
from solver.rules.selection import Selected
from tests.verify.building import app, cluster, node, pod

NODES = [node("b", "z2"), node("a", "z1"), node("c")]
SHARES = (("there", "a", 500), ("tried", None, 300), ("large", None, 600))
WEB = Selected(frozenset({"default"}), app("web"))


def web(name, on=None, **fields):
    return pod(name, on, labels={"app": "web"}, **fields)


def snapshot(state):
    columns = (state.requested, state.occupied, state.pod_count, state.tally(WEB).per_node)
    return (
        [column.tolist() for column in columns],
        [list(pods) for pods in state.pods_on],
        dict(state.place_of),
        state.tally(WEB).total,
    )


def test_nodes_stand_in_the_order_of_their_names():
    state = ClusterState(cluster(NODES, [web("x", "b", cpu=300, occupied=CpuMemory(300, 5))]))
    assert [each.name for each in state.nodes] == ["a", "b", "c"]
    assert state.requested[state.row("cpu")].tolist() == [0, 300, 0]
    assert state.occupied.tolist() == [[0, 300, 0], [0, 5, 0]]
    assert state.pod_count.tolist() == [0, 1, 0]
    assert state.row("pods") is None


def test_unbind_is_the_inverse_of_bind():
    dice = Random(7)
    pods = [web(f"p{number}", cpu=number, requests={"example.com/gpu": number % 2}) for number in range(30)]
    state = ClusterState(cluster(NODES, pods))
    before = snapshot(state)
    for each in pods:
        state.bind(each, dice.randrange(3))
    assert snapshot(state) != before
    for each in dice.sample(pods, len(pods)):
        state.unbind(each)
    assert snapshot(state) == before


def test_a_trial_leaves_no_trace():
    there = [web(f"x{number}", "a", cpu=number) for number in range(4)]
    newcomer = web("p", cpu=7)
    state = ClusterState(cluster(NODES, [*there, newcomer]))
    before, journal = snapshot(state), list(state.journal)
    with pytest.raises(ZeroDivisionError), state.trial(0):
        state.unbind(there[1])
        state.bind(newcomer, 0)
        state.unbind(there[2])
        state.bind(there[1], 0)
        assert snapshot(state) != before
        raise ZeroDivisionError
    assert snapshot(state) == before
    assert state.journal == journal


def test_a_pod_that_was_only_tried_gets_its_devices_as_if_it_had_not_been():
    """In the trial it joins the one that is there; by the time it comes, another device is fuller."""
    there, tried, large = (pod(name, on, gpu_milli=milli) for name, on, milli in SHARES)
    state = ClusterState(cluster([node("a", more={GPU: 2})], [there, tried, large]))
    assert state.devices is not None
    with state.trial(0):
        state.bind(tried, 0)
        assert state.devices.of[tried] == (0,)
    state.bind(large, 0)
    state.bind(tried, 0)
    assert state.devices.of == {there: (0,), large: (1,), tried: (1,)}


def test_the_journal_names_every_node_that_changed():
    mover = web("p")
    state = ClusterState(cluster(NODES, [mover]))
    state.bind(mover, 2)
    assert state.unbind(mover) == 2
    assert state.journal == [2, 2]


@pytest.mark.parametrize("asked_first", [True, False])
def test_a_tally_counts_whoever_came_before_and_after_it_was_asked_for(asked_first):
    early, late, other = web("x", "a"), web("y"), pod("z", labels={"app": "db"})
    state = ClusterState(cluster(NODES, [early, late, other]))
    if asked_first:
        state.tally(WEB)
    state.bind(late, 0)
    state.bind(other, 0)
    tally = state.tally(WEB)
    assert tally.per_node.tolist() == [2, 0, 0]
    state.unbind(early)
    assert (tally.per_node.tolist(), tally.total) == ([1, 0, 0], 1)
    assert state.tally(Selected(frozenset({"default"}), app("web"))) is tally


def test_selections_without_required_values_are_followed_too():
    anything = Selected(frozenset({"default"}), LabelSelector((Requirement("app", Operator.EXISTS),)))
    state = ClusterState(cluster(NODES, [web("x", "a"), pod("y"), pod("z")]))
    assert state.tally(anything).total == 1
    state.bind(web("w"), 1)
    state.bind(pod("v"), 1)
    assert state.tally(anything).per_node.tolist() == [1, 1, 0]


def test_domains_sum_the_eligible_nodes():
    pods = [web("x", "a"), web("y", "b"), web("z", "c")]
    state = ClusterState(cluster(NODES, pods))
    zones = state.labels(ZONE)
    everywhere = state.tally(WEB).over(zones)
    only_a = state.tally(WEB).over(zones, np.array([True, False, True]), "only a")
    assert dict(zip(zones.values, everywhere.counts.tolist(), strict=True)) == {"z1": 1, "z2": 1}
    assert (everywhere.total, only_a.total) == (2, 1)
    state.unbind(pods[1])
    state.unbind(pods[2])
    assert (everywhere.total, only_a.total) == (1, 1)
    assert state.tally(WEB).over(zones) is everywhere


@pytest.mark.parametrize("operator", list(Operator))
def test_a_column_meets_what_its_labels_meet(operator):
    labels = ["1", "2", None, "10", "x", ""]
    nodes = [node(f"n{place}", labels={} if value is None else {"size": value}) for place, value in enumerate(labels)]
    state = ClusterState(cluster(nodes, []))
    for values in (frozenset({"2"}), frozenset({"1", "x"}), frozenset()):
        requirement = Requirement("size", operator, values)
        expected = [requirement.matches(each.labels) for each in state.nodes]
        assert state.labels("size").meets(requirement).tolist() == expected


def test_names_are_read_like_a_label():
    state = ClusterState(cluster(NODES, []))
    assert state.labels(NAME).meets(Requirement(NAME, Operator.IN, frozenset({"b"}))).tolist() == [False, True, False]


def test_absent_labels_can_stand_for_empty_ones():
    state = ClusterState(cluster([node("a", labels={"rack": ""}), node("b"), node("c", labels={"rack": "1"})], []))
    assert state.labels("rack").filled().codes.tolist() == [0, 0, 1]
    assert state.labels("rack").codes.tolist() == [0, -1, 1]


def test_what_is_made_once_is_made_once():
    state = ClusterState(cluster(NODES, []))
    made = state.once("key", lambda: [1])
    assert state.once("key", lambda: [2]) is made


def test_what_is_supposed_of_all_nodes_is_as_if_the_pod_had_come_to_each_and_is_taken_back():
    newcomer = web("y", cpu=200, occupied=CpuMemory(200, 7))
    state = ClusterState(cluster(NODES, [web("x", "b", cpu=300, occupied=CpuMemory(300, 5)), newcomer]))
    before = snapshot(state)
    with state.supposing(newcomer.spec):
        supposed = [column.tolist() for column in (state.requested, state.occupied, state.pod_count)]
        with state.supposing(newcomer.spec, 2):
            assert state.pod_count.tolist() == [3, 4, 3]
    assert snapshot(state) == before
    for place in range(len(NODES)):
        with state.trial(place):
            state.bind(newcomer, place)
            columns = (state.requested, state.occupied, state.pod_count)
            assert [column[..., place].tolist() for column in columns] == [
                np.array(column)[..., place].tolist() for column in supposed
            ]
