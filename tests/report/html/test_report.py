from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from solver.cluster.cluster import Cluster
from solver.compare.comparison import Comparison
from solver.report.html import report_html
from solver.report.plots.canvas import Picture
from solver.result import Limit
from tests.report.samples import Row, node, placement, replicas, result_of, sampled, shop, spec

PICTURE = Picture("nodes", "Nodes", "What to see.", "Two nodes are full.", b"png", b"<svg/>")


class Outline(HTMLParser):
    """Text, and which tags were opened and not closed."""

    VOID = frozenset({"meta", "img", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for key, value in attrs if key in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def comparison(**more):
    cluster = shop()
    placed = placement(cluster, front_0="n0", paid_0="n1")
    messages = dict.fromkeys(placed.pending, "0/3 nodes are available: 3 node(s) had untolerated taint {a: <b>}.")
    results = (
        result_of(placed, "kube-scheduler", Row("pending", 3, None, 0), messages=messages),
        result_of(placed, "cpsat", Row("pending", 3, 3, 0), messages=messages, limit=Limit.TIME),
    )
    return Comparison(sampled(cluster, **more), results)


@pytest.fixture
def page():
    return report_html(
        comparison(question_text="Where to?", notices=("one claim was assumed",)),
        [PICTURE],
        "podsolver compare x -o y",
        "1.2",
    )


def text_of(page):
    return " ".join(" ".join(Outline(page).text).split())


def test_every_tag_is_closed(page):
    assert Outline(page).open == []


def test_nothing_is_fetched_and_nothing_is_executed(page):
    outline = Outline(page)
    assert all(link.startswith("data:") for link in outline.links)
    assert not outline.tags & {"script", "iframe", "link", "object", "embed"}
    assert not re.search(r"url\(|@import", page)


def test_the_page_has_the_sentence_the_question_and_the_table(page):
    text = text_of(page)
    assert "cpsat and kube-scheduler answer alike: 2 of 5 pods on 2 nodes, proven" in text
    assert "Where to?" in text
    assert "pods placed, priority 1,000" in text


def test_the_page_has_the_pictures_with_their_captions(page):
    assert "What to see." in text_of(page)
    assert "data:image/svg+xml;base64,PHN2Zy8+" in page
    assert 'alt="Two nodes are full."' in page


def test_what_colour_says_is_said_in_words_too():
    cluster = shop()
    few, many = placement(cluster, front_0="n0"), placement(cluster, front_0="n0", paid_0="n1")
    results = (result_of(few, "kube-scheduler"), result_of(many, "cpsat"))
    assert "1 (best)" in text_of(report_html(Comparison(sampled(cluster), results), []))


def test_every_header_of_a_table_says_what_it_is_the_header_of(page):
    assert re.findall(r"<th(?! scope=)", page.partition("<body>")[2].replace("<thead", "")) == []


def test_the_page_explains_its_rows_each_meaning_once(page):
    text = text_of(page)
    assert text.count("Requested / allocatable") == 1
    assert "cpu fragmentation; memory fragmentation" in text


def test_an_answer_as_good_as_the_proven_one_is_called_so(page):
    assert "kube-scheduler feasible, equals the proven optimum" in text_of(page)


def test_the_page_says_why_pods_are_pending_and_what_was_assumed(page):
    text = text_of(page)
    assert "3 pods · 0/3 nodes are available: 3 node(s) had untolerated taint {a: <b>}. shop/front-1, " in text
    assert "one claim was assumed" in text
    assert "stopped by the time limit" in text


def test_the_page_says_how_to_make_it_again(page):
    assert "podsolver compare x -o y" in text_of(page)
    assert "podsolver 1.2" in text_of(page)


def test_what_comes_from_the_input_is_never_markup():
    evil = "<script>alert('x')</script>"
    hostile = comparison(name=evil, question_text=evil, notices=(evil,))
    page = report_html(hostile, [replace(PICTURE, title=evil, caption=evil, alt=evil)], evil)
    assert "<script>" not in page
    assert text_of(page).count(evil) >= 5


def test_evicted_and_moved_pods_are_named():
    cluster = Cluster((node("n0"), node("n1")), tuple(replicas("old", 40, spec(1), on="n0")))
    leaving = {f"old_{i}": "" for i in range(30)} | {"old_35": "n1"}
    result = result_of(placement(cluster, **leaving))
    text = text_of(report_html(Comparison(sampled(cluster), (result,)), []))
    assert "shop/old-0 (was on n0)" in text
    assert "and 6 more" in text
    assert "shop/old-35: n0 → n1" in text


def test_an_interrupted_comparison_says_what_is_missing():
    page = report_html(replace(comparison(), skipped=("cpsat", "random")), [])
    assert "Interrupted before cpsat, random." in text_of(page)


def test_without_pods_and_nodes_there_is_still_a_report():
    cluster = Cluster((), ())
    page = report_html(Comparison(sampled(cluster), (result_of(placement(cluster)),)), [])
    assert "There are no pods to place" in text_of(page)
