"""The upstream gives no response head: the client gets one JSON error, soon, and the request is never sent twice."""

import json

import pytest

from tests.integration.gateways import PATH, Answered, ask, gateway, post
from tests.integration.upstreams import FIN, HANG, RST, Script, Visit, backlog_full, drips, plays, scripted, unused_port

KEY = "sk-" + "k" * 40


def asked_with_key() -> bytes:
    return post(PATH, b'{"stream": true}', b"x-api-key: " + KEY.encode(), b"Authorization: Bearer " + KEY.encode())


def assert_plain_error(answered: Answered, status: int) -> str:
    """One well-formed JSON error in the provider's shape, without a key or a traceback; gives its message."""
    assert answered.ended == "clean", answered
    assert answered.status == status, answered.raw
    assert answered.header("content-type") == "application/json"
    assert KEY.encode() not in answered.raw
    assert b"Traceback" not in answered.raw
    error = json.loads(answered.body)
    assert error["type"] == "error"
    assert error["error"]["type"] in ("upstream_error", "upstream_timeout")
    return str(error["error"]["message"])


async def test_refused() -> None:
    async with gateway(f"http://127.0.0.1:{unused_port()}") as gate:
        answered = await ask(gate, asked_with_key())
    assert "refused the connection" in assert_plain_error(answered, 502)
    assert answered.took < 1


async def test_name_cannot_be_found() -> None:
    async with gateway("http://no-such-host.invalid", connect_timeout=5) as gate:
        answered = await ask(gate, asked_with_key())
    assert "name resolution failed" in assert_plain_error(answered, 502)


async def _accept_and_fin(visit: Visit) -> None:
    await visit.play(FIN)


async def _accept_and_reset(visit: Visit) -> None:
    await visit.play(RST)


@pytest.mark.parametrize("script", [_accept_and_fin, _accept_and_reset])
@pytest.mark.parametrize("mode", ["live", "all"])
async def test_accepts_and_leaves(script: Script, mode: str, cassettes: object) -> None:
    async with scripted(script) as upstream, gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
        answered = await ask(gate, asked_with_key())
        assert_plain_error(answered, 502)
        assert answered.took < 1
        assert len(upstream.visits) == 1


@pytest.mark.parametrize("end", [FIN, RST])
@pytest.mark.parametrize("partial", [b"", b"HTTP/1.", b"HTTP/1.1 200 OK\r\nContent-Le"])
async def test_leaves_before_the_head_is_whole_and_is_not_asked_again(end: object, partial: bytes) -> None:
    steps = (partial, 0.02, end) if partial else (end,)
    async with scripted(plays(*steps)) as upstream, gateway(upstream.url) as gate:  # type: ignore[arg-type]
        answered = await ask(gate, asked_with_key())
        assert_plain_error(answered, 502)
        assert (len(upstream.requests), len(upstream.visits)) == (1, 1)


@pytest.mark.parametrize(
    "steps",
    [(HANG,), drips(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n", 0.05), (b"HTTP/1.1 200 OK\r\n", HANG)],
    ids=["silent", "drip", "half"],
)
async def test_the_time_for_the_head_is_measured_over_the_whole_head(steps: tuple[bytes, ...]) -> None:
    async with scripted(plays(*steps)) as upstream, gateway(upstream.url, first_byte_timeout=0.5) as gate:
        answered = await ask(gate, asked_with_key())
        assert "no whole response head within 0.5 s" in assert_plain_error(answered, 504)
        assert 0.45 < answered.took < 2
        assert len(upstream.requests) == 1


async def test_1xx_heads_do_not_extend_the_time_for_the_head() -> None:
    early = (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.1) * 30
    async with scripted(plays(*early)) as upstream, gateway(upstream.url, first_byte_timeout=0.5) as gate:
        answered = await ask(gate, asked_with_key())
        assert_plain_error(answered, 504)
        assert answered.took < 2


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\x01\x02 garbage \xff\xfe\r\n\r\n",
        b"<html>an old server</html>",  # HTTP/0.9
        b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/0.9 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"ICY 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX-Filler: " + b"a" * (1 << 20) + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Filler: aaaa\r\n" * (1 << 16) + b"\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok",
    ],
    ids=lambda answer: repr(answer[:60]),
)
async def test_what_is_not_a_response_is_a_502(answer: bytes) -> None:
    async with scripted(plays(answer, HANG)) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, asked_with_key())
        assert_plain_error(answered, 502)
        assert answered.took < 2
        assert len(upstream.requests) == 1


async def test_a_connection_that_is_never_taken_is_a_504() -> None:
    with backlog_full() as url:
        async with gateway(url, connect_timeout=0.5) as gate:
            answered = await ask(gate, asked_with_key())
    assert "did not take the connection within 0.5 s" in assert_plain_error(answered, 504)
    assert answered.took < 2
