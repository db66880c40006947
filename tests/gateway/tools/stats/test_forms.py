"""What programs get of groups."""

import csv
import json

from gateway.metrics.summary import summarize
from gateway.tools.stats.forms import csv_lines, stats_json
from gateway.tools.stats.reading import Unread
from tests.gateway.metrics.samples import sample

BY = ("provider", "model")


def test_json_has_every_group_and_what_was_not_read():
    groups = summarize([sample(300_000), sample(320_000, status="error", error="overloaded", model=None)], BY)
    value = json.loads(json.dumps(stats_json(BY, groups, [Unread("b", "damaged", 3)])))
    assert (value["tokentape"], value["version"], value["by"]) == ("stats", 1, ["provider", "model"])
    assert value["unread"] == [{"cassette": "b", "interaction": 3, "message": "damaged"}]
    failed, fine = value["groups"]
    assert (failed["model"], failed["errors"], failed["counted"]) == (None, {"overloaded": 1}, 0)
    assert (fine["provider"], fine["model"], fine["source"], fine["n"]) == ("acme", "m-1", "live", 1)
    assert fine["quantities"]["ttft"] == {
        "variant": "to the first token",
        "unit": "s",
        "n": 1,
        "min": 0.3,
        "mean": 0.3,
        "p50": 0.3,
        "p90": 0.3,
        "p95": None,
        "p99": None,
        "p99.9": None,
        "max": 0.3,
        "values": [0.3],
    }


def test_csv_has_a_row_for_each_quantity():
    groups = summarize([sample(300_000)], BY)
    head, *rows = csv.DictReader(csv_lines(BY, groups)), *csv.DictReader(csv_lines(BY, groups))
    assert list(rows[0]) == head.fieldnames
    by_name = {row["quantity"]: row for row in rows}
    assert (by_name["ttft"]["p50"], by_name["ttft"]["p95"], by_name["ttft"]["unit"]) == ("0.3", "", "s")
    assert (by_name["icl"]["n"], by_name["tps"]["unit"]) == ("2", "tokens/s")
    assert {(row["provider"], row["model"], row["source"]) for row in rows} == {("acme", "m-1", "live")}


def test_a_name_is_no_formula_and_no_escape():
    _, row, *_ = csv_lines(("model",), summarize([sample(model='=HYPERLINK("x")\x1b')], ("model",)))
    assert row.startswith('"\'=HYPERLINK(""x"")\\x1b",live,')
