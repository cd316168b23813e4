from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace

import pytest

from solver.cluster.cluster import Cluster
from solver.cluster.pod import Pod
from solver.errors import InputError
from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.placement import Bind, Evict, Placement, widened
from solver.report.result_file import result_text
from solver.report.result_file.claims import contradictions
from solver.report.result_file.read import read_result
from solver.report.result_file.write import result_document
from tests.report.result_file.test_write import moving, opened
from tests.report.samples import Row, node, placement, replicas, result_of, shop, spec

EVICTABLE = Question(bound_pods=BoundPods.EVICTABLE)


@pytest.fixture
def file(tmp_path):
    def make(document) -> str:
        path = tmp_path / "result.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return str(path)

    return make


def given(result):
    """The cluster of the input: without what the strategy opened."""
    cluster = result.placement.cluster
    names = {f"{pool.name}-a-{rank}" for pool in cluster.pools for rank in range(pool.openable)}
    nodes = tuple(each for each in cluster.nodes if each.name not in names)
    pods = tuple(pod for pod in cluster.pods if not pod.name.startswith("agent-general"))
    return Cluster(nodes, pods, cluster.pools, cluster.daemon_sets, cluster.stray)


def strangers(path, cluster):
    return list(read_result(path, cluster).strangers)


def faults(path, cluster):
    with pytest.raises(InputError) as caught:
        read_result(path, cluster)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("sample", [moving, opened, lambda: placement(shop(), paid_0="n2", front_1="n0")])
def test_what_was_written_is_read_back(sample, file):
    result = result_of(sample())
    claim = read_result(file(result_text(result)), given(result))
    assert {pod.key: node.name for pod, node in claim.placement.node_of.items()} == {
        pod.key: node.name for pod, node in result.placement.node_of.items()
    }
    assert [repr(step) for step in claim.steps] == [repr(step) for step in result.steps]


def test_opened_nodes_come_back_as_their_pool_makes_them(file):
    result = result_of(opened())
    claim = read_result(file(result_text(result)), given(result))
    (machine,) = claim.placement.used
    assert (machine.name, machine.pool, machine.declared) == ("general-a-0", "general", False)


def test_a_compressed_file_and_standard_input_are_read_too(tmp_path):
    result = result_of(moving())
    path = tmp_path / "result.json.gz"
    path.write_bytes(gzip.compress(result_text(result).encode()))
    assert read_result(str(path), given(result)).steps
    assert read_result("-", given(result), io.BytesIO(result_text(result).encode())).steps


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "malformed JSON"),
        ("", "0 results, not one"),
        ("{}{}", "2 results, not one"),
        ("[1]", "result"),
        ('{"apiVersion": "podsolver/v1alpha1"}', "placement"),
        ('{"limit": null, "limit": null}', "appears twice"),
        ("[" * 200 + "]" * 200, "nested beyond"),
        ("\0", "binary"),
    ],
)
def test_a_file_that_is_no_result_is_a_problem_of_the_input(text, told, file):
    assert told in "\n".join(faults(file(text), shop()))


def test_an_absent_file_and_a_folder_are_problems_of_the_input(tmp_path):
    assert "no such file" in faults(str(tmp_path / "none.json"), shop())[0]
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{}")
    assert "not one result" in faults(str(tmp_path), shop())[0]


def changed(result, path, value):
    document = inner = result_document(result)
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("placement", "shop/front-0"), "n9", 'placement["shop/front-0"]: "n9"\nneither the scenario'),
        (("placement", "shop/nobody"), "n0", "has no such pod"),
        (("steps",), [{"bind": "shop/nobody", "node": "n0"}], 'steps[0].bind: "shop/nobody"'),
        (("steps",), [{"bind": "shop/front-0", "node": "n9"}], 'steps[0].node: "n9"'),
        (("steps",), [{"evict": "shop/nobody"}], 'steps[0].evict: "shop/nobody"'),
    ],
)
def test_pods_and_nodes_that_the_scenario_does_not_have_are_named_with_their_place(path, value, told, file):
    result = result_of(placement(shop(), front_0="n0"))
    assert told in "\n".join(strangers(file(changed(result, path, value)), given(result)))


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("termination",), "perfect", "termination"),
        (("runtime_s", "solve"), "long", "runtime_s.solve"),
        (("levels",), [{"objective": "pending"}], "levels[0].value"),
    ],
)
def test_every_wrong_value_is_named_with_its_place(path, value, told, file):
    result = result_of(placement(shop(), front_0="n0"))
    assert told in "\n".join(faults(file(changed(result, path, value)), given(result)))


def test_a_missing_pod_is_named(file):
    result = result_of(placement(shop(), front_0="n0"))
    document = result_document(result)
    del document["placement"]["shop/front-2"]
    assert "pod shop/front-2 is missing" in strangers(file(document), given(result))[0]


def test_all_strangers_are_told_at_once(file):
    result = result_of(placement(shop(), front_0="n0"))
    document = result_document(result)
    document["placement"] |= {"shop/front-1": "n8", "shop/front-2": "n9"}
    assert len(strangers(file(document), given(result))) == 2


