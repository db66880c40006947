"""The route that is scraped."""

from aiohttp import web

from gateway.page.metrics import add_metrics


async def test_the_accept_header_decides(aiohttp_client):
    app = web.Application()
    add_metrics(app, lambda accept: (f"asked for {accept}".encode(), "text/plain; version=0.0.4; charset=utf-8"))
    client = await aiohttp_client(app)
    answer = await client.get("/_/metrics", headers={"Accept": "application/openmetrics-text"})
    assert await answer.text() == "asked for application/openmetrics-text"
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
