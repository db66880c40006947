"""Where others reach the gateway, its page wants a token."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.guard import with_page_token
from gateway.settings import Config
from tests.integration.gateways import Answered, Gateway, ask, gateway, post
from tests.integration.programs import served
from tests.integration.upstreams import plays, response, scripted

TOKEN = "a-token-of-24-characters"
PAGES = ["/_/", "/_/streams/1", "/_/api/streams", "/_/feed", "/_/metrics", "/_/static/page.js", "/_/nowhere", "/%5F/"]


@asynccontextmanager
async def remote(token: str | None = TOKEN) -> AsyncIterator[Gateway]:
    settings = {"host": "0.0.0.0", "allow_remote": True, "page_token": token}
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url, **settings) as gate:
        yield gate


async def get(gate: Gateway, path: str, *headers: bytes) -> Answered:
    return await ask(gate, post(path, b"", *headers, method=b"GET"))


WRONG = {
    "none": (),
    "another": (b"Authorization: Bearer a-token-of-24-characterz",),
    "its beginning": (b"Authorization: Bearer a-token-of-24",),
    "empty": (b"Authorization: Bearer ",),
    "another scheme": (b"Authorization: Basic a-token-of-24-characters",),
    "no characters": (b"Authorization: Bearer \xff\xfe",),
    "another cookie": (b"Cookie: tokentape-page=x; session=a-token-of-24-characters",),
}


@pytest.mark.parametrize("name", WRONG)
async def test_without_the_token_nobody_sees_the_page(name: str) -> None:
    async with remote() as gate:
        for path in PAGES:
            answered = await get(gate, path, *WRONG[name])
            assert (answered.status, answered.header("www-authenticate")) == (401, "Bearer")
            assert b"?token=" in answered.body
            assert TOKEN.encode() not in answered.raw
        assert (await get(gate, "/_/?token=wrong")).status == 401


async def test_nobody_has_a_token_that_was_not_made() -> None:
    async with remote(None) as gate:
        for query in ("", "?token=", "?token=None"):
            assert (await get(gate, "/_/" + query, b"Authorization: Bearer None")).status == 401


@pytest.mark.parametrize("path", ["/_/health", "/_/schema"])
async def test_health_and_schema_are_for_everybody(path: str) -> None:
    async with remote() as gate:
        assert (await get(gate, path)).status == 200


async def test_what_providers_are_asked_needs_none() -> None:
    async with remote() as gate:
        assert (await ask(gate)).body == b"ok"


async def test_the_address_with_the_token_leads_to_the_one_without() -> None:
    async with remote() as gate:
        entered = await get(gate, f"/_/streams/1?a=b&token={TOKEN}&c=%2F")
        assert (entered.status, entered.header("location")) == (303, "/_/streams/1?a=b&c=%2F")
        assert (entered.header("cache-control"), entered.header("referrer-policy")) == ("no-store", "no-referrer")
        cookie = entered.header("set-cookie") or ""
        assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"httponly", "path=/_/", "samesite=strict"}
        inside = await get(gate, "/_/nowhere", b"Cookie: " + cookie.partition(";")[0].encode())
        assert inside.status == 404


async def test_a_token_leads_nowhere_else() -> None:
    async with remote() as gate:
        for path in (f"http://evil.example/_/?token={TOKEN}", f"//evil.example/_/?token={TOKEN}"):
            location = (await get(gate, path)).header("location")
            assert location is None or re.match(r"/_/", location)
        assert (await ask(gate, post(f"/_/?token={TOKEN}"))).status == 401


async def test_two_gateways_on_one_machine_have_two_cookies() -> None:
    async with remote() as gate:
        request = post(f"/_/?token={TOKEN}", b"", method=b"GET")
        there = await ask(gate, request.replace(b"Host: 127.0.0.1\r\n", b"Host: 127.0.0.1:9001\r\n"))
        assert (there.header("set-cookie") or "").startswith(f"tokentape-page-9001={TOKEN};")


async def test_scrapers_show_it_in_a_header() -> None:
    async with remote() as gate:
        assert (await get(gate, "/_/nowhere", b"Authorization: Bearer " + TOKEN.encode())).status == 404


async def test_this_machine_alone_needs_none_unless_one_is_set() -> None:
    async with gateway("http://127.0.0.1:9") as gate:
        assert (await get(gate, "/_/nowhere")).status == 404
    async with gateway("http://127.0.0.1:9", page_token=TOKEN) as gate:
        assert (await get(gate, "/_/nowhere")).status == 401


def test_a_token_is_made_where_one_is_needed() -> None:
    everywhere = Config(host="0.0.0.0", allow_remote=True)
    first, second = (with_page_token(everywhere).page_token for _ in range(2))
    assert first is not None
    assert len(first) >= 32
    assert first != second
    assert with_page_token(Config()).page_token is None
    assert with_page_token(Config(host="0.0.0.0", page_token=TOKEN)).page_token == TOKEN
    assert first not in repr(Config(page_token=first))


async def test_serve_prints_the_address_that_opens_the_page(tmp_path: Path) -> None:
    async with served(tmp_path, "", "--host", "0.0.0.0", "--allow-remote") as gate:
        log = await gate.logged("?token=")
        address = re.search(r"http://127\.0\.0\.1:(\d+)(/_/\?token=\S+)", log)
        assert address is not None
        assert int(address[1]) == gate.port
        assert (await ask(gate, post(address[2], b"", method=b"GET"))).status == 303
    async with served(tmp_path, "") as gate:
        assert "?token" not in gate.log
