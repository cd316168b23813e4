from __future__ import annotations

from decimal import Decimal

import pytest

from solver.cluster.taints import Effect, Taint
from tests.scenario.loading import NODE, cluster_of, own, problems_of

GI = 2**30
SHAPE = "shape: {cpu: '8', memory: 32Gi}"


def pools(*fields: str) -> str:
    return own(f"nodePools: [{', '.join(f'{{{each}}}' for each in fields)}]")


def test_count_nodes_are_dealt_to_the_zones_in_turn():
    cluster = cluster_of(pools(f"name: web, {SHAPE}, count: 5, zones: [a, b]"))
    assert [node.name for node in cluster.nodes] == ["web-a-0", "web-b-0", "web-a-1", "web-b-1", "web-a-2"]
    assert [node.zone for node in cluster.nodes] == ["a", "b", "a", "b", "a"]
    assert cluster.pools[0].openable == 0


def test_without_zones_nodes_are_numbered_only():
    cluster = cluster_of(pools(f"name: web, {SHAPE}, count: 2"))
    assert [node.name for node in cluster.nodes] == ["web-0", "web-1"]
    assert cluster.nodes[0].zone is None


def test_min_nodes_are_there_and_up_to_max_can_be_opened():
    cluster = cluster_of(pools(f"name: web, {SHAPE}, min: 3, max: 7, zones: [a, b]"))
    (pool,) = cluster.pools
    assert len(cluster.nodes) == 3
    assert pool.openable == 4
    assert [pool.node(0, 0).name, pool.node(0, 1).name, pool.node(1, 0).name] == ["web-a-2", "web-a-3", "web-b-1"]
    assert cluster_of(pools(f"name: web, {SHAPE}, max: 2")).nodes == ()


def test_a_node_of_a_pool_looks_like_a_real_one():
    node = cluster_of(
        pools(
            f"name: web, {SHAPE}, count: 1, zones: [a], labels: {{tier: web}}, taints: [{{key: t, effect: NoSchedule}}]"
        )
    ).nodes[0]
    assert node.labels == {
        "kubernetes.io/hostname": "web-a-0",
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": "a",
        "tier": "web",
    }
    assert node.allocatable == {"cpu": 8000, "memory": 32 * GI, "pods": 110}
    assert node.taints == (Taint("t", "", Effect.NO_SCHEDULE),)
    assert (node.pool, node.declared) == ("web", False)


def test_a_shape_may_say_how_many_pods_and_what_else_there_is():
    node = cluster_of(pools("name: gpu, shape: {cpu: 8, memory: 1Gi, pods: 20, nvidia.com/gpu: 4}, count: 1")).nodes[0]
    assert (node.pods_allowed, node.allocatable["nvidia.com/gpu"]) == (20, 4)


def test_a_template_is_a_node_without_a_name():
    template = (
        "template: {metadata: {labels: {disk: ssd}, annotations: {podsolver/price-per-hour: '0.2'}}, "
        "spec: {unschedulable: true, taints: [{key: slow, effect: PreferNoSchedule}]}, "
        "status: {capacity: {cpu: 4, memory: 1Gi}}}"
    )
    node = cluster_of(pools(f"name: web, {template}, count: 1, taints: [{{key: t, effect: NoSchedule}}]")).nodes[0]
    assert node.allocatable == {"cpu": 4000, "memory": GI, "pods": 110}
    assert [taint.key for taint in node.taints] == ["slow", "t"]
    assert (node.labels["disk"], node.unschedulable, node.price_per_hour) == ("ssd", True, Decimal("0.2"))


def test_an_instance_type_brings_size_price_and_architecture_from_the_catalogue():
    node = cluster_of(pools("name: web, instanceType: m6g.large, count: 1")).nodes[0]
    assert node.instance_type == "m6g.large"
    assert node.labels["kubernetes.io/arch"] == "arm64"
    assert node.price_per_hour is not None
    assert node.capacity["cpu"] == 2000
    assert node.allocatable["cpu"] == 1930


def test_a_pools_own_price_wins_over_the_catalogues():
    assert cluster_of(pools("name: web, instanceType: m5.large, count: 1, pricePerHour: 0.04")).nodes[
        0
    ].price_per_hour == Decimal("0.04")


def test_labels_of_the_pool_win_over_those_of_its_template_but_never_over_the_hostname():
    template = "template: {metadata: {labels: {tier: a}}, status: {allocatable: {cpu: 4, memory: 1Gi}}}"
    labels = "labels: {tier: b, kubernetes.io/hostname: other, kubernetes.io/arch: arm64}"
    node = cluster_of(pools(f"name: web, {template}, {labels}, count: 1")).nodes[0]
    assert (node.labels["tier"], node.labels["kubernetes.io/hostname"], node.labels["kubernetes.io/arch"]) == (
        "b",
        "web-0",
        "arm64",
    )