def test_a_stray_pod_stays_where_the_input_has_it(file):
    cluster = Cluster((node("n0"),), (), stray=(Pod("stray", spec(), node="gone"),))
    document = result_document(result_of(placement(cluster)))
    assert read_result(file(document), cluster).placement.node_of == {}
    document["placement"]["shop/stray"] = "n0"
    assert "bound to gone, which is absent" in strangers(file(document), cluster)[0]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "general-a-3"}, "opens no node of this name"),
        ({"name": "general-a-x"}, "opens no node of this name"),
        ({"name": "other-a-0"}, "opens no node of this name"),
        ({"pool": "special"}, "no such node pool"),
        ({"pool": None}, "no such node pool"),
    ],
)
def test_a_node_that_the_scenario_would_not_open_like_this_is_a_problem(change, told, file):
    result = result_of(opened())
    document = result_document(result)
    document["nodes"][0] |= change
    assert told in "\n".join(strangers(file(document), given(result)))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"allocatable": {"cpu": "64", "memory": "8Gi", "pods": "110"}}, 'nodes[0].allocatable.cpu: "64"'),
        ({"allocatable": {"cpu": "lots", "memory": "8Gi", "pods": "110"}}, 'nodes[0].allocatable.cpu: "lots"'),
        ({"allocatable": {"cpu": "4", "memory": "8Gi"}}, "nodes[0].allocatable.pods"),
        ({"price_per_hour": 0.1}, "nodes[0].price_per_hour: 0.1"),
        ({"price_per_hour": None}, "nodes[0].price_per_hour"),
        ({"zone": "b"}, 'nodes[0].zone: "b"'),
        ({"instance_type": "m7i.large"}, 'nodes[0].instance_type: "m7i.large"\nthe scenario has none'),
        ({"labels": {}}, 'nodes[0].labels["kubernetes.io/hostname"]\nthe scenario says "general-a-0"'),
        ({"taints": [{"key": "a", "value": "", "effect": "NoSchedule"}]}, "nodes[0].taints"),
    ],
)
def test_what_the_scenario_says_otherwise_of_a_node_is_told_and_the_rest_is_still_recounted(change, told, file):
    result = result_of(opened())
    document = result_document(result)
    document["nodes"][0] |= change
    claim = read_result(file(document), given(result))
    assert told in "\n".join(claim.differences)
    assert not claim.strangers
    assert set(claim.differences) < set(contradictions(claim, Question()))


def test_an_amount_may_be_written_otherwise(file):
    result = result_of(opened())
    document = result_document(result)
    document["nodes"][0]["allocatable"]["cpu"] = "4000m"
    assert read_result(file(document), given(result)).differences == ()


def test_a_node_that_appears_twice_is_a_problem(file):
    result = result_of(opened())
    document = result_document(result)
    document["nodes"].append(dict(document["nodes"][0]))
    assert "the node appears twice" in "\n".join(strangers(file(document), given(result)))


def test_the_nodes_that_a_pool_has_from_the_start_are_not_opened_again(file):
    present = node("general-a-0", pool="general", declared=False)
    cluster = Cluster((present,), tuple(replicas("front", 1, spec())))
    claim = read_result(file(result_text(result_of(placement(cluster, front_0="general-a-0")))), cluster)
    assert claim.placement.cluster.nodes == (present,)


def test_every_node_that_holds_a_pod_and_is_no_object_of_the_input_is_to_be_listed(file):
    present = node("general-a-0", pool="general", declared=False)
    cluster = Cluster((present, node("n0")), tuple(replicas("front", 1, spec())))
    placed = placement(cluster, front_0="general-a-0")
    document = result_document(result_of(placed, "random", Row("pending", 0, priority=0)))
    listed, question = document["nodes"], Question(objectives=(ObjectiveName.PENDING,))
    assert contradictions(read_result(file(document), cluster), question) == []
    document["nodes"] = []
    assert contradictions(read_result(file(document), cluster), question) == ["nodes: general-a-0 is missing."]
    plain = {**listed[0], "name": "n0", "pool": None, "labels": dict(cluster.node_named["n0"].labels)}
    document["nodes"] = [*listed, plain]
    told = contradictions(read_result(file(document), cluster), question)
    assert told == ["nodes: n0 is in it, and the placement says otherwise."]


def test_a_pool_opens_no_more_nodes_over_all_its_zones_than_it_may(file):
    from solver.cluster.pool import NodePool

    templates = tuple(node(f"p-{zone}", zone=zone, pool="p", declared=False) for zone in "ab")
    small = NodePool("p", templates, (0, 0), openable=1)
    cluster = Cluster((), tuple(replicas("front", 2, spec())), pools=(small,))
    wide = widened(cluster, [small.node(zone, 0) for zone in (0, 1)])
    document = result_document(result_of(placement(wide, front_0="p-a-0", front_1="p-b-0")))
    assert "pool p opens 1 node at most" in "\n".join(strangers(file(document), cluster))


