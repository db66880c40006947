"""The page's application: every part has its routes, and each answer its headers."""

import pytest

from gateway.observer import Feed, Intake
from gateway.page.app import page_app
from recorder.clock import SystemClock
from tests.gateway.observer.streams import board


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [
        ("/_/", 200, "no-cache"),
        ("/_/static/style.css", 200, "no-cache"),
        ("/_/api/streams", 200, "no-store"),
        ("/_/api/health", 200, "no-store"),
        ("/_/api/cassettes", 200, "no-store"),
        ("/_/streams/none", 404, "no-store"),
        ("/_/nowhere", 404, "no-store"),
    ],
)
async def test_what_is_below_the_page(aiohttp_client, path, status, kept):
    told, clock = board(), SystemClock()
    client = await aiohttp_client(page_app(told, Feed(told, clock), Intake(told, clock)))
    answer = await client.get(path)
    assert (answer.status, answer.headers["Cache-Control"]) == (status, kept)


async def test_what_is_not_there_says_what_is(aiohttp_client):
    told, clock = board(), SystemClock()
    client = await aiohttp_client(page_app(told, Feed(told, clock), Intake(told, clock)))
    said = await (await client.get("/_/stream/x%1b")).text()
    assert said == "there is nothing at /_/stream/x\\x1b; the page is at /_/\n"
