"""A whole run in an event loop: warm-up, measuring, signals, and whoever watches.

warm-up ── all refused? ──> Refused        Ctrl-C: issue no more; once more: end what is under way here
   └──> measure ──> Outcome
"""

import asyncio
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from gateway.bench.client import Client
from gateway.bench.load import Load
from gateway.bench.result import refusal_of
from gateway.bench.run import Outcome, Run, Tally
from recorder.clock import Clock
from recorder.errors import RecorderError
from recorder.interaction import Request

__all__ = ["Refused", "drive"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_NS = 1_000_000_000


class Refused(RecorderError):
    """The target answers no request of this kind, so nothing was measured; the message says what it answered."""


async def drive(
    load: Load,
    questions: Sequence[Request],
    client: Client,
    clock: Clock,
    *,
    tell: Callable[[str], None],
    watch: Callable[[Tally], None],
    every: float,
) -> Outcome:
    """Run the load to its end, or to the user's. `watch` is shown the tally every `every` seconds, `tell` hears words.

    Raises Refused if every warm-up request was refused alike: the others would be, too.
    """
    run = Run(load, questions, client, clock)
    watching = asyncio.create_task(_watch(run.tally, watch, every, clock))
    try:
        with _signals(run, tell):
            warm_up = await run.warm_up()
            refused = refusal_of(warm_up) if warm_up else None
            if refused is not None:
                raise Refused(f"nothing was measured: {refused}")
            return await run.measure(warm_up)
    finally:
        watching.cancel()
        await client.close()


async def _watch(tally: Tally, watch: Callable[[Tally], None], every: float, clock: Clock) -> None:
    due = clock.now()
    while True:
        due += round(every * _NS)
        await clock.sleep_until(due)
        watch(tally)


@contextmanager
def _signals(run: Run, tell: Callable[[str], None]) -> Iterator[None]:
    """The first signal stops the issuing, the second the run, and a third is the system's."""
    loop = asyncio.get_running_loop()

    def unhandle() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    def second() -> None:
        unhandle()
        run.abandon()

    def first() -> None:
        for number in _SIGNALS:
            loop.add_signal_handler(number, second)
        run.stop()
        if run.tally.started_at is None:
            tell("stopping: nothing has been measured yet, this was the warm-up")
        else:
            tell(f"stopping: what is under way ({run.tally.in_flight} requests) may end; Ctrl-C again ends it here")

    for number in _SIGNALS:
        loop.add_signal_handler(number, first)
    try:
        yield
    finally:
        unhandle()
