"""The routes of live streams, as the page's application answers them. The feed itself: tests/gateway/observer."""

import json

from aiohttp import web

from gateway.observer import Feed, Intake
from gateway.page.api import add_api
from recorder.clock import SystemClock
from tests.gateway.observer.streams import KEY, board, failed, tell


async def client_of(aiohttp_client, told):
    clock = SystemClock()
    app = web.Application()
    add_api(app, told, Feed(told, clock), Intake(told, clock))
    return await aiohttp_client(app)


async def test_streams_newest_first_and_one_of_them(aiohttp_client):
    told = board()
    tell(told, 1, "a")
    failed(told, 2)
    client = await client_of(aiohttp_client, told)
    listed = await (await client.get("/_/api/streams")).json()
    assert ([stream["id"] for stream in listed["streams"]], listed["unobserved"]) == (["s-2", "s-1"], 0)
    assert listed["streams"][1]["ticks"][0] == [0.1, "head"]
    numbers = await (await client.get("/_/streams/s-1")).json()
    assert (numbers["ttft"], "ticks" in numbers) == (0.2, False)
    detail = await (await client.get("/_/api/streams/s-1")).text()
    assert json.loads(detail)["transcript"]
    assert KEY not in detail


async def test_a_stream_that_nobody_knows(aiohttp_client):
    client = await client_of(aiohttp_client, board())
    for path in ("/_/streams/x", "/_/api/streams/x"):
        answered = await client.get(path)
        assert answered.status == 404
        assert "no stream has the id 'x'" in (await answered.json())["error"]


async def test_health_is_the_gateways_and_the_observers(aiohttp_client):
    told = board()
    told.health = '{"status": "ok"}'
    tell(told, 1)
    told.lost(3, ())
    client = await client_of(aiohttp_client, told)
    health = await (await client.get("/_/api/health")).json()
    assert (health["status"], health["observer"]["streams"], health["observer"]["unobserved"]) == ("ok", 1, 3)
    assert health["observer"]["memory"] > 1 << 20


async def test_the_feed_begins_with_a_snapshot(aiohttp_client):
    told = board()
    tell(told, 1, "a")
    client = await client_of(aiohttp_client, told)
    async with client.get("/_/feed") as answered:
        assert answered.headers["Content-Type"] == "text/event-stream"
        assert await answered.content.readline() == b"event: snapshot\n"
        assert json.loads((await answered.content.readline()).removeprefix(b"data: "))["streams"][0]["id"] == "s-1"


async def test_a_feed_that_has_broken_is_not_silent(aiohttp_client, monkeypatch, caplog):
    async def broken(_):
        raise ZeroDivisionError

    monkeypatch.setattr(Feed, "run", broken)
    client = await client_of(aiohttp_client, board())
    assert (await client.get("/_/api/streams")).status == 200
    assert "pages are no longer told of streams" in caplog.text
