"""Servers beside other work."""

import aiohttp
import pytest
from aiohttp import web

from gateway.hosting import gateway_beside, hosted
from gateway.settings import Config


def runner():
    async def hello(_request):
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    return web.AppRunner(app)


async def fetch(url):
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.text()


async def test_an_application_is_served_while_the_block_runs():
    async with hosted(runner()) as url:
        assert await fetch(url) == "hello"
    with pytest.raises(aiohttp.ClientConnectorError):
        await fetch(url)


async def test_a_port_that_is_taken_is_an_os_error():
    async with hosted(runner()) as url:
        with pytest.raises(OSError, match="address already in use"):
            async with hosted(runner(), port=int(url.rpartition(":")[2])):
                pass


async def test_a_gateway_gives_its_report_at_the_end(tmp_path):
    async with gateway_beside(Config(port=0, mode="replay", cassettes=tmp_path)) as (url, serving):
        assert '"mode": "replay"' in await fetch(f"{url}/_/health")
        assert not serving.done()
    assert serving.result().recorded == 0


async def test_a_gateway_is_stopped_when_the_block_fails(tmp_path):
    with pytest.raises(KeyError):
        async with gateway_beside(Config(port=0, mode="replay", cassettes=tmp_path)) as (_, serving):
            raise KeyError
    assert serving.done()
