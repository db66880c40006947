"""Comparisons in sentences."""

import pytest

from gateway.metrics.summary import summarize
from gateway.tools.stats.against import against_lines, compare_groups, comparison_json, conclusion, nothing_in_common
from gateway.tools.stats.base import base_of_groups
from tests.gateway.metrics.samples import sample


def groups(ttft, n=20, *, spread=1000, **values):
    return summarize([sample(ttft + number * spread, **values) for number in range(n)])


def compared(base, new, threshold=0.0, names=("ttft",)):
    base = base_of_groups("before", base)
    found = compare_groups(new, base, names, threshold)
    return list(against_lines(new, base, found)), conclusion(found)


@pytest.mark.parametrize(
    ("new", "threshold", "line", "said"),
    [
        (
            groups(400_000),
            0.1,
            (
                "median 309.5 ms -> 409.5 ms (n = 20 -> 20), +100.0 ms (+32.3%), 95% interval +94.5 to +106.0 ms: "
                "regression beyond 10%"
            ),
            "1 worse",
        ),
        (
            groups(310_000),
            0.1,
            (
                "median 309.5 ms -> 319.5 ms (n = 20 -> 20), +10.0 ms (+3.2%), 95% interval +4.50 to +16.0 ms: "
                "a difference within 10%"
            ),
            "1 different within the threshold",
        ),
        (
            groups(301_000),
            0,
            (
                "median 309.5 ms -> 310.5 ms (n = 20 -> 20), +1.00 ms (+0.3%), 95% interval -4.50 to +7.00 ms: "
                "no difference beyond chance"
            ),
            "1 with no difference beyond chance",
        ),
        (
            groups(200_000),
            0,
            (
                "median 309.5 ms -> 209.5 ms (n = 20 -> 20), -100.0 ms (-32.3%), 95% interval -105.5 to -94.0 ms: "
                "improvement"
            ),
            "1 better",
        ),
        (
            groups(400_000, n=4),
            0.1,
            "median 309.5 ms -> 401.5 ms (n = 20 -> 4); no statement, which takes n = 10 on both sides",
            "1 with too few streams for a statement",
        ),
        (
            groups(400_000, token_at=(), ttfo=None),
            0.1,
            "no statement, the base has n = 20, this n = 0",
            "1 with too few streams for a statement",
        ),
    ],
    ids=["worse", "within", "chance", "better", "few", "none"],
)
def test_one_sentence_for_each(new, threshold, line, said):
    lines, conclusion = compared(groups(300_000), new, threshold)
    assert lines == [f"acme m-1, live: ttft (to the first token): {line}"]
    assert conclusion == f"compared 1 median: {said}"


def test_of_rates_more_is_better():
    slow, fast = groups(300_000, gaps=(20_000,), spread=0), groups(300_000, gaps=(10_000,), spread=0)
    (worse,), _ = compared(fast, slow, 0.1, ["tps"])
    (better,), _ = compared(slow, fast, 0.1, ["tps"])
    assert worse.endswith("-50.0 tokens/s (-50.0%), 95% interval -50.0 to -50.0 tokens/s: regression beyond 10%")
    assert better.endswith("improvement beyond 10%")


def test_what_only_one_side_has_is_told_and_sources_stay_apart():
    base = [*groups(300_000, model="old"), *groups(300_000, replayed=True)]
    lines, _ = compared(base, [*groups(300_000), *groups(310_000, replayed=True)])
    assert len(lines) == 3
    assert "acme m-1, replayed: ttft" in lines[0]
    assert lines[1:] == ["acme m-1, live: only here, not in before", "acme old, live: only in before"]


def test_json():
    base = base_of_groups("before", groups(300_000, spread=0))
    new = groups(330_000, spread=0)
    (found,) = comparison_json(base, compare_groups(new, base, ["ttft"], 0.05))["found"]
    assert found == {
        "provider": "acme",
        "model": "m-1",
        "source": "live",
        "quantity": "ttft",
        "variant": "to the first token",
        "unit": "s",
        "base": {"n": 20, "median": 0.3},
        "new": {"n": 20, "median": 0.33},
        "change": 0.03,
        "relative": pytest.approx(0.1),
        "low": 0.03,
        "high": 0.03,
        "confidence": 0.95,
        "threshold": 0.05,
        "verdict": "regression",
    }


def test_why_nothing_can_be_compared():
    live, replayed = groups(1, n=1), groups(1, n=1, replayed=True)
    assert nothing_in_common(replayed, base_of_groups("before", live)) == (
        "nothing can be compared: no group is on both sides. Here: acme m-1, replayed. In before: acme m-1, live. "
        "Live streams are never compared with replayed ones"
    )
    many = summarize([sample(1, model=name) for name in "wxyz"])
    assert nothing_in_common(many, base_of_groups("before", [])) == (
        "nothing can be compared: no group is on both sides. Here: acme w, live; acme x, live; acme y, live and 1 "
        "more. In before: none. --by all compares all streams of one side with all of the other"
    )
