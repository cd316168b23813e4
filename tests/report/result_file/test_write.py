from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import jsonschema
import pytest

from solver.cluster.cluster import Cluster
from solver.cluster.pod import Pod
from solver.cluster.taints import Effect, Taint
from solver.cluster.topology import HOSTNAME, INSTANCE_TYPE, ZONE
from solver.cluster.workloads import DaemonSet
from solver.placement import Bind, Evict, Placement, initial, plan, widened
from solver.report.result_file import result_text
from solver.report.result_file.bind_order import bind_order
from solver.report.result_file.schema import ResultDocument, generated_schema, shipped_schema
from solver.report.result_file.write import quantity, result_document
from solver.result import Competition, Limit
from tests.report.samples import GIB, Row, node, placement, pool, replicas, result_of, shop, spec


def opened(number: int = 1) -> Placement:
    """One pod and a DaemonSet's, on a node that a pool has opened."""
    agent = DaemonSet("agent", spec(100, namespace="kube-system", daemon=True))
    cluster = Cluster((node("n0"),), tuple(replicas("front", 1, spec())), pools=(pool(),), daemon_sets=(agent,))
    wide = widened(cluster, [cluster.pools[0].node(0, rank) for rank in range(number)])
    (machine, *_) = wide.nodes[1:]
    return Placement(wide, {pod: machine for pod in wide.pods if pod.spec.daemon is False or machine.name in pod.name})


def moving() -> Placement:
    """One pod moved, one evicted, one new."""
    old = replicas("old", 2, spec(), on="n0")
    cluster = Cluster((node("n0"), node("n1")), (*old, *replicas("new", 1, spec())))
    return placement(cluster, old_0="n1", old_1="", new_0="n0")


SAMPLES = {
    "nothing placed": lambda: result_of(initial(shop())),
    "all levels proven": lambda: result_of(
        placement(shop(), paid_0="n0"), "cpsat", Row("pending", 1, 1, 1000), Row("cost", 2, 2)
    ),
    "a gap": lambda: result_of(initial(shop()), "cpsat", Row("cost", "12.5", "12.1"), limit=Limit.TIME),
    "no bound": lambda: result_of(initial(shop()), "random", Row("cost", 3)),
    "opened nodes": lambda: result_of(opened()),
    "moves and evictions": lambda: result_of(moving()),
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_a_result_file_follows_the_shipped_schema(sample):
    jsonschema.validate(json.loads(result_text(sample())), json.loads(shipped_schema()))


def test_the_shipped_schema_is_the_one_that_the_types_make():
    assert shipped_schema() == generated_schema(), (
        "write generated_schema() to result.schema.json, in a new version if needed"
    )


@pytest.mark.parametrize(
    "spoiled",
    [
        {"apiVersion": "podsolver/v2"},
        {"termination": "perfect"},
        {"limit": "patience"},
        {"surprise": 1},
        {"placement": {"shop/front-0": 3}},
        {"steps": [{"bind": "shop/front-0"}]},
        {"steps": [{"bind": "shop/front-0", "node": "n0", "evict": "shop/front-1"}]},
    ],
)
def test_the_schema_refuses_what_a_result_cannot_be(spoiled):
    document = result_document(result_of(initial(shop()))) | spoiled
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(shipped_schema()))


def test_the_document_has_all_that_is_promised_in_its_order():
    assert list(result_document(result_of(initial(shop())))) == [
        *("apiVersion", "scenario", "strategy", "termination", "limit", "levels", "placement", "devices"),
        *("nodes", "moved", "evicted", "bind_order", "steps", "runtime_s", "violations", "messages", "competes"),
    ]


def test_every_pod_that_has_not_finished_is_in_the_placement_stray_and_held_back_ones_too():
    gated = Pod("gated", spec(gates=("wait",)))
    stray = Pod("stray", spec(), node="gone")
    cluster = Cluster((node("n0"),), (*replicas("front", 2, spec()), gated), stray=(stray,))
    document = result_document(result_of(placement(cluster, front_0="n0")))
    expected = {"shop/front-0": "n0", "shop/front-1": None, "shop/gated": None, "shop/stray": "gone"}
    assert document["placement"] == expected


def test_levels_have_value_bound_and_gap_as_numbers():
    levels = (Row("pending", 0, 0, 1000), Row("cost", "12.5", "10"), Row("preferences", 7))
    document = result_document(result_of(initial(shop()), "cpsat", *levels))
    assert document["levels"] == [
        {"objective": "pending", "priority": 1000, "value": 0, "bound": 0, "gap": 0, "proven": True},
        {"objective": "cost", "priority": None, "value": 12.5, "bound": 10, "gap": 0.2, "proven": False},
        {"objective": "preferences", "priority": None, "value": 7, "bound": None, "gap": None, "proven": False},
    ]
    assert document["termination"] == "feasible"


def test_whole_numbers_are_written_whole():
    text = result_text(result_of(initial(shop()), "cpsat", Row("cost", 3, 3)))
    assert '"value": 3,' in text


