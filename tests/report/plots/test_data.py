"""The numbers behind the pictures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from solver.cluster.cluster import Cluster
from solver.cluster.pod import Pod
from solver.objectives.question import Level, ObjectiveName
from solver.report.plots.colouring import NODE_BOUND, colouring_of, workload_names
from solver.report.plots.incumbent_and_bound import draw_incumbent_and_bound, searches_of, worth_showing
from solver.report.plots.node_bars import MOST_PIECES, NodeBar, draw_node_bars, node_bars_of, readable
from solver.report.plots.node_curve import draw_node_curve, node_curve_of
from solver.report.plots.placed_per_priority import MOST_TIERS, tiers_of
from solver.report.plots.style import REMAINING_COLOUR, STRATEGY_COLOURS, short_names, shortened, strategy_colour
from solver.report.plots.units import axis_title
from solver.report.plots.zone_heat_map import zone_rows_of
from solver.result import Progress
from solver.run.registry import STRATEGIES
from tests.report.samples import Row, initial_shop, node, placement, replicas, result_of, shop, spec


def bars_of(placed, resource):
    return node_bars_of(placed, resource, colouring_of(placed))


def test_a_bar_is_as_long_as_the_node_and_filled_with_its_pods():
    cluster = Cluster((node("n0"), node("n1")), (*replicas("b", 1, spec(500)), *replicas("a", 2, spec(1500))))
    full, empty = bars_of(placement(cluster, b_0="n0", a_0="n0"), "cpu")
    assert (full.allocatable, full.requests) == (4, (("Deployment shop/a", 1.5), ("Deployment shop/b", 0.5)))
    assert (full.used, empty.used, empty.requests) == (True, False, ())


def test_what_belongs_to_the_node_comes_last_and_does_not_make_it_used():
    agent = Pod("agent", spec(100, daemon=True), node="n0", workload="DaemonSet shop/agent")
    cluster = Cluster((node("n0"),), (agent, *replicas("z", 1, spec())))
    (alone,) = bars_of(placement(cluster), "memory")
    assert (alone.used, alone.requests) == (False, ((NODE_BOUND, 1.0),))
    (both,) = bars_of(placement(cluster, z_0="n0"), "memory")
    assert [workload for workload, _ in both.requests] == ["Deployment shop/z", NODE_BOUND]


def test_a_bar_of_pods_is_filled_with_their_number():
    cluster = Cluster((node("n0"),), tuple(replicas("a", 2, spec(0, 0))))
    (bar,) = bars_of(placement(cluster, a_0="n0", a_1="n0"), "pods")
    assert (bar.allocatable, bar.requested, len(bar.requests)) == (110, 2, 2)


def test_units_are_those_of_the_axis():
    assert [axis_title(name) for name in ("cpu", "memory", "hugepages-2Mi", "nvidia.com/gpu")] == [
        "cpu (cores)",
        "memory (GiB)",
        "hugepages-2Mi (GiB)",
        "nvidia.com/gpu",
    ]


def test_the_heaviest_workloads_have_colours_of_their_own():
    pods = tuple(pod for size in range(1, 15) for pod in replicas(f"w{size:02}", 1, spec(size * 100)))
    colouring = colouring_of(placement(Cluster((node("n0"),), pods)))
    assert colouring.by_workload
    assert colouring.colours["Deployment shop/w14"] != REMAINING_COLOUR
    assert colouring.colours["Deployment shop/w01"] == REMAINING_COLOUR
    assert len(set(colouring.colours.values())) == 10
    assert list(colouring.legend) == [f"w{size:02}" for size in range(6, 15)] + ["other workloads"]


def test_where_there_are_many_small_workloads_requests_have_colours_the_largest_first():
    pods = tuple(replicas(f"w{i}", 1, spec(1000 if i % 3 else 1500, 2**28))[0] for i in range(60))
    agent = Pod("agent", spec(daemon=True), node="n0")
    colouring = colouring_of(placement(Cluster((node("n0"),), (*pods, agent))))
    assert not colouring.by_workload
    assert list(colouring.legend) == ["cpu 1500m, memory 256Mi", "cpu 1, memory 256Mi", NODE_BOUND]


def test_many_requests_are_coloured_as_far_as_there_are_colours_and_pods_may_request_nothing():
    pods = [replicas(f"w{i}", 1, spec(1000 + i, 2**28))[0] for i in range(60)]
    pods += replicas("idle", 1, spec(0, 0))
    colouring = colouring_of(placement(Cluster((node("n0"),), tuple(pods))))
    assert list(colouring.legend)[-1] == "other requests"
    assert colouring.colours["no request"] == REMAINING_COLOUR


@pytest.mark.parametrize(
    ("workloads", "names"),
    [
        (["Deployment shop/a", "Job shop/b"], ["a", "b"]),
        (["Deployment shop/a", "Deployment test/a"], ["shop/a", "test/a"]),
        (["Deployment shop/a", "Job shop/a"], ["Deployment shop/a", "Job shop/a"]),
        ([], []),
    ],
)
def test_workloads_are_called_by_as_little_as_tells_them_apart(workloads, names):
    assert workload_names(workloads) == names


def test_the_domain_that_all_nodes_share_is_not_repeated():
    assert short_names(["ip-1.eu.internal", "ip-2.eu.internal"]) == ["ip-1", "ip-2"]
    assert short_names(["a.one", "b.two"]) == ["a.one", "b.two"]
    assert short_names(["only.one"]) == ["only.one"]
    assert shortened("a-very-long-name-of-a-node-indeed-0", 11) == "a-very…ed-0"


def test_the_bars_of_an_axes_are_the_nodes_and_the_pods():
    axes = Figure().subplots()
    bars = [NodeBar("n1", 4.0, (("w", 1.0), ("w", 2.0)), used=True)]
    draw_node_bars(axes, bars, ["n0", "n1"], {"w": "#112233"}, 8.0)
    drawn = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    spans = [(round(bar.get_x(), 3), round(bar.get_width(), 3)) for bar in drawn]
    assert spans == [(0, 4), (0, 1), (1, 2)]
    assert {round(bar.get_y() + bar.get_height() / 2) for bar in drawn} == {1}
    assert axes.get_xlim()[1] >= 8


def test_the_curve_says_how_many_nodes_are_used_and_how_full_they_are():
    axes = Figure().subplots()
    cluster = Cluster((node("n0"), node("n1")), tuple(replicas("a", 1, spec(3000))))
    curve = node_curve_of(placement(cluster, a_0="n0"), "cpu")
    assert list(curve.shares) == [0.75, 0]
    draw_node_curve(axes, curve, "blue", 2)
    assert [text.get_text() for text in axes.texts] == ["1 of 2 nodes used, 75 % full"]


def test_tiers_count_everybody_who_wanted_a_place():
    cluster = shop()
    results = [result_of(placement(cluster, paid_0="n0")), result_of(placement(cluster, front_0="n0"))]
    high, low = tiers_of(cluster, results)
    assert (high.title, high.wanted, high.placed) == ("priority 1,000", 2, (1, 0))
    assert (low.title, low.wanted, low.placed) == ("priority 0", 3, (0, 1))


def test_many_priorities_are_drawn_as_the_highest_and_the_rest():
    pods = tuple(pod for tier in range(30) for pod in replicas(f"w{tier}", 2, spec(1, priority=tier)))
    cluster = Cluster((node("n0"),), pods)
    tiers = tiers_of(cluster, [result_of(placement(cluster, w0_0="n0", w29_0="n0"))])
    assert len(tiers) == MOST_TIERS
    assert (tiers[0].title, tiers[0].placed) == ("priority 29", (1,))
    assert (tiers[-1].title, tiers[-1].wanted, tiers[-1].placed) == ("19 lower priorities", 38, (1,))


def test_very_many_pods_are_drawn_group_by_group():
    few = [NodeBar("n0", 4.0, (("a", 1.0), ("a", 0.5), ("b", 1.0)), used=True)]
    assert readable(few) == few
    (bar,) = readable([NodeBar("n0", 4.0, (*[("a", 0.5)] * MOST_PIECES, ("b", 1.0)), used=True)])
    assert bar.requests == (("a", MOST_PIECES / 2), ("b", 1.0))


def test_zones_count_the_pods_of_each_node_the_most_first_and_nodes_without_a_zone_last():
    cluster = Cluster(
        (node("n0", zone="b"), node("n1", zone="b"), node("n2", zone=None), node("n3", zone="a")),
        (*replicas("w", 3, spec()), Pod("agent", spec(daemon=True), node="n3")),
    )
    (rows,) = zone_rows_of([placement(cluster, w_0="n1", w_1="n1", w_2="n2")])
    assert [(row.zone, row.counts) for row in rows] == [("a", (0,)), ("b", (2, 0)), ("no zone", (1,))]


def test_zones_that_only_one_strategy_uses_have_a_row_for_all():
    here, there = (Cluster((node("n0", zone=zone),), ()) for zone in "ab")
    for rows in zone_rows_of([placement(here), placement(there)]):
        assert [row.zone for row in rows] == ["a", "b"]


COST, PENDING = Level(ObjectiveName.COST), Level(ObjectiveName.PENDING, 0)


LEVELS = (Row("pending", 0, 0, 0), Row("cost", 4, 4))


def searched(*moments, levels=LEVELS):
    progress = tuple(Progress(at, level, Fraction(value), bound) for at, level, value, bound in moments)
    return searches_of(result_of(initial_shop(), "cpsat", *levels, progress=progress))


def test_a_search_ends_with_what_the_result_says():
    (search,) = searched((0.1, COST, 6, None), (0.2, COST, 5, Fraction(3)))
    assert search.seconds == (0.1, 0.2, 0.3)
    assert search.values == (6, 5, 4)
    assert search.bounds == (0, 3, 4)
    assert search.outcome == "4, proven"
    assert search.spread == pytest.approx(1 / 2)


def test_the_incumbent_only_falls_and_the_bound_only_rises():
    moments = ((0.1, COST, 6, Fraction(2)), (0.11, COST, 3, None), (0.12, COST, 7, Fraction(3)))
    (search,) = searched(*moments, (0.2, COST, 5, Fraction(2)), (0.3, COST, 5, Fraction(5)))
    assert search.values == (7, 5, 5, 4)
    assert search.bounds == (3, 3, 4, 4)


def test_where_the_last_step_made_it_worse_there_is_only_the_end():
    (search,) = searched((0.1, COST, 3, None), levels=(Row("cost", 4, 4),))
    assert (search.seconds, search.values) == ((0.3,), (4,))


def test_what_is_not_proven_shows_its_bound_or_that_there_is_none():
    (search,) = searched((0.1, COST, 6, None), levels=(Row("cost", 6, "4.5"),))
    assert search.outcome == "6, bound 4.5"
    (search,) = searched((0.1, COST, 6, None), levels=(Row("cost", 6),))
    assert (search.outcome, search.bounds) == ("6, no bound", ())


def test_levels_with_nothing_to_see_are_left_out():
    searches = searched((0.0, PENDING, 0, None), (0.1, COST, 6, None))
    assert [search.level for search in worth_showing(searches, 4)] == [COST]
    nothing = searched((0.0, PENDING, 0, None), levels=(Row("pending", 0, 0, 0),))
    assert worth_showing(nothing, 4) == []


def test_of_many_levels_those_with_the_most_to_see_are_shown():
    levels = (Row("pending", 1, 0, 0), Row("cost", 4, 4))
    searches = searched((0.0, PENDING, 1, None), (0.1, COST, 8, None), levels=levels)
    assert [search.level for search in worth_showing(searches, 1)] == [COST]
    assert [search.level for search in worth_showing(searches, 2)] == [PENDING, COST]


def test_counts_have_whole_numbers_on_their_axis():
    axes = Figure().subplots()
    (search,) = searched((0.1, COST, 2, None), levels=(Row("cost", 1, 1),))
    draw_incumbent_and_bound(axes, search, "blue", 2.0)
    assert all(tick == int(tick) for tick in axes.get_yticks())


def test_a_search_is_drawn_up_to_its_end():
    axes = Figure().subplots()
    (search,) = searched((0.1, COST, 6, None), (0.2, COST, 5, Fraction(3)))
    draw_incumbent_and_bound(axes, search, "blue", 2.0)
    assert axes.get_xlim()[1] >= 2.0
    assert [text.get_text() for text in axes.texts] == ["4, proven"]
    assert "cost" in (axes.get_title(loc="left"), axes.get_title())


def test_every_strategy_has_a_colour_of_its_own():
    assert set(STRATEGIES) == set(STRATEGY_COLOURS)
    assert len({strategy_colour(name) for name in (*STRATEGIES, "unheard-of")}) == len(STRATEGIES) + 1
