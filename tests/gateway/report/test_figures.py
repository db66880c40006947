"""What the page draws is what gateway/metrics has computed, thinned by rank and never rounded away."""

import json

from gateway.metrics.quantities import QUANTITIES
from gateway.metrics.summary import summarize
from gateway.report.figures import BINS, CURVE_STEPS, figures, quantities_json
from tests.gateway.metrics.samples import sample


def test_a_group_by_hand():
    group = summarize([sample(100_000), sample(300_000), sample(5, status="error", error="overloaded")])[0]
    told = figures(group)
    assert (told["provider"], told["model"], told["source"]) == ("acme", "m-1", "live")
    assert (told["n"], told["counted"]) == (3, 2)
    assert told["errors"] == {"overloaded": 1}
    ttft = told["quantities"]["ttft"]
    assert (ttft["n"], ttft["min"], ttft["p50"], ttft["max"], ttft["p95"]) == (2, 0.1, 0.2, 0.3, None)
    assert ttft["curve"] == [[0.1, 0.3], [0.5, 1.0]]
    assert ttft["bins"][0] == [0.1, 0.105, 1]
    assert ttft["bins"][-1] == [0.295, 0.3, 1]
    assert len(ttft["bins"]) == BINS


def test_many_values_make_a_curve_of_exact_steps():
    count = 5 * CURVE_STEPS
    group = summarize(sample(1000 + number) for number in range(count))[0]
    values, shares = figures(group)["quantities"]["ttft"]["curve"]
    assert len(values) == len(shares) == CURVE_STEPS
    assert (values[0], values[-1], shares[-1]) == (0.001, (1000 + count - 1) / 1_000_000, 1)
    for value, share in zip(values, shares, strict=True):
        rank = round(value * 1_000_000) - 1000 + 1
        assert share == round(rank / count, 6)


def test_without_values_there_is_no_quantity_and_all_of_it_is_json():
    group = summarize([sample(tokens_out=None, tokens_in=None)])[0]
    told = figures(group)
    assert "itl" not in told["quantities"]
    assert "ttft" in told["quantities"]
    json.dumps(told, allow_nan=False)


def test_every_quantity_can_be_chosen_with_its_variant():
    assert [each["name"] for each in quantities_json()] == list(QUANTITIES)
    assert all(each["variant"] for each in quantities_json())
