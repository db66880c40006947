"""Pages of other sites reach nothing: through real sockets, on every kind of route."""

import json
import logging

import pytest

from tests.gateway.guard.test_hosts import NOT_OURS, OURS
from tests.integration.gateways import PATH, ask, gateway, post
from tests.integration.upstreams import plays, response, scripted

ROUTES = ["/_/health", "/_/schema", "/_/", "/_/streams/1", "/nowhere", PATH, "/openai/v1/models", "/normalized" + PATH]
EVIL = "http://evil.example"
APP = "http://localhost:5173"

PREFLIGHT = (b"Access-Control-Request-Method: POST", b"Access-Control-Request-Headers: content-type,x-api-key")
CROSS_SITE = {
    "another site": (b"Origin: http://evil.example",),
    "another site by TLS": (b"Origin: https://evil.example",),
    "the same name, another port": (b"Origin: http://127.0.0.1:3000",),
    "another name of this machine": (b"Origin: http://localhost:8077", b"Sec-Fetch-Site: cross-site"),
    "a sandboxed frame": (b"Origin: null",),
    "an extension": (b"Origin: chrome-extension://abcdefgh",),
    "no origin, but cross-site": (b"Sec-Fetch-Site: cross-site", b"Sec-Fetch-Mode: no-cors"),
    "no origin, but same-site": (b"Sec-Fetch-Site: same-site", b"Sec-Fetch-Mode: navigate"),
}


def called(host: str | None, path: str) -> bytes:
    line = b"" if host is None else b"Host: %b\r\n" % host.encode()
    return post(path, b"{}").replace(b"Host: 127.0.0.1\r\n", line)


@pytest.mark.parametrize("host", [host for host in NOT_OURS if host is None or not host.endswith(" ")])
async def test_other_names_are_refused_before_routing(host: str | None) -> None:
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        for route in ROUTES:
            answered = await ask(gate, called(host, route))
            # Two hosts in one line, or none at all, are malformed for aiohttp already.
            assert answered.status in (400, 421), (route, answered.raw)
            assert b"access-control" not in answered.head.lower()
        assert upstream.visits == []


@pytest.mark.parametrize("host", OURS)
async def test_our_names_are_taken_with_any_port(host: str) -> None:
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        assert (await ask(gate, called(host, PATH))).body == b"ok"


async def test_a_name_that_was_allowed_is_taken() -> None:
    async with (
        scripted(plays(response(b"ok"))) as upstream,
        gateway(upstream.url, allow_hosts=("tape.example",)) as gate,
    ):
        assert (await ask(gate, called("tape.example:443", PATH))).body == b"ok"
        assert (await ask(gate, called("other.example", PATH))).status == 421


async def test_a_refusal_has_the_providers_shape_and_says_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, called("evil.example", PATH + "?key=hush"))
        error = json.loads(answered.body)
        assert (error["type"], error["error"]["type"]) == ("error", "misdirected_request")
        assert "got the host 'evil.example'" in error["error"]["message"]
        assert "--allow-host NAME" in error["error"]["message"]
        assert answered.header("x-should-retry") == "false"
        normalized = json.loads((await ask(gate, called("evil.example", "/normalized" + PATH))).body)
        assert normalized["error"]["source"] == "gateway"
    assert "421 for POST " + PATH in caplog.text
    assert "hush" not in caplog.text


@pytest.mark.parametrize("name", CROSS_SITE)
async def test_requests_and_preflights_of_other_pages_reach_nothing(name: str) -> None:
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        for route in ROUTES:
            simple = post(route, b"{}", *CROSS_SITE[name]).replace(b"application/json", b"text/plain")
            asks = post(route, b"", *CROSS_SITE[name], *PREFLIGHT, method=b"OPTIONS")
            looks = post(route, b"", *CROSS_SITE[name], method=b"GET")
            for request in (simple, asks, looks):
                answered = await ask(gate, request)
                assert answered.status == 403, answered.raw
                assert b"access-control" not in answered.head.lower()
        assert upstream.visits == []


@pytest.mark.parametrize("name", CROSS_SITE)
async def test_so_do_websocket_upgrades(name: str) -> None:
    upgrade = (b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: eA==")
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        for route in (PATH, "/_/feed"):
            answered = await ask(gate, post(route, b"", *upgrade, *CROSS_SITE[name], method=b"GET"))
            assert answered.status == 403
        assert upstream.visits == []


async def test_the_next_request_on_the_connection_is_judged_anew(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        for _ in range(2):
            assert (await ask(gate, called("evil.example", PATH))).status == 421
            assert (await ask(gate)).body == b"ok"


async def test_the_own_page_and_typed_addresses_are_no_other_site() -> None:
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        for ours in ((b"Sec-Fetch-Site: none",), (b"Sec-Fetch-Site: same-origin", b"Origin: http://127.0.0.1")):
            assert (await ask(gate, post("/_/health", b"", *ours, method=b"GET"))).status == 200
            assert (await ask(gate, post(PATH, b"{}", *ours))).body == b"ok"


async def test_what_a_provider_says_of_origins_is_not_said_of_ours() -> None:
    open_to_all = response(b"ok", b"Access-Control-Allow-Origin: *", b"ACCESS-CONTROL-MAX-AGE: 9")
    async with scripted(plays(open_to_all)) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate)
        assert answered.body == b"ok"
        assert b"access-control" not in answered.head.lower()


async def test_an_origin_that_was_allowed_asks_sends_and_reads() -> None:
    origin = b"Origin: " + APP.encode()
    async with (
        scripted(plays(response(b"ok", b"Access-Control-Allow-Origin: *"))) as upstream,
        gateway(upstream.url, allow_origins=(APP,)) as gate,
    ):
        asked = await ask(gate, post(PATH, b"", origin, *PREFLIGHT, method=b"OPTIONS"))
        assert asked.status == 204
        assert asked.header("access-control-allow-origin") == APP
        assert asked.header("access-control-allow-methods") == "POST"
        assert asked.header("access-control-allow-headers") == "content-type,x-api-key"
        assert upstream.visits == []
        for request in (post(PATH, b"{}", origin), post("/nowhere", b"{}", origin)):
            answered = await ask(gate, request)
            readers = [value for name, value in answered.headers if name == "access-control-allow-origin"]
            assert readers == [APP]
        assert (await ask(gate, post(PATH, b"{}", b"Origin: " + EVIL.encode()))).status == 403
        assert b"access-control" not in (await ask(gate)).head.lower()