@pytest.mark.parametrize(
    ("pool", "path", "words"),
    [
        ("name: web, count: 1", "", "no size given"),
        (f"name: web, {SHAPE}, instanceType: m5.large, count: 1", "", "shape and instanceType given"),
        (f"name: web, {SHAPE}", "", "no number of nodes"),
        (f"name: web, {SHAPE}, count: 1, max: 2", "", "count given together with min or max"),
        (f"name: web, {SHAPE}, min: 3, max: 2", "", "min is more than max"),
        (f"name: web, {SHAPE}, count: 1, zones: [a, a]", "", "a zone is named twice"),
        (f"name: web, {SHAPE}, count: -1", ".count", "from 0"),
        (f"name: web, {SHAPE}, count: 100001", ".count", "up to 100000"),
        (f"name: web, {SHAPE}, count: '3'", ".count", "without quotes"),
        (f"name: web, {SHAPE}, cuont: 1", ".cuont", "did you mean count"),
        (f"name: Web, {SHAPE}, count: 1", ".name", "not a possible name"),
        (f"name: web, {SHAPE}, count: 1, zones: ['']", ".zones[0]", "empty"),
        (f"name: web, {SHAPE}, count: 1, pricePerHour: -1", ".pricePerHour", "not a price"),
        (f"name: web, {SHAPE}, count: 1, pricePerHour: '1_000'", ".pricePerHour", "not a price"),
        ("name: web, shape: {cpu: 1, memory: 1Gi, cores: 2}, count: 1", ".shape.cores", "not a resource"),
        ("name: web, shape: {cpu: 1, memory: 1Gi, pods: 1.5}, count: 1", ".shape.pods", "a fraction"),
        (
            f"name: web, {SHAPE}, count: 1, taints: [{{key: a, effect: NoSchedul}}]",
            ".taints[0].effect",
            "did you mean NoSchedule",
        ),
        ("name: web, shape: {cpu: x, memory: 1Gi}, count: 1", ".shape.cpu", "not a quantity"),
        ("name: web, shape: {cpu: 1, memory: -1}, count: 1", ".shape.memory", "negative"),
        ("name: web, shape: {cpu: 1}, count: 1", ".shape.memory", "missing"),
        ("name: web, instanceType: m5.lrage, count: 1", ".instanceType", "did you mean m5.large"),
        ("name: web, instanceType: zzzzzzzz, count: 1", ".instanceType", "use a shape instead"),
    ],
)
def test_pools_that_cannot_be_are_problems(pool, path, words):
    assert words in str(problems_of(pools(pool))[f"spec.nodePools[0]{path}"])


def test_a_templates_keys_are_those_of_a_node():
    found = problems_of(pools("name: web, count: 1, template: {status: {allocatabl: {cpu: 1}}}"))
    assert "did you mean allocatable?" in found["status.allocatabl"].remedy
    assert "nodePools[0].template" in found["status.allocatabl"].document


def test_problems_of_one_pool_do_not_hide_those_of_another():
    found = problems_of(
        pools(f"name: a, {SHAPE}", "name: b, instanceType: m5.lrage, count: 1", f"name: c, {SHAPE}, cuont: 1")
    )
    assert {"spec.nodePools[0]", "spec.nodePools[1].instanceType", "spec.nodePools[2].cuont"} <= set(found)


def test_two_pools_of_one_name_are_a_problem():
    found = problems_of(pools(f"name: web, {SHAPE}, count: 1", f"name: web, {SHAPE}, count: 1"))
    assert "second node pool" in found["spec.nodePools[1].name"].message


def test_a_node_cannot_have_the_name_of_one_that_a_pool_makes():
    found = problems_of(pools(f"name: node, {SHAPE}, count: 2"), NODE)
    assert "node pool of the scenario" in found["metadata.name"].message


def test_further_nodes_are_numbered_on_from_nodes_that_have_such_names():
    """As where a placement with opened nodes is the input of the next question."""
    there = NODE.replace("node-1", "web-b-6")
    (pool,) = cluster_of(there, pools(f"name: web, {SHAPE}, min: 1, max: 7, zones: [a, b]")).pools
    assert [pool.node(0, 0).name, pool.node(1, 0).name, pool.node(1, 1).name] == ["web-a-1", "web-b-7", "web-b-8"]
    assert pool.openable == 6


@pytest.mark.parametrize("name", ["web-b-07", "web-b-x", "web-b-6-1", "web-c-6", "x-web-b-6"])
def test_other_names_have_no_part_in_the_numbers(name):
    (pool,) = cluster_of(NODE.replace("node-1", name), pools(f"name: web, {SHAPE}, max: 7, zones: [a, b]")).pools
    assert pool.taken == (0, 0)


def test_pools_whose_nodes_would_have_the_same_names_are_a_problem():
    found = problems_of(pools(f"name: a, {SHAPE}, max: 1, zones: [b]", f"name: a-b, {SHAPE}, max: 1"))
    assert "as those of pool a" in found["spec.nodePools[1].name"].message
