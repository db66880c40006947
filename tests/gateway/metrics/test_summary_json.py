"""Groups and streams for programs: seconds, and null for what is not known."""

import json

import pytest

from gateway.metrics.quantities import QUANTITIES
from gateway.metrics.statistics import Distribution
from gateway.metrics.summary import summarize
from gateway.metrics.summary_json import distribution_json, group_json, machine, sample_json
from tests.gateway.metrics.samples import sample


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (None, "time", None),
        (1, "time", 1e-06),
        (35_353.535353, "time", 0.035353535),
        (40.1, "rate", 40.1),
        (7, "count", 7),
    ],
)
def test_times_are_seconds(value, kind, expected):
    assert machine(value, kind) == expected


def test_a_stream_tells_where_it_is_from():
    told = sample_json(sample(300_000, cassette="a/b", index=4))
    assert {name: told[name] for name in ("cassette", "interaction", "source", "state", "ttft")} == {
        "cassette": "a/b",
        "interaction": 4,
        "source": "live",
        "state": "ok",
        "ttft": 0.3,
    }


def test_every_quantity_of_one_value_is_a_member_of_a_stream():
    assert {name for name, quantity in QUANTITIES.items() if not quantity.pooled} <= set(sample_json(sample()))


def test_percentiles_that_n_does_not_carry_are_null():
    told = distribution_json(Distribution.of(range(100)), QUANTITIES["tokens_out"])
    assert (told["n"], told["p99"], told["p99.9"], told["max"]) == (100, 98.01, None, 99)
    assert distribution_json(Distribution.of([]), QUANTITIES["ttft"])["p50"] is None


def test_values_are_there_unless_they_are_pooled_or_not_wanted():
    (group,) = summarize([sample()])
    told = json.loads(json.dumps(group_json(group)))["quantities"]
    assert [name for name in QUANTITIES if "values" not in told[name]] == ["icl"]
    assert all("values" not in each for each in group_json(group, values=False)["quantities"].values())
    assert (told["icl"]["variant"], told["icl"]["n"]) == ("pooled over gaps", 2)
