"""Objectives: how they are spelled, and who meets them."""

import pytest

from gateway.bench.slo import Objective, goodput
from tests.gateway.metrics.samples import measurement


@pytest.mark.parametrize(
    ("text", "name", "limit"),
    [("ttft=500ms", "ttft", 500_000), ("e2e=2s", "e2e", 2_000_000), ("itl=1.5ms", "itl", 1500), ("tps=30", "tps", 30)],
)
def test_spellings(text, name, limit):
    objective = Objective.parse(text)
    assert (objective.quantity.name, objective.limit, objective.spelled) == (name, limit, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ttft", "expected QUANTITY=LIMIT such as ttft=500ms"),
        ("speed=1s", "with one of ttfb, ttfc, ttft"),
        ("ttft=500", "ttft: expected a time such as 500ms or 2s"),
        ("tps=30ms", "tps: expected tokens per second"),
        ("tokens_out=5", "expected QUANTITY=LIMIT"),
    ],
)
def test_what_is_no_objective_is_told(text, says):
    with pytest.raises(ValueError, match=says):
        Objective.parse(text)


def test_a_limit_is_met_up_to_itself_and_a_rate_from_itself_on():
    stream = measurement(ttft=300_000, gaps=(40_000, 60_000))  # itl 50 ms, 20 tokens/s
    verdicts = {
        text: Objective.parse(text).judge(stream) for text in ("ttft=300ms", "ttft=299ms", "icl=59ms", "tps=20")
    }
    assert verdicts == {"ttft=300ms": True, "ttft=299ms": False, "icl=59ms": False, "tps=20": True}


def test_what_is_not_told_is_not_met_and_a_single_token_has_no_bad_gap():
    assert Objective.parse("itl=1s").judge(measurement(tokens_out=None)) is None
    assert Objective.parse("icl=1ms").judge(measurement(gaps=())) is True


def test_goodput_is_of_all_that_were_sent_within_the_window():
    streams = [
        measurement(ttft=100_000),
        measurement(ttft=900_000),
        measurement(ttft=100_000, tokens_out=None),
        measurement(ttft=100_000, status="error"),
    ]
    good = goodput(streams, [Objective.parse("ttft=500ms"), Objective.parse("itl=1s")], sent=5, window=2.0)
    assert (good.good, good.ok, good.sent, good.share, good.rate) == (1, 3, 5, 0.2, 0.5)
    assert good.missed == {"ttft=500ms": 1, "itl=1s": 0}
    assert good.untold == {"ttft=500ms": 0, "itl=1s": 1}


def test_without_objectives_every_ok_stream_is_good_and_without_streams_none():
    assert goodput([measurement()], [], sent=2, window=0.0).share == 0.5
    empty = goodput([], [Objective.parse("ttft=1s")], sent=0, window=0.0)
    assert (empty.share, empty.rate, empty.missed) == (0.0, None, {"ttft=1s": 0})
