"""The catalogue, as it is shipped."""

from __future__ import annotations

from decimal import Decimal

from solver.catalog import Provider, allocatable, capacity, instance_types


def test_every_provider_has_its_types():
    providers = [each.provider for each in instance_types().values()]
    assert {provider: providers.count(provider) for provider in Provider} == {"aws": 1377, "azure": 1293, "gcp": 516}


def test_no_type_leaves_less_than_nothing():
    for each in instance_types().values():
        usable, whole = allocatable(each), capacity(each)
        assert all(0 <= amount <= whole[name] for name, amount in usable.items()), each.name


def test_prices_for_spot_are_below_those_on_demand():
    cheaper = [each for each in instance_types().values() if each.provider == "aws" and each.spot_price is not None]
    assert len(cheaper) == 884
    assert all((each.spot_price or 0) < (each.on_demand_price or 0) for each in cheaper)


def test_prices_are_exact_and_gpus_are_resources():
    known = instance_types()["p3.2xlarge"]
    assert known.on_demand_price == Decimal("3.06")
    assert allocatable(known)["nvidia.com/gpu"] == capacity(known)["nvidia.com/gpu"] == 1
    assert "nvidia.com/gpu" not in allocatable(instance_types()["m5.large"])