def test_nodes_that_are_no_objects_of_the_input_are_described_when_they_hold_a_pod():
    machine = node(
        "pool-a-0",
        3920,
        15 * GIB,
        price="0.4032",
        pool="pool",
        declared=False,
        labels={INSTANCE_TYPE: "m7i.xlarge"},
        taints=(Taint("dedicated", "gpu", Effect.NO_SCHEDULE),),
    )
    empty = node("pool-a-1", pool="pool", declared=False)
    cluster = Cluster((machine, empty, node("given")), tuple(replicas("front", 2, spec())))
    document = result_document(result_of(placement(cluster, front_0="pool-a-0", front_1="given")))
    assert document["nodes"] == [
        {
            "name": "pool-a-0",
            "pool": "pool",
            "instance_type": "m7i.xlarge",
            "zone": "a",
            "price_per_hour": 0.4032,
            "allocatable": {"cpu": "3920m", "memory": "15Gi", "pods": "110"},
            "labels": {HOSTNAME: "pool-a-0", ZONE: "a", INSTANCE_TYPE: "m7i.xlarge"},
            "taints": [{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}],
        }
    ]


def test_daemon_pods_of_opened_nodes_are_in_the_placement():
    document = result_document(result_of(opened()))
    assert document["placement"]["kube-system/agent-general-a-0"] == "general-a-0"
    assert "kube-system/agent-general-a-0" in document["bind_order"]


def test_moved_and_evicted_pods_are_listed_apart():
    document = result_document(result_of(moving()))
    assert (document["moved"], document["evicted"]) == (["shop/old-0"], ["shop/old-1"])
    assert document["bind_order"] == ["shop/new-0", "shop/old-0"]
    assert document["steps"][:2] == [{"evict": "shop/old-1"}, {"evict": "shop/old-0"}]


@pytest.mark.parametrize(
    ("resource", "amount", "text"),
    [
        ("cpu", 3920, "3920m"),
        ("cpu", 4000, "4"),
        ("memory", 15 * GIB, "15Gi"),
        ("memory", 1000, "1000"),
        ("ephemeral-storage", GIB, "1Gi"),
        ("hugepages-2Mi", 4 * 2**20, "4Mi"),
        ("pods", 1024, "1024"),
        ("nvidia.com/gpu", 2048, "2048"),
    ],
)
def test_amounts_are_kubernetes_quantities(resource, amount, text):
    assert quantity(resource, amount) == text


def test_reasons_are_listed_by_pod():
    cluster = shop()
    pod = cluster.pods[0]
    competition = Competition(("NodeResourcesFit",), ("cpu",), "on all nodes", {"shop/paid-0": 2}, ("disruption",))
    result = result_of(initial(cluster), messages={pod: "0/3 nodes are available."}, competes={pod: competition})
    document = result_document(result)
    assert document["messages"] == {"shop/front-0": "0/3 nodes are available."}
    assert document["competes"]["shop/front-0"] == {
        "rules": ["NodeResourcesFit"],
        "resources": ["cpu"],
        "where": "on all nodes",
        "pods": {"shop/paid-0": 2},
        "levels": ["disruption"],
        "text": "It competes for cpu on all nodes with 2 pods like shop/paid-0, or disruption would be worse.",
    }
    ResultDocument.model_validate(document)


def test_a_price_keeps_its_digits():
    cluster = Cluster((node("p", price="0.1", declared=False),), tuple(replicas("front", 1, spec())))
    result = result_of(placement(cluster, front_0="p"), "cpsat", Row("cost", Fraction(Decimal("0.1"))))
    document = json.loads(result_text(result))
    assert (document["nodes"][0]["price_per_hour"], document["levels"][0]["value"]) == (0.1, 0.1)


def test_the_bind_order_is_that_of_the_steps_where_all_leave_first():
    placed = moving()
    pods = tuple(reversed(placed.newly_bound))
    assert bind_order(placed, plan(placed, pods)) == pods


def test_a_pod_that_was_bound_evicted_and_bound_again_is_ordered_by_its_last_bind():
    cluster = shop()
    placed = placement(cluster, front_0="n0", front_1="n1")
    first, second = placed.newly_bound
    steps = (Bind(first, cluster.nodes[1]), Bind(second, cluster.nodes[1]), Evict(first), Bind(first, cluster.nodes[0]))
    assert set(bind_order(placed, steps)) == {first, second}


def test_where_evictions_come_in_between_an_order_is_found_that_works_without_the_evicted():
    from solver.cluster.labels import equals
    from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
    from solver.objectives.question import BoundPods, Question
    from solver.verify import verify

    wants_db = PodAffinity((PodAffinityTerm(HOSTNAME, equals({"app": "db"}), frozenset({"shop"})),))
    (victim,) = replicas("olddb", 1, spec(2000, labels={"app": "db"}), on="n0")
    (web,) = replicas("web", 1, spec(1000, affinity=wants_db, priority=10))
    (new,) = replicas("newdb", 1, spec(3000, labels={"app": "db"}, priority=5))
    cluster = Cluster((node("n0"),), (victim, web, new))
    placed = placement(cluster, olddb_0="", web_0="n0", newdb_0="n0")
    (machine,) = cluster.nodes
    steps = (Bind(web, machine), Evict(victim), Bind(new, machine))
    question = Question(bound_pods=BoundPods.EVICTABLE)
    assert verify(placed, steps, question) == ()
    order = bind_order(placed, steps)
    assert order == (new, web)
    assert verify(placed, plan(placed, order), question) == ()
