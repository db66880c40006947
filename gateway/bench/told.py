"""A run in words, for people: what will be sent, what happened, and how far the numbers can be trusted. Times in ms.

The tables of the streams themselves are those of `tokentape stats`; here is what only a run knows.
"""

from collections.abc import Iterator

from gateway.bench.added import Added
from gateway.bench.load import Load
from gateway.bench.result import Result
from gateway.bench.run import Outcome, Tally
from gateway.bench.slo import Goodput
from gateway.bench.target import Target
from gateway.escaping import escaped
from gateway.listing import columns
from gateway.metrics.statistics import Distribution, percentile
from recorder.plural import count

__all__ = ["announced", "error_line", "load_words", "outcome_lines", "progress_lines"]

_OMISSION = (
    "closed loop: the next request waits for an answer, so a slow target is asked less often, and what others would "
    "have waited meanwhile is in no number (coordinated omission); --rate measures that"
)


def load_words(load: Load) -> str:
    """How the target is driven: `open loop at 10/s (poisson, seed 7)`."""
    if load.rate is None:
        return f"closed loop, {load.concurrency} at a time"
    arrivals = "constant" if load.arrivals == "constant" else f"poisson, seed {load.seed}"
    return f"open loop at {load.rate:g}/s ({arrivals})"


def announced(target: Target, load: Load, *, limits: str, variable: str) -> Iterator[str]:
    """What will be sent where, before it is: requests may cost money."""
    sent = "requests" if load.expected is None else count(load.expected, "request")
    during = "" if load.duration is None else f" during {load.duration:g} s"
    key = f"with the key in {variable}" if variable else "without a key"
    yield (
        f"sends {sent}{during} and {load.warm_up} for warm-up to {target.url} ({target.provider.name}), {limits}, "
        f"{key}; {load_words(load)}; none is sent twice"
    )
    if load.rate is None:
        yield _OMISSION


def progress_lines(tally: Tally, expected: int | None, now: int) -> list[str]:
    """The run so far in two lines: how many, and the time to the first byte, which needs no reading of the stream.

    While it warms up, one line that says so.
    """
    if tally.started_at is None:
        return ["warming up"]
    of = "" if expected is None else f" of {expected:,}"
    statuses = ", ".join(f"{escaped(status)}: {count:,}" for status, count in tally.statuses.most_common())
    seconds = (now - tally.started_at) / 1e9
    first = Distribution.of(each / 1000 for each in tally.first_bytes)
    return [
        f"{seconds:6.1f} s   sent {tally.issued:,}{of}   under way {tally.in_flight:,}   ended {tally.ended:,}"
        + (f"   {statuses}" if statuses else ""),
        f"first byte of the body, ms   {_numbers(first)}",
    ]


def outcome_lines(outcome: Outcome, result: Result, added: Added | None) -> Iterator[str]:
    """What happened, besides the streams' own numbers."""
    sent = len(outcome.shots)
    yield f"{load_words(outcome.load)}: {sent:,} sent in {outcome.window / 1e9:.2f} s, {_statuses(result)}"
    if outcome.cut_short:
        yield "cut short: these are the numbers of what was measured so far"
    if outcome.warm_up:
        yield f"warm-up: {count(len(outcome.warm_up), 'request')} before, in no number here"
    if outcome.held_back:
        yield (
            f"the limit of {outcome.load.max_in_flight} under way (--max-in-flight) held back "
            f"{count(outcome.held_back, 'request')}; only `ttft from the intended start` counts that wait"
        )
    if result.retry_after:
        yield f"the refusals said retry-after: {', '.join(map(escaped, result.retry_after))}; nothing was sent again"
    if result.goodput is not None:
        yield from _goodput(result.goodput)
    yield from _own_delays(result, added)
    yield error_line(outcome.lag)


def _statuses(result: Result) -> str:
    return ", ".join(f"{escaped(status)}: {count:,}" for status, count in result.statuses.items()) or "no answer"


def _goodput(good: Goodput) -> Iterator[str]:
    rate = "" if good.rate is None else f", {good.rate:.2f} a second"
    yield f"goodput: {good.good:,} of {good.sent:,} sent are ok and meet every objective ({good.share:.1%}){rate}"
    for spelled, missed in good.missed.items():
        untold = good.untold[spelled]
        apart = f", {untold:,} do not tell" if untold else ""
        yield f"  {spelled}: {good.ok - missed - untold:,} of {good.ok:,} ok streams meet it{apart}"


def _own_delays(result: Result, added: Added | None) -> Iterator[str]:
    """The client's own share, as a table."""
    rows = [
        ("start after the intended one", result.queued),
        ("connecting and sending", result.connecting),
        ("ttft from the intended start", result.from_intended),
    ]
    if added is not None:
        rows += [
            ("the SDK adds, per event (pooled)", added.per_event),
            ("the SDK adds, first event", added.first_event),
        ]
    table = [[f"  {name}", _numbers(values)] for name, values in rows if values.n]
    if table:
        yield "of the client, ms"
        yield from columns(table, gap=3)
    if added is not None and added.unpaired:
        yield f"  {added.unpaired:,} streams are not in the SDK's rows: its events and the frames could not be paired"


def error_line(lag: Distribution) -> str:
    """How wrong any single time of the run may be."""
    if not lag.n:
        return "error of this run: not known, it was too short to be probed"
    p99 = percentile(lag.ordered, 99) if lag.n >= 100 else None
    worst = f"max {_ms(lag.maximum)} ms"
    return f"error of this run: loop lag {'' if p99 is None else f'p99 {_ms(p99)} ms, '}{worst} (n {lag.n:,} probes)"


def _numbers(values: Distribution) -> str:
    """`n 20   p50 0.2   p90 0.4   max 0.9`: what n carries."""
    told = "".join(f"   {name} {_ms(value)}" for name, value in values.percentiles().items())
    return f"n {values.n:,}{told}" + (f"   max {_ms(values.maximum)}" if values.n else "")


def _ms(micros: float | None) -> str:
    return "-" if micros is None else f"{micros / 1000:,.2f}"
