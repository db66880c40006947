"""The door: what the observer answers, as it answers it; or why nobody does."""

from contextlib import asynccontextmanager
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp import web

from gateway.tap import Door, Link, Setup
from recorder.clock import ManualClock


@asynccontextmanager
async def behind_door(folder, *, observer=True, dies=False):
    """A server whose every request goes through a door; gives the link, what was asked, and `ask`.

    With `dies` the observer ends in the middle of its answer.
    """
    link = Link(Setup("", "live", "0"), ManualClock())
    link.path = folder / "page"
    asked = []

    async def answer(request):
        asked.append((request.method, request.raw_path, dict(request.headers)))
        response = web.StreamResponse(status=201, headers={"X-Own": "1", "Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in (b"one", b"two"):
            await response.write(piece)
        if dies:
            request.transport.abort()
        return response

    inside = web.ServerRunner(web.Server(answer))
    door = Door(link)
    outside = web.ServerRunner(web.Server(door.answer))
    await inside.setup()
    await outside.setup()
    if observer:
        await web.UnixSite(inside, str(link.path)).start()
    await web.TCPSite(outside, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{outside.addresses[0][1]}"

    async with aiohttp.ClientSession() as session:

        async def ask(path, method="GET", **headers):
            async with session.request(method, url + path, headers=headers) as answered:
                return answered.status, await answered.read(), answered.headers

        try:
            yield SimpleNamespace(link=link, asked=asked, ask=ask)
        finally:
            await door.close()
            await outside.cleanup()
            await inside.cleanup()


async def test_a_request_is_passed_on_with_little_of_its_own(tmp_path):
    async with behind_door(tmp_path) as at:
        secrets = {"Cookie": "c", "Authorization": "k"}
        status, body, headers = await at.ask("/_/api/streams/a%2Fb?x=%20", Accept="text/x", **secrets)
        assert (status, body, headers["X-Own"], headers["Content-Type"]) == (201, b"onetwo", "1", "text/event-stream")
        ((method, path, sent),) = at.asked
        assert (method, path, sent["Accept"]) == ("GET", "/_/api/streams/a%2Fb?x=%20", "text/x")
        assert not set(secrets) & set(sent)


async def test_pages_are_only_read(tmp_path):
    async with behind_door(tmp_path) as at:
        status, body, headers = await at.ask("/_/feed", "POST")
        assert (status, headers["Allow"], at.asked) == (405, "GET, HEAD", [])
        assert b"expected GET" in body


@pytest.mark.parametrize("trouble", [None, "the observer has ended (exit code 1)"], ids=["unknown why", "known why"])
async def test_without_an_observer_a_sentence_says_what_to_do(tmp_path, trouble):
    async with behind_door(tmp_path, observer=False) as at:
        at.link.trouble = trouble
        status, body, _ = await at.ask("/_/")
        assert status == 503
        assert body.decode().startswith(trouble or "the observer does not answer")
        assert b"restart tokentape" in body


async def test_where_an_answer_breaks_off_its_reader_learns_of_it(tmp_path):
    async with behind_door(tmp_path, dies=True) as at:
        with pytest.raises(aiohttp.ClientPayloadError, match="not complete"):
            await at.ask("/_/feed")
