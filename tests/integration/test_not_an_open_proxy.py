"""Nothing but the path picks an upstream, and only of those that were configured."""

import asyncio
import json
import os

import pytest

from tests.integration.gateways import PATH, RawClient, ask, gateway, post
from tests.integration.upstreams import HANG, SSE, Upstream, plays, response, scripted, unused_port


def attempts(canary: Upstream) -> dict[str, bytes]:
    """Requests that try to make the gateway connect to the canary."""
    there = f"127.0.0.1:{canary.port}"
    return {
        "absolute form": post(f"http://{there}/v1/messages"),
        "absolute form, a path of ours": post(f"http://{there}{PATH}"),
        "absolute form, metadata service": post("http://169.254.169.254/latest/meta-data", method=b"GET", body=b""),
        "CONNECT": f"CONNECT {there} HTTP/1.1\r\nHost: {there}\r\n\r\n".encode(),
        "CONNECT with a path": f"CONNECT /{there} HTTP/1.1\r\nHost: {there}\r\n\r\n".encode(),
        "//host/": post(f"//{there}/v1/messages"),
        "/host/": post(f"/{there}/v1/messages"),
        "/http://host/": post(f"/http://{there}/v1/messages"),
        "/name@host": post(f"/anthropic@{there}/v1/messages"),
        "/name:port": post(f"/anthropic:{canary.port}/v1/messages"),
        "backslashes": post(f"/\\\\{there}/v1/messages"),
        "*": post("*", b"", method=b"OPTIONS"),
        "no slash": post("v1/messages"),
    }


def passengers(canary: Upstream) -> dict[str, bytes]:
    """Requests that may be relayed, but only to where their path says."""
    there = f"127.0.0.1:{canary.port}"
    url = f"http://{there}".encode()
    return {
        "Host": post().replace(b"Host: 127.0.0.1\r\n", f"Host: {there}\r\n".encode()),
        "headers": post(
            PATH, b"{}", b"X-Upstream: " + url, b"X-Forwarded-Host: " + there.encode(), b"Forwarded: " + url
        ),
        "helicone": post(PATH, b"{}", b"Helicone-Target-Url: " + url, b"X-Portkey-Custom-Host: " + url),
        "query": post(f"{PATH}?upstream={url.decode()}&api_base={url.decode()}"),
        "body": post(PATH, json.dumps({"api_base": url.decode(), "base_url": url.decode()}).encode()),
        "user@ below": post(f"/anthropic/@{there}/v1/messages"),
        "// below": post(f"/anthropic//{there}/v1/messages"),
        "dots": post(f"/anthropic/../../{there}/v1/messages"),
        "encoded dots": post(f"/anthropic/%2e%2e/%2f%2f{there}/v1/messages"),
    }


@pytest.mark.parametrize("name", attempts(Upstream(plays(), 0)))
async def test_no_way_round_the_configured_upstreams(name: str) -> None:
    async with (
        scripted(plays(response(b"canary"))) as canary,
        scripted(plays(response(b"ok"))) as upstream,
        gateway(upstream.url) as gate,
    ):
        answered = await ask(gate, attempts(canary)[name], limit=2)
        assert answered.status in (400, 403, 404, 405, 421, 501), answered.raw
        await asyncio.sleep(0.02)
        assert canary.visits == []
        assert upstream.visits == []


@pytest.mark.parametrize("name", passengers(Upstream(plays(), 0)))
async def test_nothing_but_the_path_picks_the_upstream(name: str) -> None:
    async with (
        scripted(plays(response(b"canary"))) as canary,
        scripted(plays(response(b"ok"))) as upstream,
        gateway(upstream.url) as gate,
    ):
        request = passengers(canary)[name]
        answered = await ask(gate, request)
        assert canary.visits == []
        if answered.status == 200:  # and if it was relayed, then as it was asked
            target = request.split(b" ")[1].removeprefix(b"/anthropic")
            assert upstream.requests[0].line == b"POST " + target + b" HTTP/1.1"


@pytest.mark.parametrize(
    "target",
    ["/v1/messages", "/v1/a%2fb%2E%2e/c?x=%41&y=a+b", "/v1//a/./b/../c", "/v1/a?b?c#d"],
)
async def test_targets_go_up_as_they_came(target: str) -> None:
    request = post("/anthropic" + target)
    async with scripted(plays(response(b"ok"))) as upstream, gateway(upstream.url) as gate:
        assert (await ask(gate, request)).body == b"ok"
        assert upstream.requests[0].line == f"POST {target} HTTP/1.1".encode()


@pytest.mark.parametrize(("mode", "status"), [("live", 200), ("all", 400)])
async def test_what_follows_the_at_sign_names_a_cassette(mode: str, status: int, cassettes: object) -> None:
    async with (
        scripted(plays(response(b"canary"))) as canary,
        scripted(plays(response(b"ok"))) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
    ):
        answered = await ask(gate, post(f"/@127.0.0.1:{canary.port}/v1/messages"))
        assert answered.status == status
        assert canary.visits == []


async def test_a_gateway_does_not_call_itself() -> None:
    port = unused_port()
    async with gateway(f"http://127.0.0.1:{port}", port=port) as gate:
        answered = await ask(gate, post("/anthropic" + PATH))
        assert answered.status == 502
        assert b"this gateway itself" in answered.body


async def test_proxies_from_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(plays(response(b"canary"))) as canary, scripted(plays(response(b"ok"))) as upstream:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy", "OPENAI_BASE_URL"):
            monkeypatch.setitem(os.environ, name, canary.url)
        async with gateway(upstream.url) as gate:
            assert (await ask(gate)).body == b"ok"
        assert canary.visits == []


@pytest.mark.parametrize("mode", ["live", "all"])
async def test_streams_above_the_limit_are_refused_at_once(mode: str, cassettes: object) -> None:
    settings = {"mode": mode, "cassettes": cassettes, "max_streams": 3, "idle_timeout": 5.0, "read_on": False}
    async with scripted(plays(SSE, HANG)) as upstream, gateway(upstream.url, **settings) as gate:
        streams = [RawClient.to(gate.port) for _ in range(3)]
        for stream in streams:
            client = await stream.__aenter__()
            await client.send(post())
            await client.until(b"\r\n\r\n")
        answered = await ask(gate)
        assert (answered.ended, answered.status) == ("clean", 503)
        assert answered.took < 0.2
        assert b"raise max_streams" in answered.body
        assert len(upstream.requests) == 3
        assert (await ask(gate, post("/_/health", b"", method=b"GET"))).status == 200
        for stream in streams:
            await stream.__aexit__(None, None, None)
        await upstream.visits[2].gone.wait()
        async with RawClient.to(gate.port) as client:
            await client.send(post())
            assert b"200 OK" in await client.until(b"\r\n\r\n")
