from __future__ import annotations

from decimal import Decimal

import pytest

from solver.scenario.objects.node import parse_price
from tests.scenario.loading import cluster_of, notices_of, problems_of

GI = 2**30


def node(status: str = "", metadata: str = "", spec: str = "") -> str:
    further = f", {metadata}" if metadata else ""
    return f"{{apiVersion: v1, kind: Node, metadata: {{name: n-1{further}}}, spec: {{{spec}}}, status: {{{status}}}}}"


def test_capacity_stands_in_for_allocatable_as_a_whole_only():
    capacity = "capacity: {cpu: 4, memory: 16Gi, pods: 110}"
    assert cluster_of(node(capacity)).nodes[0].allocatable == {"cpu": 4000, "memory": 16 * GI, "pods": 110}
    both = cluster_of(node(f"{capacity}, allocatable: {{cpu: 3920m}}")).nodes[0]
    assert both.allocatable == {"cpu": 3920}
    assert both.capacity["pods"] == 110


def test_a_node_that_allows_no_pods_is_a_notice():
    assert "n-1" in notices_of(node("allocatable: {cpu: 4}"))
    assert notices_of(node("allocatable: {cpu: 4, pods: 1}")) == ""


def test_resources_without_a_domain_that_nobody_knows_are_not_counted():
    found = (
        cluster_of(node("allocatable: {cpu: 1, example.com/gpu: 2, gpu: 3, hugepages-1Gi: 1Gi}")).nodes[0].allocatable
    )
    assert found == {"cpu": 1000, "example.com/gpu": 2, "hugepages-1Gi": GI}
    assert "no resource that pods can ask for: gpu of nodes" in notices_of(node("allocatable: {cpu: 1, gpu: 3}"))


@pytest.mark.parametrize(("status", "ready"), [("'True'", True), ("'False'", False), ("Unknown", False)])
def test_a_node_is_ready_unless_its_condition_says_otherwise(status, ready):
    assert cluster_of(node(f"conditions: [{{type: Ready, status: {status}}}]")).nodes[0].ready is ready
    assert cluster_of(node("conditions: [{type: DiskPressure, status: 'False'}]")).nodes[0].ready


def test_every_name_of_an_image_leads_to_its_size():
    images = "images: [{names: ['a:1', 'a@sha256:x'], sizeBytes: 5}, {names: ['b:1']}]"
    assert cluster_of(node(images)).nodes[0].images == {"a:1": 5, "a@sha256:x": 5, "b:1": 0}


def test_a_node_can_be_cordoned():
    assert cluster_of(node(spec="unschedulable: true")).nodes[0].unschedulable


def test_the_price_is_an_exact_decimal_from_an_annotation():
    found = cluster_of(node(metadata="annotations: {podsolver/price-per-hour: '0.1008'}")).nodes[0]
    assert found.price_per_hour == Decimal("0.1008")
    assert cluster_of(node()).nodes[0].price_per_hour is None


def test_decimals_beyond_what_adds_up_exactly_are_rounded_with_a_notice():
    artefact = node(metadata="annotations: {podsolver/price-per-hour: '0.30000000000000004'}")
    assert cluster_of(artefact).nodes[0].price_per_hour == Decimal("0.3")
    assert "rounded to 9" in notices_of(artefact)
    exact = node(metadata="annotations: {podsolver/price-per-hour: '0.123456789'}")
    assert cluster_of(exact).nodes[0].price_per_hour == Decimal("0.123456789")
    assert "rounded" not in notices_of(exact)


@pytest.mark.parametrize("value", ["-1", "dear", "", "NaN", "Infinity", "1e12", True, None, [1]])
def test_what_is_no_price_is_none(value):
    assert parse_price(value) is None


@pytest.mark.parametrize(("value", "price"), [(0.4, "0.4"), (3, "3"), ("0.1008", "0.1008"), (0, "0")])
def test_a_price_is_read_as_it_is_written(value, price):
    assert parse_price(value) == Decimal(price)


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        (node("allocatable: {cpu: -1}"), "status.allocatable.cpu"),
        (node("capacity: {memory: 1e30}"), "status.capacity.memory"),
        (node("allocatable: {cpu: 9E}"), "status.allocatable.cpu"),
        (
            node(metadata="annotations: {podsolver/price-per-hour: '-1'}"),
            'metadata.annotations["podsolver/price-per-hour"]',
        ),
        (node("images: [{names: [a], sizeBytes: -1}]"), "status.images[0].sizeBytes"),
    ],
)
def test_impossible_nodes_are_problems(manifest, path):
    assert path in problems_of(manifest)
