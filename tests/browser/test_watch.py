"""The watch sees what it should: a page that behaves badly, in each of the ways that a page of ours must not."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

_POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src http:; img-src data:"


@pytest_asyncio.fixture(loop_scope="session")
async def bad_page() -> AsyncIterator[str]:
    """Runs the script that its query names."""

    async def answer(request: web.Request) -> web.Response:
        text = f"<!doctype html><link rel=icon href=data:,><script>{request.query['script']}</script>"
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": _POLICY})

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('broken')", "console error: broken"),
        ("console.warn('strange')", "console warning: strange"),
        ("throw new Error('thrown')", "uncaught: thrown"),
        ("Promise.reject(new Error('rejected'))", "uncaught: rejected"),
        ("alert('hello')", "dialog: hello"),
        ("new Image().src = '/picture'", "policy: img-src forbids"),
        ("fetch('http://127.0.0.1:9/far').catch(() => 0)", "request to elsewhere: http://127.0.0.1:9/far"),
    ],
    ids=lambda value: value.partition("(")[0].partition(":")[0].replace(" ", "-"),
)
async def test_what_a_page_must_not_do_is_noted(page, watch, bad_page, script, complaint):
    watch.origins.add(bad_page)
    await page.goto(f"{bad_page}/?script={script}")
    assert len(await watch.provoked(complaint)) == 1
    if not complaint.startswith(("console", "uncaught", "dialog")):
        await watch.provoked("Content Security Policy|ERR_")  # Chromium's own words for the same


async def test_a_page_that_behaves_is_not_blamed(page, watch, bad_page):
    watch.origins.add(bad_page)
    await page.goto(f"{bad_page}/?script=console.log('fine')")
    assert watch.complaints == []
