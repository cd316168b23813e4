"""What is remarked on in an input that is right and may still not mean what it seems to."""

from __future__ import annotations

from tests.scenario.loading import NODE, notices_of, own, pod

NOT_READY = NODE.replace("status: {", "status: {conditions: [{type: Ready, status: 'False'}], ")
TAINT = "spec: {taints: [{key: node.kubernetes.io/not-ready, effect: NoSchedule}]}\n"


def spread(key: str) -> str:
    constraint = f"{{maxSkew: 1, topologyKey: {key}, whenUnsatisfiable: DoNotSchedule, labelSelector: {{}}}}"
    return pod(f"topologySpreadConstraints: [{constraint}]")


def test_a_node_that_is_not_ready_is_open_unless_a_taint_closes_it():
    assert "not ready, but have no taint" in notices_of(NOT_READY)
    assert notices_of(NOT_READY + TAINT) == ""
    assert notices_of(NODE) == ""


def test_a_topology_that_no_node_is_part_of_is_named_with_the_pods_that_ask_for_it():
    assert "no node has the label zone, over which these pods ask" in notices_of(NODE, spread("zone"))
    assert notices_of(NODE, spread("kubernetes.io/hostname")) == ""
    term = "podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: rack}]}"
    assert "label rack" in notices_of(NODE, pod(f"affinity: {{{term}}}"))


def test_nodes_of_pools_have_their_names_and_zones():
    pool = own("nodePools: [{name: web, max: 2, zones: [a], shape: {cpu: 1, memory: 1Gi}}]")
    for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone"):
        assert notices_of(pool, spread(key)) == ""
    assert "label rack" in notices_of(pool, spread("rack"))


def test_without_any_node_no_topology_is_missed():
    assert notices_of(spread("zone")) == ""
