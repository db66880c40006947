"""A run in words."""

from gateway.bench.added import Added
from gateway.bench.load import Load
from gateway.bench.result import read_shots, result_of
from gateway.bench.run import Outcome, Tally
from gateway.bench.slo import Objective
from gateway.bench.target import target_of
from gateway.bench.told import announced, error_line, load_words, outcome_lines, progress_lines
from gateway.dialects import PROVIDERS
from gateway.metrics.statistics import Distribution
from tests.gateway.bench.targets import MS, answered

TARGET = target_of("openai", None, PROVIDERS)


def test_the_load_in_words():
    assert load_words(Load(rate=2.5)) == "open loop at 2.5/s (constant)"
    assert load_words(Load(arrivals="poisson", seed=7)) == "open loop at 1/s (poisson, seed 7)"
    assert load_words(Load(rate=None, concurrency=3)) == "closed loop, 3 at a time"


def test_what_will_be_sent_is_said_before():
    load = Load(rate=2.0, duration=30.0)
    (line,) = announced(TARGET, load, limits="answers of at most 9 tokens", variable="OPENAI_API_KEY")
    assert line == (
        "sends 60 requests during 30 s and 2 for warm-up to https://api.openai.com (openai), answers of at most 9 "
        "tokens, with the key in OPENAI_API_KEY; open loop at 2/s (constant); none is sent twice"
    )
    closed = list(announced(TARGET, Load(rate=None, duration=5.0), limits="x", variable=""))
    assert closed[0].startswith("sends requests during 5 s")
    assert "coordinated omission" in closed[1]


def test_progress_needs_no_reading_of_streams():
    tally = Tally(started_at=0, issued=5, ended=3, first_bytes=[10 * MS, 20 * MS, 40 * MS])
    tally.statuses.update(["200", "200", "42\x1b9"])
    assert progress_lines(tally, 8, 2_500 * MS) == [
        "   2.5 s   sent 5 of 8   under way 2   ended 3   200: 2, 42\\x1b9: 1",
        "first byte of the body, ms   n 3   p50 20.00   p90 36.00   max 40.00",
    ]
    assert progress_lines(Tally(started_at=0), None, 0)[1] == "first byte of the body, ms   n 0"
    assert progress_lines(Tally(), 8, 0) == ["warming up"]


def test_the_error_has_a_percentile_only_if_n_carries_it():
    assert error_line(Distribution.of([])) == "error of this run: not known, it was too short to be probed"
    assert error_line(Distribution.of([100, 900])) == "error of this run: loop lag max 0.90 ms (n 2 probes)"
    many = error_line(Distribution.of(range(1000)))
    assert many == "error of this run: loop lag p99 0.99 ms, max 1.00 ms (n 1,000 probes)"


async def test_what_happened():
    shots = (answered(0, intended=0, started=40, sent=41), answered(1, intended=50, started=50, sent=50, usage=None))
    load = Load(rate=20.0, max_in_flight=1)
    outcome = Outcome(load, shots[:1], shots, 400 * MS, Distribution.of([500]), held_back=1, cut_short=True)
    result = result_of(outcome, list(read_shots(shots, lambda _: {})), [Objective.parse("itl=1s")])
    added = Added(Distribution.of([100]), Distribution.of([100]), unpaired=1)
    lines = list(outcome_lines(outcome, result, added))
    held_back = "the limit of 1 under way (--max-in-flight) held back 1 request; only "
    assert lines[:6] == [
        "open loop at 20/s (constant): 2 sent in 0.40 s, 200: 2",
        "cut short: these are the numbers of what was measured so far",
        "warm-up: 1 request before, in no number here",
        f"{held_back}`ttft from the intended start` counts that wait",
        "goodput: 1 of 2 sent are ok and meet every objective (50.0%), 2.50 a second",
        "  itl=1s: 1 of 2 ok streams meet it, 1 do not tell",
    ]
    assert lines[6] == "of the client, ms"
    assert lines[7].startswith("  start after the intended one")
    assert "  1 streams are not in the SDK's rows" in lines[-2]
