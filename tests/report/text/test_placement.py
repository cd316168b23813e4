from __future__ import annotations

from solver.cluster.cluster import Cluster
from solver.cluster.pod import Pod
from solver.placement import initial
from solver.report.text.placement import pending_text, placement_text
from solver.result import Competition
from tests.report.samples import node, placement, replicas, result_of, shop, spec


def lines(result):
    return [line.split("   ") for line in placement_text(result).splitlines()]


def test_a_placement_reads_like_kubectl_get_pods():
    text = placement_text(result_of(placement(shop(), front_0="n0", paid_1="n2")))
    assert text.splitlines()[:3] == [
        "NAMESPACE   NAME      STATUS    NODE",
        "shop        front-0   Bound     n0",
        "shop        front-1   Pending   <none>",
    ]


def test_what_happened_to_bound_pods_is_their_status():
    cluster = Cluster((node("n0"), node("n1")), tuple(replicas("old", 3, spec(), on="n0")))
    text = placement_text(result_of(placement(cluster, old_0="n1", old_1="")))
    rows = [line.split() for line in text.splitlines()[1:]]
    assert rows[0][2:] == ["Moved", "from", "n0", "n1"]
    assert rows[1][2:] == ["Evicted", "<none>"]
    assert rows[2][2:] == ["Bound", "n0"]


def test_pods_that_are_not_scheduled_say_so():
    gated = Pod("gated", spec(gates=("example.com/wait",)))
    foreign = Pod("foreign", spec(scheduler="my-scheduler"))
    special = Pod("special", spec(unmodelled=("spec.resourceClaims",)))
    stray = Pod("stray", spec(), node="gone")
    result = result_of(initial(Cluster((node("n0"),), (gated, foreign, special), stray=(stray,))))
    statuses = [line.split()[2:] for line in placement_text(result).splitlines()[1:]]
    assert statuses == [
        ["SchedulingGated", "<none>"],
        ["Pending", "<none>"],
        ["Pending", "<none>"],
        ["Lost", "with", "gone", "<none>"],
    ]
    told = pending_text(result)
    assert "scheduling gates: example.com/wait" in told
    assert "'my-scheduler'" in told
    assert "spec.resourceClaims, which is not modelled" in told


def test_pods_with_one_reason_are_named_together():
    cluster = shop()
    pods = cluster.pods[:2]
    messages = dict.fromkeys(pods, "0/3 nodes are available: 3 Insufficient cpu.")
    result = result_of(placement(cluster, front_2="n0", paid_0="n0", paid_1="n1"), messages=messages)
    assert pending_text(result) == "shop/front-0, shop/front-1:\n    0/3 nodes are available: 3 Insufficient cpu."


COMPETITION = Competition((), ("cpu",), "in zone a", {"shop/paid-0": 2})


def test_what_a_pod_competes_with_is_added_to_the_reason():
    cluster = shop()
    (pod,) = cluster.pods[:1]
    rest = {"front_1": "n0", "front_2": "n0", "paid_0": "n1", "paid_1": "n2"}
    result = result_of(placement(cluster, **rest), messages={pod: "0/3 nodes."}, competes={pod: COMPETITION})
    assert pending_text(result).endswith("    0/3 nodes. It competes for cpu in zone a with 2 pods like shop/paid-0.")


def test_many_pods_of_one_reason_are_not_all_named():
    cluster = Cluster((node("n0"),), tuple(replicas("front", 50, spec())))
    assert "shop/front-5 and 44 more:" in pending_text(result_of(initial(cluster)))
    assert "No reason is known." in pending_text(result_of(initial(cluster)))


def test_where_every_pod_has_a_node_nothing_is_pending():
    cluster = Cluster((node("n0"),), tuple(replicas("front", 1, spec())))
    assert pending_text(result_of(placement(cluster, front_0="n0"))) == ""


def test_no_pods_are_no_table():
    assert placement_text(result_of(initial(Cluster((), ())))) == "No pods."
