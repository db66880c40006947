"""A whole run: refusals before it, signals in it. Time is virtual, signals are real."""

import signal

import pytest

from gateway.bench.drive import Refused, drive
from gateway.bench.load import Load
from tests.gateway.bench.targets import REQUEST, PlannedClient, VirtualClock


async def driven(load, client_of, during=None):
    told, seen = [], []
    async with VirtualClock().moving() as clock:
        client = client_of(clock)

        def watch(tally):
            seen.append(tally.issued)
            if during is not None:
                during(clock)

        try:
            outcome = await drive(load, [REQUEST], client, clock, tell=told.append, watch=watch, every=0.05)
        finally:
            assert client.closed
    return outcome, told, seen


async def test_a_run_is_watched():
    outcome, told, seen = await driven(Load(rate=100.0, requests=20, warm_up=0), PlannedClient)
    assert (len(outcome.shots), outcome.cut_short, told) == (20, False, [])
    assert seen == sorted(seen)
    assert len(seen) == 4


async def test_nothing_more_is_sent_to_who_refuses_the_warm_up():
    def refusing(clock):
        clients.append(PlannedClient(clock, statuses={1: 401, 2: 401}))
        return clients[0]

    clients = []
    with pytest.raises(Refused, match="nothing was measured: all 2 requests got status 401: x"):
        await driven(Load(requests=20), refusing)
    assert len(clients[0].asked) == 2


async def test_the_first_signal_stops_and_the_second_ends_it():
    left = [signal.SIGINT, signal.SIGINT]

    def interrupt(_):
        if left:
            signal.raise_signal(left.pop())

    load = Load(rate=100.0, requests=1000, warm_up=0)
    outcome, told, _ = await driven(load, lambda clock: PlannedClient(clock, 60_000), interrupt)
    assert outcome.cut_short
    assert len(told) == 1
    assert told[0].endswith(" requests) may end; Ctrl-C again ends it here")
    assert {shot.failure.reason for shot in outcome.shots} == {"abandoned"}


async def test_the_warm_up_is_watched_and_may_be_stopped():
    def interrupt(_):
        signal.raise_signal(signal.SIGINT)

    outcome, told, seen = await driven(Load(requests=20), lambda clock: PlannedClient(clock, 60_000), interrupt)
    assert (len(outcome.shots), outcome.cut_short, seen) == (0, True, [0])
    assert told == ["stopping: nothing has been measured yet, this was the warm-up"]
