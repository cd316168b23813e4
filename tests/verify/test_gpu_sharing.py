"""Shared GPUs under the judge: bad placements by hand, each with what is said of it."""

from __future__ import annotations

import pytest

from solver.cluster.devices import GPU, GPU_MODEL
from solver.cluster.pod import Pod, PodSpec
from solver.objectives.question import Question
from solver.placement import Bind, Placement
from solver.verify import verify
from solver.verify.devices import RULE
from tests.verify.building import cluster, node, rules


def gpus(name="n", number=2):
    return node(name, labels={GPU_MODEL: "T4"}, more={GPU: number})


def share(name, milli, on=None, **fields):
    return Pod(name, PodSpec("default", gpu_milli=milli, **fields), node=on)


def whole(name, number=1, on=None):
    return Pod(name, PodSpec("default", requests={GPU: number}), node=on)


def broken(pods, devices, number=2):
    """The rules broken where all pods are on one node with these devices."""
    asked = cluster([gpus(number=number)], pods)
    named = {pod.name: pod for pod in pods}
    placement = Placement(
        asked, dict.fromkeys(pods, asked.nodes[0]), {RULE: {named[name]: has for name, has in devices.items()}}
    )
    steps = tuple(Bind(pod, asked.nodes[0]) for pod in pods if pod.node is None)
    return rules(verify(placement, steps, Question()))


A, B, W, OLD = share("a", 600), share("b", 400), whole("w"), share("old", 500, "n")


@pytest.mark.parametrize(
    ("pods", "devices"),
    [
        ([A, B], {"a": (0,), "b": (0,)}),
        ([A, B], {"a": (1,), "b": (0,)}),
        ([A, B, W], {"a": (0,), "b": (0,), "w": (1,)}),
        ([OLD, A], {"old": (0,), "a": (1,)}),
    ],
)
def test_right_ones_are_accepted(pods, devices):
    assert broken(pods, devices) == set()


@pytest.mark.parametrize(
    ("pods", "devices"),
    [
        ([A, share("c", 401)], {"a": (0,), "c": (0,)}),
        ([A, W], {"a": (0,), "w": (0,)}),
        ([A, W], {"a": (0,), "w": (1, 1)}),
        ([A, W], {"a": (0,), "w": ()}),
        ([A, W], {"a": (0,)}),
        ([A], {"a": (2,)}),
        ([A], {"a": (0, 1)}),
        ([A, whole("w", 2)], {"a": (0,), "w": (0, 1)}),
        ([OLD, A], {"old": (1,), "a": (0,)}),
        ([OLD, A], {"a": (1,)}),
        ([OLD, A], {"old": (0,), "a": (0,)}),
        ([share("a", 100, gpu_models=("A10",))], {"a": (0,)}),
    ],
)
def test_wrong_ones_are_named(pods, devices):
    assert broken(pods, devices) >= {RULE}


def test_devices_in_the_input_are_given_out_in_its_order_those_named_first():
    first, named = share("first", 600, "n"), Pod("named", PodSpec("default", gpu_milli=600), node="n", devices=(0,))
    assert broken([first, named, B], {"first": (1,), "named": (0,), "b": (0,)}) == set()
    assert broken([first, named, B], {"first": (0,), "named": (0,), "b": (1,)}) == {RULE}


def test_without_names_every_bind_takes_the_most_loaded_device_that_has_room():
    asked = cluster([gpus()], [A, share("c", 600), share("d", 400), share("e", 400), share("f", 1)])
    steps = tuple(Bind(pod, asked.nodes[0]) for pod in asked.pods)
    found = verify(Placement(asked, dict.fromkeys(asked.pods, asked.nodes[0])), steps, Question())
    assert [violation.text for violation in found if "Step" in violation.text] == [
        "Step 5 binds default/f to n, but GPU device 0 has 1000 thousandths taken, and it asks for 1."
    ]
