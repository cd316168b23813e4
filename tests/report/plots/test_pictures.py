"""What is drawn is what is there; how beautiful it is, eyes must say."""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from solver.cluster.cluster import Cluster
from solver.compare.comparison import Comparison
from solver.objectives.question import Level, ObjectiveName
from solver.placement import Placement, initial
from solver.report.plots.pictures import pictures
from solver.result import Progress
from tests.report.samples import Row, node, placement, replicas, result_of, sampled, shop, spec

COST = Level(ObjectiveName.COST)


def searched(cluster, placed):
    progress = tuple(Progress(0.1 * i, COST, Fraction(9 - i), Fraction(i)) for i in range(4))
    return result_of(placed, "cpsat", Row("pending", 0, 0), Row("cost", 5, 5), progress=progress)


def compared(cluster, placed):
    return Comparison(
        sampled(cluster),
        (result_of(placed, "kube-scheduler", Row("pending", 0), Row("cost", 6)), searched(cluster, placed)),
    )


@pytest.fixture(scope="module")
def drawn():
    cluster = shop()
    return {
        picture.name: picture for picture in pictures(compared(cluster, placement(cluster, front_0="n0", paid_0="n1")))
    }


def test_there_is_a_picture_for_each_question(drawn):
    assert list(drawn) == ["nodes", "priorities", "cost", "search", "zones"]


def test_every_picture_is_a_png_and_an_svg_with_a_caption(drawn):
    for picture in drawn.values():
        assert picture.png.startswith(b"\x89PNG")
        assert ElementTree.fromstring(picture.svg).tag.endswith("svg")
        assert picture.caption.endswith(".")


def test_pictures_refer_to_nothing_outside(drawn):
    for picture in drawn.values():
        links = re.findall(rb'(?:href|src)="([^"]*)"', picture.svg)
        assert all(link.startswith((b"#", b"data:")) for link in links)


def test_the_same_comparison_gives_the_same_files(drawn):
    cluster = shop()
    again = pictures(compared(cluster, placement(cluster, front_0="n0", paid_0="n1")))
    for picture in again:
        assert picture.svg == drawn[picture.name].svg
        assert picture.png == drawn[picture.name].png


def test_nobodys_settings_change_what_is_drawn_and_nobodys_are_changed(drawn):
    import matplotlib as mpl

    cluster = shop()
    with mpl.rc_context({"font.size": 31, "axes.facecolor": "pink"}):
        again = pictures(compared(cluster, placement(cluster, front_0="n0", paid_0="n1")))
        assert mpl.rcParams["font.size"] == 31
    assert [picture.svg for picture in again] == [picture.svg for picture in drawn.values()]


