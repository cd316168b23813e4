from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from solver.errors import InputError
from solver.scenario import load_scenario
from tests.scenario.loading import all_of, own, scenario_of

if TYPE_CHECKING:
    from pathlib import Path

    from solver.cluster.cluster import Cluster


def cluster_with(folder: Path, prices: str, *manifests: str, spec: str = "") -> Cluster:
    scenario = folder / "scenario.yaml"
    scenario.write_text("\n---\n".join([own(f"prices: prices.csv{spec}"), *manifests]))
    (folder / "prices.csv").write_text(prices)
    return load_scenario(scenario).cluster


def node(annotations: str = "") -> str:
    return (
        "{apiVersion: v1, kind: Node, metadata: {name: n-1, labels: {node.kubernetes.io/instance-type: m5.large}, "
        f"annotations: {{{annotations}}}}}, status: {{allocatable: {{pods: 1}}}}}}"
    )


TABLE = "instance_type,price_per_hour,note\nm5.large,0.09,spot\nm5.xlarge, 0.18 ,\n"


def test_a_node_costs_what_its_instance_type_costs(tmp_path):
    assert cluster_with(tmp_path, TABLE, node()).nodes[0].price_per_hour == Decimal("0.09")


def test_an_annotation_wins_over_the_table(tmp_path):
    own_price = node("podsolver/price-per-hour: '0.5'")
    assert cluster_with(tmp_path, TABLE, own_price).nodes[0].price_per_hour == Decimal("0.5")


def test_a_table_from_floating_point_numbers_is_read_to_nine_decimals(tmp_path):
    found = cluster_with(tmp_path, "instance_type,price_per_hour\nm5.large,0.30000000000000004\n", node())
    assert found.nodes[0].price_per_hour == Decimal("0.3")


@pytest.mark.parametrize(
    ("pool", "price"),
    [
        ("instanceType: m5.xlarge", "0.18"),
        ("instanceType: m5.xlarge, pricePerHour: '0.3'", "0.3"),
        ("instanceType: m5.2xlarge", "0.384"),
        ("shape: {cpu: 1, memory: 1Gi}, labels: {node.kubernetes.io/instance-type: m5.large}", "0.09"),
    ],
)
def test_a_pools_price_is_its_own_else_the_tables_else_the_catalogues(tmp_path, pool, price):
    cluster = cluster_with(tmp_path, TABLE, spec=f", nodePools: [{{name: web, count: 1, {pool}}}]")
    assert cluster.nodes[0].price_per_hour == Decimal(price)


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ("instance_type,price_per_hour\na,-1\n", 2, "not a price"),
        ("instance_type,price_per_hour\na,1\nb\n", 3, "not a price"),
        ("instance_type,price_per_hour\na,1\na,2\n", 3, "two prices"),
        ("type,price\na,1\n", 1, "no column instance_type and no column price_per_hour"),
        ("", 1, "no column"),
        ('instance_type,price_per_hour\n"a', None, "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_is_a_problem_with_its_line(tmp_path, table, line, words):
    with pytest.raises(InputError) as caught:
        cluster_with(tmp_path, table, node())
    (problem,) = all_of(caught.value)
    assert problem.file.endswith("prices.csv")
    assert problem.line == line
    assert words in problem.message


PRICED = node("podsolver/price-per-hour: '0.5'")
BARE = "{apiVersion: v1, kind: Node, metadata: {name: bare}, status: {allocatable: {pods: 1}}}"
POOLS = (
    "nodePools: [{name: web, max: 2, shape: {cpu: 1, memory: 1Gi}}, "
    "{name: closed, max: 0, shape: {cpu: 1, memory: 1Gi}}]"
)


def test_where_some_have_a_price_every_other_is_named_with_the_place_to_write_it():
    with pytest.raises(InputError) as caught:
        scenario_of(own(POOLS), PRICED, BARE)
    assert [(problem.document, problem.path) for problem in all_of(caught.value)] == [
        ("document 3 (Node bare)", 'metadata.annotations["podsolver/price-per-hour"]'),
        ("document 1 (Scenario asked)", "spec.nodePools[0].pricePerHour"),
    ]
    assert "no price, while others have one" in str(caught.value)


def test_prices_are_needed_only_where_some_have_one_and_cost_is_asked_for():
    assert scenario_of(BARE, own(POOLS)).cluster.nodes
    assert scenario_of(BARE, PRICED, own("objectives: [pending, preferences]")).cluster.nodes
    with pytest.raises(InputError):
        scenario_of(BARE, PRICED, own("objectives: [{perPriorityTier: [pending, cost]}]"))
