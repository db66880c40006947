"""Requests by the plan: when they start, how many at once, and how a run ends. Time is virtual."""

import asyncio

import pytest

from gateway.bench.load import Load
from gateway.bench.run import Run
from tests.gateway.bench.targets import MS, REQUEST, PlannedClient, VirtualClock


async def ran(load, *, delay=10, **client):
    async with VirtualClock().moving() as clock:
        asking = PlannedClient(clock, delay, **client)
        run = Run(load, [REQUEST], asking, clock)
        return asking, await run.measure(await run.warm_up())


async def test_an_open_loop_starts_on_time_however_slow_the_target_is():
    client, outcome = await ran(Load(rate=100.0, requests=10), delay=500)
    assert [shot.intended - outcome.shots[0].intended for shot in outcome.shots] == [n * 10 * MS for n in range(10)]
    assert [shot.queued for shot in outcome.shots] == [0] * 10
    assert client.most == 10
    assert outcome.window == 590 * MS
    assert len(outcome.warm_up) == 2


async def test_a_closed_loop_asks_next_when_it_has_an_answer():
    client, outcome = await ran(Load(rate=None, concurrency=2, requests=6, warm_up=0), delay=50)
    assert client.most == 2
    assert [shot.started // MS for shot in outcome.shots] == [0, 0, 50, 50, 100, 100]
    assert {shot.intended for shot in outcome.shots} == {None}


async def test_a_closed_loop_ends_by_time_too():
    _, outcome = await ran(Load(rate=None, concurrency=1, duration=0.12, warm_up=0), delay=50)
    assert len(outcome.shots) == 3


async def test_beyond_the_limit_in_flight_requests_wait_and_it_is_said():
    client, outcome = await ran(Load(rate=100.0, requests=4, max_in_flight=1, warm_up=0), delay=100)
    assert client.most == 1
    assert outcome.held_back == 3
    assert [shot.queued // MS for shot in outcome.shots] == [0, 90, 180, 270]


async def test_stopping_lets_streams_end():
    async with VirtualClock().moving() as clock:
        run = Run(Load(rate=100.0, requests=1000, warm_up=0), [REQUEST], PlannedClient(clock, 50), clock)
        measuring = asyncio.create_task(run.measure())
        await clock.sleep_until(95 * MS)
        assert run.tally.in_flight > 0
        run.stop()
        outcome = await measuring
    assert outcome.cut_short
    assert len(outcome.shots) == 10
    assert all(shot.head is not None for shot in outcome.shots)


async def test_abandoning_ends_them_where_they_are():
    async with VirtualClock().moving() as clock:
        client = PlannedClient(clock, 10_000)
        run = Run(Load(rate=100.0, requests=1000, warm_up=0), [REQUEST], client, clock)
        measuring = asyncio.create_task(run.measure())
        await clock.sleep_until(25 * MS)
        run.abandon()
        outcome = await measuring
    assert [shot.failure.reason for shot in outcome.shots] == ["abandoned"] * 3
    assert all(shot.reply.closed for shot in outcome.shots)
    assert run.tally.in_flight == 0


async def test_a_bug_in_a_client_is_not_swallowed():
    class Broken(PlannedClient):
        async def ask(self, shot):
            raise KeyError("bug")

    async with VirtualClock().moving() as clock:
        run = Run(Load(rate=100.0, requests=3, warm_up=0), [REQUEST], Broken(clock), clock)
        with pytest.raises(KeyError):
            await run.measure()