def test_a_result_that_was_just_written_contradicts_nothing(file):
    from solver.run import run
    from tests.report.samples import sampled

    cluster = shop()
    result = run(sampled(cluster), "first-fit-decreasing")
    claim = read_result(file(result_text(result)), cluster)
    assert contradictions(claim, Question()) == []


def claims(file, **changes):
    cluster = Cluster((node("n0"), node("n1")), (*replicas("old", 2, spec(), on="n0"), *replicas("new", 1, spec())))
    placed = placement(cluster, old_0="n1", old_1="", new_0="n0")
    rows = (Row("pending", 1, 1, 0), Row("disruption", 3, 2), Row("cost", 2), Row("preferences", 0, 0))
    document = result_document(result_of(placed, "cpsat", *rows)) | changes
    return "\n".join(contradictions(read_result(file(document), cluster), EVICTABLE))


COMPETITION = {"rules": [], "resources": [], "where": "on all nodes", "pods": {}, "levels": [], "text": ""}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ""),
        ({"moved": []}, "moved: shop/old-0 is missing."),
        ({"moved": ["shop/old-0", "shop/new-0"]}, "moved: shop/new-0 is in it"),
        ({"evicted": ["shop/old-1", "shop/old-1"]}, "evicted: shop/old-1 is in it twice."),
        ({"bind_order": ["shop/new-0"]}, "bind_order: shop/old-0 is missing."),
        ({"messages": {"shop/new-0": "no room"}}, "messages: shop/new-0 is in it, and is no pending pod."),
        ({"competes": {"shop/nobody": COMPETITION}}, "competes: shop/nobody is in it, and is no pending pod."),
        ({"levels": []}, "levels: they are not those that the scenario asks for"),
    ],
)
def test_what_the_file_says_of_itself_is_held_against_its_placement(file, changes, told):
    found = claims(file, **changes)
    assert told in found
    assert bool(found) == bool(told)


@pytest.mark.parametrize(
    ("level", "change", "told"),
    [
        (0, {"value": 0, "bound": 0}, "pending, priority ≥ 0 is 1, not 0."),
        (1, {"value": 2.5}, "disruption is 3, not 2.5."),
        (2, {"value": 1.9999}, "cost is 2, not 1.9999."),
    ],
)
def test_levels_are_computed_anew(file, level, change, told):
    cluster = Cluster((node("n0"), node("n1")), (*replicas("old", 2, spec(), on="n0"), *replicas("new", 1, spec())))
    placed = placement(cluster, old_0="n1", old_1="", new_0="n0")
    rows = (Row("pending", 1, 1, 0), Row("disruption", 3, 2), Row("cost", 2), Row("preferences", 0, 0))
    document = result_document(result_of(placed, "cpsat", *rows))
    document["levels"][level] |= change
    assert told in "\n".join(contradictions(read_result(file(document), cluster), EVICTABLE))


def test_an_impossible_bind_order_is_told_even_where_the_steps_are_right(file):
    from solver.cluster.labels import equals
    from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
    from solver.cluster.topology import HOSTNAME

    near = PodAffinity((PodAffinityTerm(HOSTNAME, equals({"app": "db"}), frozenset({"shop"})),))
    pods = (*replicas("db", 1, spec(labels={"app": "db"})), *replicas("web", 1, spec(affinity=near)))
    cluster = Cluster((node("n0"),), pods)
    document = result_document(result_of(placement(cluster, db_0="n0", web_0="n0")))
    document["levels"] = []
    question = Question(objectives=())
    assert contradictions(read_result(file(document), cluster), question) == []
    document["bind_order"].reverse()
    (told,) = contradictions(read_result(file(document), cluster), question)
    assert told.startswith("bind_order: ")
    assert "shop/web-0" in told


def test_where_a_bind_leaned_on_a_pod_that_left_later_the_order_of_the_steps_stands(file):
    from solver.cluster.labels import equals
    from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
    from solver.cluster.topology import HOSTNAME

    near = PodAffinity((PodAffinityTerm(HOSTNAME, equals({"app": "db"}), frozenset({"shop"})),))
    (db,) = replicas("db", 1, spec(labels={"app": "db"}), on="n0")
    (web,), (top,) = replicas("web", 1, spec(affinity=near)), replicas("top", 1, spec(priority=5))
    cluster = Cluster((node("n0"),), (db, web, top))
    where = cluster.node_named["n0"]
    placed = Placement(cluster, {web: where, top: where})
    question, steps = Question(objectives=()), (Bind(web, where), Evict(db), Bind(top, where))
    document = result_document(replace(result_of(placed, "kube-scheduler"), steps=steps)) | {"levels": []}
    assert document["bind_order"] == ["shop/web-0", "shop/top-0"]
    assert contradictions(read_result(file(document), cluster), question) == []
    document["bind_order"].reverse()
    (told,) = contradictions(read_result(file(document), cluster), question)
    assert told.startswith("bind_order: ")
