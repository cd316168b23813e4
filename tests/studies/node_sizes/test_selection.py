"""Which types are looked at, and what is said where the question is wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest

from solver.errors import InputError
from solver.studies.node_sizes import Capacity, Selection
from solver.studies.node_sizes.fit import misfits
from solver.studies.node_sizes.offers import CAPACITY_TYPE
from solver.studies.node_sizes.selection import selected
from tests.studies.node_sizes.makings import machine, offers, pods, spec, task

ZONES = ("a", "b")


def test_types_are_chosen_by_pattern_and_architecture():
    found = selected(Selection("aws", types=("m7i.*large", "M7G.large"), arch="amd64"), ZONES)
    assert {offer.type.arch for offer in found} == {"amd64"}
    assert "m7i.large" in {offer.title for offer in found}
    assert all(offer.title.startswith("m7i.") for offer in found)


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


def test_a_pod_that_no_type_has_enough_of_everything_for_at_once_is_named_too():
    tall, wide = machine("tall", 1000, 32, "0.1"), machine("wide", 8000, 2, "0.1")
    small = task(pods("odd", 1, spec(4000, 16)), offers(tall, wide))
    assert "no type has all of this at once" in misfits(small.workloads, small.offers)[0]
