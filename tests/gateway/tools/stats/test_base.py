"""What can be a base, and what is said of what cannot."""

import json

import pytest

from gateway.metrics.quantities import QUANTITIES
from gateway.metrics.summary import DIMENSIONS, summarize
from gateway.metrics.summary_json import sample_json
from gateway.tools.stats.base import BaseUnreadable, base_of_groups, base_of_text
from gateway.tools.stats.forms import stats_json
from tests.gateway.metrics.samples import sample

SAMPLES = [
    sample(300_001, new_connection=True),
    sample(320_000, new_connection=False),
    sample(7, status="error", error="x"),
    sample(7, streamed=False),
    sample(7, replayed=True),
    sample(330_000, cassette="b", model=None, tokens_out=None),
]
LINES = "\n".join(json.dumps(sample_json(each)) for each in SAMPLES) + "\n"


def told(base):
    return {
        key: {name: [round(each, 3) for each in values[name].ordered] for name in QUANTITIES if name != "icl"}
        for key, values in base.values.items()
    }


@pytest.mark.parametrize("by", [(), *((name,) for name in DIMENSIONS), ("provider", "model")], ids=",".join)
def test_lines_and_json_hold_what_the_cassettes_did(by):
    groups = summarize(SAMPLES, by)
    expected = told(base_of_groups("x", groups))
    assert told(base_of_text("x", LINES, by)) == expected
    value = stats_json(by, groups, [])
    assert told(base_of_text("x", json.dumps(value), by)) == expected
    assert told(base_of_text("x", json.dumps(value, indent=2), by)) == expected


def test_one_line_is_a_stream_too():
    base = base_of_text("x", json.dumps(sample_json(sample(300_000))), ("model",))
    assert list(base.values[("live", "m-1")]["ttft"].ordered) == [300_000]


def test_other_groups_are_refused_with_what_to_do():
    text = json.dumps(stats_json(("model",), summarize(SAMPLES, ("model",)), []))
    with pytest.raises(
        BaseUnreadable, match="its groups are by model; compare with --by model, or with --jsonl output"
    ):
        base_of_text("old.json", text, ("provider",))
    text = json.dumps(stats_json((), summarize(SAMPLES, ()), []))
    with pytest.raises(BaseUnreadable, match="its groups are by nothing; compare with --by all"):
        base_of_text("old.json", text, ("provider",))


def test_a_later_version_is_refused():
    with pytest.raises(BaseUnreadable, match="expected version 1, which this tokentape reads; got 2"):
        base_of_text("x", '{"tokentape": "stats", "version": 2}', ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "no JSON",
        "[]",
        "7",
        "[" * 100_000,
        "{}",
        '{"tokentape": "stats"}',
        '{"tokentape": "stats", "version": 1, "by": [], "groups": [{"source": "live"}]}',
        LINES.replace("0.300001", '"soon"'),
        LINES.replace("0.300001", "NaN"),
        LINES.replace("0.300001", "1e400"),
        LINES.replace('"source"', '"sauce"'),
    ],
    ids=range(13),
)
def test_anything_else_is_refused(text):
    with pytest.raises(BaseUnreadable, match="x: expected a cassette, a folder of cassettes, or what"):
        base_of_text("x", text, ())