def large():
    cluster = Cluster(
        tuple(node(f"n{i}", zone="abc"[i % 3]) for i in range(200)), tuple(replicas("front", 300, spec()))
    )
    return cluster, Placement(cluster, {pod: cluster.nodes[i // 3] for i, pod in enumerate(cluster.pods)})


def test_many_nodes_are_a_curve_and_not_many_bars(drawn):
    cluster, placed = large()
    nodes = pictures(compared(cluster, placed))[0]
    assert nodes.title == "How full the nodes are"
    assert drawn["nodes"].title == "Nodes and the pods on them"
    assert len(nodes.svg) < 2 * len(drawn["nodes"].svg)


def test_a_thousand_pods_on_a_few_nodes_stay_a_small_picture(drawn):
    nodes = tuple(node(f"n{i}", 100_000, 2**40, also={"pods": 1000}) for i in range(3))
    cluster = Cluster(nodes, tuple(replicas("front", 1500, spec(100, 2**20))))
    placed = Placement(cluster, {pod: nodes[i % 3] for i, pod in enumerate(cluster.pods)})
    (picture, *_) = pictures(compared(cluster, placed))
    assert len(picture.svg) < 3 * len(drawn["nodes"].svg)


def test_without_a_search_no_search_is_drawn():
    cluster = shop()
    result = result_of(initial(cluster), "kube-scheduler")
    assert "search" not in [picture.name for picture in pictures(Comparison(sampled(cluster), (result,)))]


def test_several_searches_have_a_picture_each():
    cluster = shop()
    placed = placement(cluster, front_0="n0")
    results = (
        searched(cluster, placed),
        result_of(placed, "random", Row("cost", 5), progress=(Progress(0.0, COST, Fraction(5), None),)),
    )
    names = [picture.name for picture in pictures(Comparison(sampled(cluster), results))]
    assert [name for name in names if name.startswith("search")] == ["search-cpsat", "search-random"]


def test_prices_are_drawn_where_there_are_any():
    cluster = Cluster((node("n0", price="0.5"),), tuple(replicas("front", 1, spec())))
    titles = [picture.title for picture in pictures(compared(cluster, placement(cluster, front_0="n0")))]
    assert "Nodes used, and what they cost" in titles


@pytest.mark.parametrize(
    "cluster", [Cluster((), ()), Cluster((), tuple(replicas("a", 2, spec()))), Cluster((node("n0", 0, 0),), ())]
)
def test_nothing_to_see_is_no_accident(cluster):
    results = (result_of(initial(cluster), "kube-scheduler"), result_of(initial(cluster), "somebody-else"))
    assert all(picture.png for picture in pictures(Comparison(sampled(cluster), results)))


def test_strategies_that_opened_different_nodes_share_their_rows():
    empty = Cluster((), tuple(replicas("a", 2, spec())))
    one = Cluster((node("x-0"),), empty.pods)
    other = Cluster((node("y-0"), node("y-1")), empty.pods)
    results = (
        result_of(initial(empty), "kube-scheduler"),
        result_of(placement(one, a_0="x-0"), "best-fit"),
        result_of(placement(other, a_0="y-0", a_1="y-1"), "cpsat"),
    )
    assert pictures(Comparison(sampled(empty), results))[0].name == "nodes"


def test_every_picture_says_in_words_what_it_shows(drawn):
    words = {name: picture.alt for name, picture in drawn.items()}
    assert words["nodes"].startswith(
        "kube-scheduler: 2 of 3 nodes used, requested of these: cpu 37.5 %, memory 25.0 %."
    )
    assert words["priorities"].startswith("priority 1,000, 2 pods: kube-scheduler places 1, cpsat places 1.")
    assert words["cost"] == "kube-scheduler: 2 nodes. cpsat: 2 nodes."
    assert words["search"] == "cost: from 9 to 5, proven, in 0.30 seconds."
    assert words["zones"].startswith("kube-scheduler: a 1 pod, b 1 pod, c 0 pods.")
    for picture in drawn.values():
        assert picture.alt.encode() in picture.svg


def test_a_level_that_was_zero_from_the_beginning_has_no_picture():
    cluster = shop()
    progress = (Progress(0.1, Level(ObjectiveName.PENDING, 0), Fraction(0), None),)
    result = result_of(initial(cluster), "cpsat", Row("pending", 0, 0, 0), progress=progress)
    assert "search" not in [picture.name for picture in pictures(Comparison(sampled(cluster), (result,)))]


def test_a_resource_that_fills_a_node_is_drawn_and_spoken_of():
    cluster = Cluster((node("n0", also={"pods": 1}),), tuple(replicas("front", 1, spec(100, 2**20))))
    picture = pictures(compared(cluster, placement(cluster, front_0="n0")))[0]
    assert "pods 100 %" in picture.alt
    assert picture.caption.endswith("Some nodes are fuller in pods than in cpu and memory.")


def test_the_caption_of_a_search_says_what_it_leaves_out():
    from solver.report.plots.captions import search

    assert search(2, 2).endswith("still open.")
    assert search(2, 5).endswith("2 of 5 levels, those with the most to see.")
