"""What people see of a group."""

import pytest

from gateway.metrics.statistics import Distribution
from gateway.metrics.summary import summarize
from gateway.tools.stats.table import ASCII_BLOCKS, BLOCKS, amount, bars, group_lines
from tests.gateway.metrics.samples import sample


def shown(*samples, by=("provider", "model")):
    (group,) = summarize(samples, by)
    return list(group_lines(group, ASCII_BLOCKS))


def test_a_group_as_it_is_printed():
    assert shown(sample(300_000), sample(320_000, gaps=(4_000, 6_000))) == [
        "acme m-1, live: n = 2: 2 ok",
        "  ms                                  n    min   mean    p50    p90    max  min to max",
        "  ttfb (to the response head)         2  280.0  290.0  290.0  298.0  300.0  @              @",
        "  ttfc (to the first chunk)           2  290.0  300.0  300.0  308.0  310.0  @              @",
        "  ttft (to the first token)           2  300.0  310.0  310.0  318.0  320.0  @              @",
        "  ttfo (to the first visible token)   2  300.0  310.0  310.0  318.0  320.0  @              @",
        "  itl (per stream, by usage)          2   5.00   27.5   27.5   45.5   50.0  @              @",
        "  icl (pooled over gaps)              4   4.00   27.5   28.0   50.0   50.0  @              @",
        "  stall_max (longest gap per stream)  2   6.00   28.0   28.0   45.6   50.0  @              @",
        "  e2e (to the last token)             2  330.0  365.0  365.0  393.0  400.0  @              @",
        "  duration (to the end of the body)   2  331.0  366.0  366.0  394.0  401.0  @              @",
        "  tokens/s                            n    min   mean    p50    p90    max  min to max",
        "  tps (per stream, by usage)          2   20.0  110.0  110.0  182.0  200.0  @              @",
        "  tokens                              n    min   mean    p50    p90    max  min to max",
        "  tokens_in (per stream, by usage)    2      8      8      8      8      8  @",
        "  tokens_out (per stream, by usage)   2      3      3      3      3      3  @",
    ]


def test_a_percentile_that_n_does_not_carry_is_a_dash():
    lines = shown(*(sample(number * 1000, gaps=(1000,)) for number in range(100, 120)), sample(1, status="error"))
    (head,) = [line.split() for line in lines if line.startswith("  ms ")]
    assert head[:8] == ["ms", "n", "min", "mean", "p50", "p90", "p95", "max"]
    lines = shown(*(sample(number * 1000, gaps=[1000] * 10) for number in range(100, 110)))
    rows = {line.split()[0]: line.split(")")[-1].split() for line in lines}
    assert rows["icl"][:8] == ["100", "1.00", "1.00", "1.00", "1.00", "1.00", "1.00", "1.00"]
    assert rows["ttft"][:8] == ["10", "100.0", "104.5", "104.5", "108.1", "-", "-", "109.0"]


def test_who_is_not_in_the_table_is_told():
    lines = shown(
        sample(),
        sample(new_connection=True, gaps=(10, 10, 2_000_000)),
        sample(status="error", error="rate\x1b[2Jlimit"),
        sample(status="incomplete", error="timeout"),
        sample(status="incomplete", error="timeout"),
        sample(streamed=False),
    )
    assert lines[:4] == [
        "acme m-1, live: n = 6: 3 ok, 1 error, 2 incomplete (timeout 2 times, rate\\x1b[2Jlimit)",
        "  latencies: of the 2 streams that ended well (not streamed: 1)",
        "  first on its connection (connecting is in no number): 1 of 2",
        "  stalls: 1 gap of over 1 s and 10 times the median of its stream",
    ]


def test_without_a_whole_stream_there_is_no_table():
    assert shown(sample(status="aborted")) == [
        "acme m-1, live: n = 1: 1 aborted",
        "  latencies: none, there is no stream that ended well",
    ]


@pytest.mark.parametrize(
    ("by", "values", "title"),
    [
        ((), {}, "all live"),
        ((), {"replayed": True}, "all replayed"),
        (["model", "connection"], {"model": None}, "(no model) unknown, live"),
        (["model"], {"model": "a\nb"}, "a\\nb, live"),
    ],
)
def test_the_title_names_the_group_and_its_source(by, values, title):
    assert shown(sample(**values), by=by)[0] == f"{title}: n = 1: 1 ok"


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "time", "-"),
        (0, "time", "0.00"),
        (9_994, "time", "9.99"),
        (12_345, "time", "12.3"),
        (12_345_678, "time", "12,345.7"),
        (40.04, "rate", "40.0"),
        (41.5, "count", "41.5"),
        (1200, "count", "1,200"),
    ],
)
def test_amounts_are_in_the_unit_of_their_head(value, kind, text):
    assert amount(value, kind) == text


def test_bars_count_what_lies_where():
    assert bars(Distribution.of([0, 0, 0, 0, 1]), BLOCKS) == "█              ▂"
    assert bars(Distribution.of([5]), BLOCKS) == "█"
    assert bars(Distribution.of([]), BLOCKS) == ""
    assert bars(Distribution.of(range(160)), ASCII_BLOCKS) == "@" * 16
