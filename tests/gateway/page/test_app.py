"""The page's application: every part has its routes, and each answer its headers."""

import pytest

from gateway.observer import Feed, Intake
from gateway.page.app import page_app
from recorder.clock import SystemClock
from tests.gateway.observer.streams import board


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/_/", 200),
        ("/_/static/style.css", 200),
        ("/_/api/streams", 200),
        ("/_/api/health", 200),
        ("/_/api/cassettes", 200),
        ("/_/streams/none", 404),
        ("/_/nowhere", 404),
    ],
)
async def test_what_is_below_the_page(aiohttp_client, path, status):
    told, clock = board(), SystemClock()
    client = await aiohttp_client(page_app(told, Feed(told, clock), Intake(told, clock)))
    assert (await client.get(path)).status == status
