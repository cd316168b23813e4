"""Resources, pod places and host ports of one node."""

from __future__ import annotations

from solver.cluster.ports import HostPort
from solver.cluster.volumes import Disk, DiskKind
from solver.placement import Bind, Placement
from solver.verify.recount import recount
from solver.verify.replay import replay
from tests.verify.building import broken, cluster, node, pod, rules


def test_requests_beyond_what_is_free_are_rejected():
    pods = [pod("there", on="a", cpu=3000), pod("p", cpu=1001)]
    assert broken([node("a")], pods, {"p": "a"}) == {"NodeResourcesFit"}
    assert broken([node("a")], [pods[0], pod("p", cpu=1000)], {"p": "a"}) == set()


def test_a_resource_that_the_node_does_not_have_is_insufficient():
    assert broken([node("a")], [pod("p", requests={"example.com/gpu": 1})], {"p": "a"}) == {"NodeResourcesFit"}
    assert broken([node("a")], [pod("p", requests={"example.com/gpu": 0})], {"p": "a"}) == set()


def test_an_overcommitted_node_still_takes_a_pod_that_asks_for_nothing():
    pods = [pod("there", on="a", cpu=9000), pod("p", requests={"memory": 1})]
    assert broken([node("a")], pods, {"p": "a"}) == set()


def test_one_pod_too_many_is_rejected_even_without_requests():
    pods = [pod("there", on="a"), pod("p")]
    assert broken([node("a", pods=1)], pods, {"p": "a"}) == {"NodeResourcesFit"}
    assert broken([node("a", pods=2)], pods, {"p": "a"}) == set()


def test_host_ports_conflict_by_number_protocol_and_address():
    def two(first: HostPort, second: HostPort) -> set[str]:
        return broken(
            [node("a")], [pod("p", host_ports=(first,)), pod("q", host_ports=(second,))], {"p": "a", "q": "a"}
        )

    assert two(HostPort(80), HostPort(80, address="10.0.0.1")) == {"NodePorts"}
    assert two(HostPort(80, address="10.0.0.2"), HostPort(80, address="10.0.0.1")) == set()
    assert two(HostPort(80), HostPort(80, "UDP")) == set()


def test_the_recount_alone_finds_what_the_replay_finds():
    nodes = [node("a", pods=3)]
    pods = [pod(name, cpu=1500, host_ports=(HostPort(80),)) for name in "pqrs"]
    whole = cluster(nodes, pods)
    violations = recount(Placement(whole, dict.fromkeys(pods, nodes[0])))
    assert rules(violations) == {"NodeResourcesFit", "NodePorts"}
    assert len([violation for violation in violations if violation.rule == "NodePorts"]) == 6


def test_the_replay_alone_finds_ports_that_conflict_and_the_recount_alone_disks():
    disk = Disk(DiskKind.EBS, ("d",))
    pods = [pod(name, host_ports=(HostPort(80),), disks=(disk,)) for name in "pq"]
    whole = cluster([node("a")], pods)
    placement = Placement(whole, dict.fromkeys(pods, whole.nodes[0]))
    (replayed,) = replay(placement, [Bind(each, whole.nodes[0]) for each in pods])
    assert (replayed.rule, "port" in replayed.text) == ("NodePorts", True)
    assert rules(recount(placement)) == {"NodePorts", "VolumeRestrictions"}


def test_what_bound_pods_break_among_themselves_is_not_the_plans_fault():
    pods = [
        pod("p", on="a", cpu=5000, host_ports=(HostPort(80),)),
        pod("q", on="a", host_ports=(HostPort(80),)),
        pod("new"),
    ]
    assert broken([node("a")], pods, {"new": "a"}) == set()
