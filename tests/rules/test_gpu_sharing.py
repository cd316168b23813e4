"""Truth tables of shared GPU devices, and packings that are checked by trying everything."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from solver.cluster.devices import GPU, GPU_MODEL
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.state import ClusterState
from solver.placement import Placement
from solver.rules.gpu_sharing import GpuSharing
from solver.rules.gpu_sharing.assign import RULE, packed, with_devices
from solver.rules.gpu_sharing.weigh import heaviest
from tests.rules.building import cluster, filled, node, rejections

ROOM = "node(s) didn't have enough free on one GPU device"
USED = "node(s) didn't have enough GPU devices that nobody uses"
MODEL = "node(s) didn't have a GPU device of an allowed model"


def gpus(name, number, model="T4"):
    return node(name, labels={GPU_MODEL: model}, more={GPU: number})


def share(name, milli, on=None, devices=(), **fields):
    return Pod(name, PodSpec("default", gpu_milli=milli, **fields), node=on, devices=devices)


def whole(name, number=1, on=None, **fields):
    return Pod(name, PodSpec("default", requests={GPU: number}, **fields), node=on)


def verdict(newcomer, *there, number=2):
    found = rejections(GpuSharing(), newcomer, filled([gpus("n", number)], [*there, newcomer]))["n"]
    return found and found.reasons[0]


@pytest.mark.parametrize(
    ("newcomer", "there", "expected"),
    [
        (share("p", 400), [share("a", 600, "n"), share("b", 600, "n")], None),
        (share("p", 401), [share("a", 600, "n"), share("b", 600, "n")], ROOM),
        (share("p", 700), [share("a", 600, "n")], None),
        (share("p", 1), [whole("a", 2, "n")], ROOM),
        (whole("p"), [share("a", 1, "n")], None),
        (whole("p", 2), [share("a", 1, "n")], USED),
        (whole("p"), [share("a", 1, "n"), whole("b", 1, "n")], USED),
        (whole("p"), [share("a", 500, "n"), share("b", 500, "n")], None),
        (whole("p"), [share("a", 500, "n"), share("b", 501, "n")], USED),
    ],
)
def test_a_share_is_of_one_device_and_whole_ones_are_nobody_elses(newcomer, there, expected):
    assert verdict(newcomer, *there) == expected


def test_devices_that_the_input_names_are_the_ones_taken():
    apart = [share("a", 500, "n", (0,)), share("b", 500, "n", (1,))]
    assert verdict(whole("p"), *apart) == USED
    assert verdict(share("p", 600), *apart) == ROOM


def test_models_are_those_of_the_label():
    nodes = [gpus("t", 1), gpus("a", 1, "A10"), node("none")]
    for newcomer in (share("p", 1, gpu_models=("A10", "G2")), whole("p", gpu_models=("A10",))):
        found = rejections(GpuSharing(), newcomer, filled(nodes, [newcomer]))
        assert [name for name, rejection in found.items() if rejection is None] == ["a"]
        assert found["t"].reasons == (MODEL,)
        assert not found["t"].resolvable


def test_where_nobody_shares_the_rule_has_nothing_to_say():
    state = filled([gpus("n", 1)], [whole("p"), whole("q", 1, "n")])
    assert state.devices is None
    assert GpuSharing().filter(whole("p").spec, state) is None
    assert list(GpuSharing().weighings(state.cluster)) == []


def test_a_share_goes_to_the_most_loaded_device_with_room():
    pods = [share("a", 300), share("b", 800), share("c", 200), share("d", 600)]
    state = ClusterState(cluster([gpus("n", 3)], pods))
    for each in pods:
        state.bind(each, 0)
    assert state.devices is not None
    assert list(state.devices.of.values()) == [(0,), (1,), (1,), (0,)]
    assert (int(state.devices.unused[0]), int(state.devices.largest_free[0])) == (1, 1000)


def test_a_trial_leaves_every_pod_on_its_device():
    pods = [share("a", 600), share("b", 600), share("c", 300)]
    state = ClusterState(cluster([gpus("n", 2)], pods))
    for each in pods:
        state.bind(each, 0)
    assert state.devices is not None
    before = dict(state.devices.of)
    with state.trial(0):
        for each in pods:
            state.unbind(each)
        state.bind(pods[2], 0)
        state.bind(pods[1], 0)
    assert state.devices.of == before


def placed(nodes, pods):
    asked = cluster(nodes, pods)
    return Placement(asked, dict.fromkeys(pods, asked.nodes[0]))


def test_a_placement_gets_devices_that_no_greedy_choice_finds():
    shares = [share(f"s{milli}{letter}", milli) for milli in (350, 330, 320) for letter in "abc"]
    found = with_devices(placed([gpus("n", 3)], shares))
    assert found is not None
    loads = [sum(pod.spec.gpu_milli for pod, has in found.assigned[RULE].items() if has == (d,)) for d in range(3)]
    assert loads == [1000, 1000, 1000]


def test_who_stays_keeps_its_device_whatever_would_be_better():
    apart = [share("a", 500, "n", (0,)), share("b", 500, "n", (1,))]
    assert with_devices(placed([gpus("n", 2)], [*apart, whole("p")])) is None
    assert with_devices(placed([gpus("n", 2)], [*apart, share("p", 500)])) is not None


def test_a_thousand_shares_are_packed_as_well():
    found = packed([50] * 2000, (1000,) * 100)
    assert found is not None
    assert {found.count(device) for device in range(100)} == {20}
    assert packed([50] * 2001, (1000,) * 100) is None


@pytest.mark.parametrize("seed", range(60))
def test_packing_fails_only_where_every_way_fails(seed):
    dice = Random(seed)
    rooms = tuple(dice.choice([1000, 1000, 700, 0]) for _ in range(dice.randint(1, 3)))
    shares = sorted((dice.choice([200, 330, 340, 400, 500, 600, 810]) for _ in range(dice.randint(1, 6))), reverse=True)
    ways = product(range(len(rooms)), repeat=len(shares))
    possible = any(
        all(sum(s for s, at in zip(shares, way, strict=True) if at == d) <= room for d, room in enumerate(rooms))
        for way in ways
    )
    found = packed(shares, rooms)
    assert (found is not None) == possible
    for device, room in enumerate(rooms) if found else ():
        assert sum(s for s, at in zip(shares, found or [], strict=True) if at == device) <= room


@pytest.mark.parametrize(
    ("weights", "most"), [({500: 1, 501: 2}, 2), ({500: 2, 501: 2}, 4), ({334: 1}, 2), ({333: 1}, 3), ({810: 9}, 9)]
)
def test_what_a_device_bears_is_the_heaviest_set_of_shares_that_fits_it(weights, most):
    assert heaviest(weights) == most
