"""The dashboard that docs/dashboards.md offers: it is one, and asks only for what there is."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.exports.instruments import INSTRUMENTS
from gateway.exports.prometheus import Prometheus
from tests.gateway.exports.streams import ended, failed, replayed

DOCS = Path(__file__).parents[3] / "docs"
BOARD = json.loads((DOCS / "grafana" / "tokentape.json").read_text())
PANELS = BOARD["panels"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]


@pytest.fixture(scope="module")
def exposed():
    """The labels of every sample that can be scraped, by its name."""
    made = Prometheus(lambda: {"live": 1, "replay": 0}, lambda: 1)
    for stream in (ended(), replayed(), failed("cassette_miss", 404)):
        made.finished(stream)
    families = text_string_to_metric_families(made.exposition("")[0].decode())
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


def asked(query):
    """The names in a query that are metrics, with the labels that it gives them."""
    return [
        (name, set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selector or "")))
        for name, selector in re.findall(
            r"\b((?:gen_ai|tokentape)_\w+)(?:\{([^}]*)\})?(?=[\[)])", re.sub(r"by \([^)]*\)", "", query)
        )
    ]


@pytest.mark.parametrize("query", QUERIES)
def test_queries_ask_for_metrics_and_labels_that_there_are(query, exposed):
    assert asked(query)
    for name, labels in asked(query):
        assert labels <= exposed[name], name
    for labels in re.findall(r"by \(([^)]*)\)", query):
        [(name, _), *_] = asked(query)
        assert {label.strip() for label in labels.split(",")} <= exposed[name]


def test_variables_too(exposed):
    queries = [each["query"]["query"] for each in BOARD["templating"]["list"] if each["type"] == "query"]
    assert len(queries) == 2
    for query in queries:
        name, label = re.fullmatch(r"label_values\((\w+),(\w+)\)", query).groups()
        assert label in exposed[name]


def test_every_instrument_has_its_place():
    shown = {name for query in QUERIES for name, _ in asked(query)}
    assert {each.prometheus for each in INSTRUMENTS} == {
        re.sub("_(bucket|count|sum|total)$", "", name) for name in shown
    }


def test_live_and_replayed_are_never_in_one_curve():
    alone = ("tokentape_misses", "tokentape_streams_unobserved", "tokentape_stream_replay_schedule_error")
    for query in QUERIES:
        for name, labels in asked(query):
            assert "source" in labels or name.startswith(alone), query


def test_panels_are_told_apart_and_do_not_overlap():
    assert len({panel["id"] for panel in PANELS}) == len({panel["title"] for panel in PANELS}) == len(PANELS)
    covered = [
        (x, y)
        for place in (panel["gridPos"] for panel in PANELS)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(covered) == len(set(covered))
    assert max(x for x, _ in covered) < 24


def test_the_page_has_every_metric_with_its_unit():
    rows = dict(
        re.findall(
            r"^\| `(\w+)` \| ((?:histogram|counter|gauge), \w+) \|", (DOCS / "dashboards.md").read_text(), re.MULTILINE
        )
    )
    units = {
        "s": "seconds",
        "{token}": "tokens",
        "{stream}": "streams",
        "{request}": "requests",
        "{message}": "messages",
    }
    assert rows == {
        each.prometheus + ("_total" if each.kind == "counter" else ""): f"{each.kind}, {units[each.unit]}"
        for each in INSTRUMENTS
    }
