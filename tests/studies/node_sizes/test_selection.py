"""Which types are looked at, and what is said where the question is wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from solver.catalog import MaxPodsRule, NodeRules
from solver.cluster.taints import Effect, Taint, Toleration
from solver.errors import InputError
from solver.studies.node_sizes import Capacity, Selection
from solver.studies.node_sizes.fit import misfits
from solver.studies.node_sizes.offers import CAPACITY_TYPE, with_taints
from solver.studies.node_sizes.search import least_cost
from solver.studies.node_sizes.selection import selected
from tests.studies.node_sizes.makings import machine, offers, pods, spec, task

ZONES = ("a", "b")
GPU = Taint("nvidia.com/gpu", "present", Effect.NO_SCHEDULE)
SPOT = Taint("spot", "true", Effect.NO_SCHEDULE)


def test_types_are_chosen_by_pattern_and_architecture():
    found = selected(Selection("aws", types=("m7i.*large", "M7G.large"), arch="amd64"), ZONES)
    assert {offer.type.arch for offer in found} == {"amd64"}
    assert "m7i.large" in {offer.title for offer in found}
    assert all(offer.title.startswith("m7i.") for offer in found)


def test_nodes_have_the_labels_that_the_kubelet_writes_under_old_names_too():
    (offer,) = selected(Selection("aws", types=("m7g.large",)), ZONES)
    labels = offer.template.labels
    assert labels["beta.kubernetes.io/os"] == "linux"
    assert labels["beta.kubernetes.io/arch"] == labels["kubernetes.io/arch"] == "arm64"


def test_spot_nodes_say_so_and_fees_are_added():
    both = selected(Selection("aws", types=("m5.large",), capacity=Capacity.BOTH, fee=Decimal("0.01")), ZONES)
    assert [offer.title for offer in both] == ["m5.large", "m5.large spot"]
    assert [offer.template.labels[CAPACITY_TYPE] for offer in both] == ["on-demand", "spot"]
    assert both[0].price == Decimal("0.096") + Decimal("0.01")
    assert len({template.name for offer in both for template in offer.templates}) == 4


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection(), "neither of --provider and --catalog"),
        (Selection("aws", taints=((("p99.*",), GPU),)), r"no instance type matches 'p99\.\*'"),
        (Selection("aws", spot_taints=(GPU,)), "no spot nodes are asked for"),
        (Selection("gcp", rules=NodeRules(max_pods=MaxPodsRule.ENI)), "eni is of aws, the machines are of gcp"),
        (Selection("aws", region="us-west-2"), "there is us-east-1"),
        (Selection("aws", types=("m7i.larg",)), "m7i.large"),
        (Selection("aws", types=("m7x.*",)), r"m7i\.\*"),
        (Selection("azure", types=("Standard_D2s_v5",), arch="arm64"), "none of the 1 types named is arm64"),
        (Selection("azure", types=("Standard_D2s_v5",), capacity=Capacity.SPOT), "has a price for spot"),
    ],
)
def test_what_does_not_exist_is_named_with_what_is_near(selection, said):
    with pytest.raises(InputError, match=said):
        selected(selection, ZONES)


def test_a_catalogue_without_prices_is_refused(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("instance_type,vcpu,memory_mib,on_demand_usd_per_hour\nbox,4,8192,\n")
    with pytest.raises(InputError, match="without prices says nothing about cost"):
        selected(Selection(catalog=path), ZONES)


def test_a_pod_that_fits_no_type_is_named_with_what_lacks():
    small = task(
        [
            *pods("big", 2, spec(9000)),
            *pods("ok", 1, spec(100)),
            *pods("far", 1, spec(1, node_selector={"disk": "ssd"})),
        ],
        offers(machine("one", 4000, 8, "0.1")),
    )
    big, far = misfits(small.workloads, small.offers)
    assert "big-0 (and 1 others) fits no type: it asks for 9 of cpu" in big
    assert "4 (one)" in big
    assert "far-0 fits no type: its node selector" in far
    assert "no node having disk=ssd" in far


def test_a_pod_that_no_type_has_enough_of_everything_for_at_once_is_named_too():
    tall, wide = machine("tall", 1000, 32, "0.1"), machine("wide", 8000, 2, "0.1")
    small = task(pods("odd", 1, spec(4000, 16)), offers(tall, wide))
    assert "no type has all of this at once" in misfits(small.workloads, small.offers)[0]


def test_taints_come_from_the_catalogue_from_patterns_and_from_spot(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "instance_type,vcpu,memory_mib,taints,on_demand_usd_per_hour,spot_usd_per_hour\n"
        "box,4,8192,nvidia.com/gpu=present:NoSchedule batch:NoExecute,0.2,0.1\nplain,4,8192,,0.2,0.1\n"
    )
    wish = Selection(catalog=path, capacity=Capacity.BOTH, taints=((("pl*", "box"), GPU),), spot_taints=(SPOT,))
    found = {offer.title: offer.template.taints for offer in selected(wish, ZONES)}
    batch = Taint("batch", "", Effect.NO_EXECUTE)
    assert found == {
        "box": (GPU, batch),
        "box spot": (GPU, batch, SPOT),
        "plain": (GPU,),
        "plain spot": (GPU, SPOT),
    }


def test_who_does_not_tolerate_a_taint_goes_elsewhere_and_who_does_goes_where_it_is_cheap():
    cheap, dear = offers(machine("cheap", 4000, 16, "0.1"), machine("dear", 4000, 16, "0.3"))
    tolerant = spec(100, 1, "batch", tolerations=(Toleration("spot", exists=True),))
    bought = (with_taints(cheap, (SPOT,)), dear)
    assert least_cost(task(pods("batch", 2, tolerant), bought)).counts == {"cheap": 1}
    assert least_cost(task(pods("web", 2, spec(100)), bought)).counts == {"dear": 1}
    # An agent without toleration does not run on the tainted node, and takes no room there.
    agent = spec(3900, 0, "agent")
    assert least_cost(task(pods("batch", 4, tolerant), bought, [agent])).counts == {"cheap": 1}


def test_a_pod_that_every_taint_keeps_off_is_named_with_the_taint():
    bought = tuple(with_taints(offer, (SPOT,)) for offer in offers(machine("one", 4000, 16, "0.1")))
    (said,) = misfits(task(pods("web", 1, spec(100)), bought).workloads, bought)
    assert "web-0 fits no type: it does not tolerate spot=true:NoSchedule, and no type that it asks" in said
