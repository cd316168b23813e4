"""The GPU benchmark at its smallest size: the trace's format, the load as its authors inflate it, sound outcomes."""

from __future__ import annotations

import pytest

from benchmarks.gpu import Outcome, main, measured, table
from benchmarks.gpu_trace import NODES, PODS, generated, read
from solver.cluster.devices import GPU, GPU_MODEL


def test_the_format_of_the_trace(tmp_path):
    (tmp_path / NODES).write_text("sn,cpu_milli,memory_mib,gpu,model\nn0,96000,393216,8,G2\n")
    rows = ("p0,4000,8192,1,460,T4|G2", "p1,4000,8192,1,1000,", "p2,4000,8192,4,1000,", "p3,4000,8192,0,0,")
    (tmp_path / PODS).write_text("\n".join(("name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec", *rows)))
    trace = read(tmp_path)
    assert [(pod.spec.gpu_milli, pod.spec.requests.get(GPU, 0)) for pod in trace.pods] == [
        (460, 0),
        (0, 1),
        (0, 4),
        (0, 0),
    ]
    assert trace.pods[0].spec.gpu_models == ("G2", "T4")
    assert trace.nodes[0].allocatable["memory"] == 384 * 2**30
    assert trace.nodes[0].labels[GPU_MODEL] == "G2"
    assert (trace.devices, trace.asked) == (8, 5.46)


def test_an_inflated_load_asks_for_nearly_all_devices_and_never_for_more():
    trace = generated(20, 20, 1)
    inflated = trace.inflated(1.0, 7)
    assert trace.devices - 2 < inflated.asked <= trace.devices
    assert len({pod.name for pod in inflated.pods}) == len(inflated.pods) > 20
    assert [pod.name for pod in inflated.pods] == [pod.name for pod in trace.inflated(1.0, 7).pods]


@pytest.mark.parametrize("strategy", ["kube-scheduler", "cpsat"])
def test_a_small_cluster_is_allocated_up_to_the_bound(strategy):
    found = measured("plain", generated(6, 32, 0), strategy, 4)
    assert found.right, found
    assert found.allocated <= found.asked
    assert found.kind in table([found])


@pytest.mark.parametrize(
    ("bound", "seconds", "right"),
    [(90.5, 1, True), (89.0, 1, False), (95.0, 1, False), (None, 1, True), (None, 9, False)],
)
def test_what_makes_an_outcome_wrong(bound, seconds, right):
    outcome = Outcome("plain", "cpsat", 9, 9, 100, 99.0, 90.0, bound, 0, 5.0, seconds, 1.0, 1)
    assert outcome.right is right


def test_without_data_it_says_what_is_missing(capsys):
    with pytest.raises(SystemExit):
        main([])
    assert "--data DIR" in capsys.readouterr().err
