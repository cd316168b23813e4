"""Catalogues of one's own: what is derived, what is final, and what is said of a bad file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from solver.catalog import Formula, NodeRules, allocatable, capacity, read_catalog
from solver.errors import InputError


def catalog(tmp_path, text):
    path = tmp_path / "machines.csv"
    path.write_text(text)
    return read_catalog(path)


def test_what_a_file_says_to_be_allocatable_is_final(tmp_path):
    (box,) = catalog(
        tmp_path,
        "instance_type,vcpu,memory_mib,max_pods,allocatable_cpu_milli,allocatable_memory_mib,on_demand_usd_per_hour\n"
        "box,8,32768,60,7500,30000,0.5\n",
    )
    usable = allocatable(box, NodeRules(formula=Formula.GKE, max_pods=250))
    assert (usable["cpu"], usable["memory"], usable["pods"]) == (7500, 30000 * 2**20, 60)
    assert capacity(box)["cpu"] == 8000


def test_missing_columns_are_derived(tmp_path):
    plain, bare = catalog(
        tmp_path,
        "instance_type,vcpu,memory_mib,allocatable_cpu_milli,allocatable_memory_mib,spot_usd_per_hour\n"
        "plain,4,16384,,,0.1\nbare,,,1900,7000,0.05\n",
    )
    assert (plain.arch, plain.gpus, plain.on_demand_price, plain.spot_price) == ("amd64", 0, None, Decimal("0.1"))
    assert allocatable(plain, NodeRules(formula=Formula.EKS))["cpu"] == 3920
    assert allocatable(plain)["pods"] == 110
    assert (bare.milli_cpu, bare.memory_mib) == (1900, 7000)


def test_gpus_are_nvidia_s_unless_somebody_else_is_named(tmp_path):
    one, other = catalog(
        tmp_path,
        "instance_type,vcpu,memory_mib,gpu_count,gpu_vendor,on_demand_usd_per_hour\none,4,8192,2,,1\nother,4,8192,1,amd,1\n",
    )
    assert allocatable(one)["nvidia.com/gpu"] == 2
    assert allocatable(other)["amd.com/gpu"] == 1


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    with pytest.raises(InputError) as caught:
        catalog(
            tmp_path,
            "instance_type,arch,vcpu,memory_mib,on_demand_usd_per_hour\n"
            "a,riscv,4,8192,0.1\nb,amd64,four,8192,0.1\n,amd64,4,,nan\na,amd64,4,8192,-1\n",
        )
    text = str(caught.value)
    for said in (":2: arch: 'riscv'", ":3: vcpu: 'four'", ":4: instance_type", ":4: memory_mib", "'nan'", "'-1'"):
        assert said in text
    assert "a is there 2 times" in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("instance_type,vcpu,memory_mib\n", "no column on_demand_usd_per_hour or spot_usd_per_hour"),
        ("instance_type,vcpu,memory_mib,on_demand_usd_per_hour\n", "there is no type in it"),
        ("", "no column instance_type"),
    ],
)
def test_a_file_without_what_is_needed_is_refused(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        catalog(tmp_path, text)


def test_a_taint_that_is_none_and_a_number_that_is_none_are_one_problem_each(tmp_path):
    with pytest.raises(InputError) as caught:
        catalog(
            tmp_path,
            "instance_type,vcpu,memory_mib,taints,on_demand_usd_per_hour\na,four,8192,gpu:Never x=y:NoExecute,1\n",
        )
    problems = [str(problem) for problem in caught.value.problems]
    assert len(problems) == 2
    assert "taints: 'gpu:Never' is no taint; write key=value:Effect" in problems[1]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_catalog(tmp_path / "nowhere.csv")
