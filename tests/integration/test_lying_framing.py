"""Responses whose framing lies: an error or the right body, never a second head, and the next request is unharmed."""

import pytest

from tests.integration.gateways import RawClient, ask, gateway, post
from tests.integration.upstreams import FIN, HANG, SSE, chunk, plays, plays_in_turn, response, scripted, sse

_HEAD = b"HTTP/1.1 200 OK\r\n"
_GOOD = response(b"good")
_SMUGGLED = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled"

HEADS = {
    "two lengths": _HEAD + b"Content-Length: 2\r\nContent-Length: 30\r\n\r\nok",
    "two equal lengths": _HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    "list of lengths": _HEAD + b"Content-Length: 2, 2\r\n\r\nok",
    "negative length": _HEAD + b"Content-Length: -1\r\n\r\nok",
    "plus": _HEAD + b"Content-Length: +2\r\n\r\nok",
    "hex length": _HEAD + b"Content-Length: 0x2\r\n\r\nok",
    "empty length": _HEAD + b"Content-Length: \r\n\r\nok",
    "huge length": _HEAD + b"Content-Length: 99999999999999999999999999\r\n\r\nok",
    "length and chunked": _HEAD
    + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    + chunk(b"ok")
    + chunk(b""),
    "chunked and length": _HEAD
    + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n"
    + chunk(b"ok")
    + chunk(b""),
    "chunked twice": _HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n" + chunk(b"ok") + chunk(b""),
    "two codings": _HEAD
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
    + chunk(b"ok")
    + chunk(b""),
    "unknown coding": _HEAD + b"Transfer-Encoding: xchunked\r\n\r\n" + chunk(b"ok") + chunk(b""),
    "tab in coding": _HEAD + b"Transfer-Encoding:\x0bchunked\r\n\r\n" + chunk(b"ok") + chunk(b""),
    "space before colon": _HEAD + b"Content-Length : 2\r\n\r\nok",
    "NUL in value": _HEAD + b"X-Odd: a\x00b\r\nContent-Length: 2\r\n\r\nok",
    "NUL in name": _HEAD + b"X-O\x00dd: a\r\nContent-Length: 2\r\n\r\nok",
    "bare CR in value": _HEAD + b"X-Odd: a\rSet-Cookie: b\r\nContent-Length: 2\r\n\r\nok",
    "bare CR ends a line": _HEAD + b"X-Odd: a\rContent-Length: 2\r\r",
    "bare LF": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "folded line": _HEAD + b"X-Odd: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
    "folded coding": _HEAD + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + chunk(b"ok") + chunk(b""),
    "no name": _HEAD + b": value\r\nContent-Length: 2\r\n\r\nok",
    "no colon": _HEAD + b"NoColon\r\nContent-Length: 2\r\n\r\nok",
    "space first": b"HTTP/1.1 200 OK\r\n Content-Length: 2\r\n\r\nok",
    "CR in reason": b"HTTP/1.1 200 O\rK\r\nContent-Length: 2\r\n\r\nok",
    "DEL and Latin-1": _HEAD + b"X-Odd: \x7f\xe9\r\nContent-Length: 2\r\n\r\nok",
}


@pytest.mark.parametrize("answer", HEADS.values(), ids=HEADS.keys())
async def test_a_head_that_lies_is_an_error_or_right(answer: bytes) -> None:
    script = plays_in_turn((answer + _SMUGGLED, 0.05, FIN), (_GOOD,))
    async with scripted(script) as upstream, gateway(upstream.url) as gate:
        async with RawClient.to(gate.port) as client:
            await client.send(post())
            answered = await client.answer()
            assert b"smuggled" not in answered.raw or answered.ended != "clean", answered.raw
            assert answered.raw.count(b"HTTP/1.1 ") - answered.body.count(b"HTTP/1.1 ") == 1
            assert "set-cookie" not in dict(answered.headers)
            assert b"\x00" not in answered.raw
            assert b"\r" not in answered.head.replace(b"\r\n", b"")
            if answered.ended == "clean":
                assert (answered.status, answered.body) == (200, b"ok") or answered.status == 502
        async with RawClient.to(gate.port) as client:
            await client.send(post())
            assert (await client.answer()).body == b"good"
        assert len(upstream.requests) == 2


_STREAM = SSE + chunk(b"data: 1\n\n")

CHUNKS = {
    "not hex": b"zz\r\nab\r\n0\r\n\r\n",
    "negative": b"-2\r\nab\r\n0\r\n\r\n",
    "0x": b"0x2\r\nab\r\n0\r\n\r\n",
    "underscore": b"1_0\r\nabcdefghijklmnop\r\n0\r\n\r\n",
    "space before": b" 2\r\nab\r\n0\r\n\r\n",
    "empty size": b"\r\nab\r\n0\r\n\r\n",
    "too large": b"fffffffffffffffffff\r\nab\r\n0\r\n\r\n",
    "too long": b"2\r\nabcd\r\n0\r\n\r\n",
    "no CRLF after data": b"2\r\nab0\r\n\r\n",
    "bare LF after size": b"2\nab\r\n0\r\n\r\n",
    "bare CR after size": b"2\rab\r\n0\r\n\r\n",
    "NUL in extension": b"2;a=\x00\r\nab\r\n0\r\n\r\n",
    "a head instead": _SMUGGLED,
}


@pytest.mark.parametrize("bad", CHUNKS.values(), ids=CHUNKS.keys())
@pytest.mark.parametrize("gap", [0, 0.03], ids=["same read", "later read"])
async def test_a_chunk_size_that_lies_leaves_the_body_unfinished(bad: bytes, gap: float) -> None:
    steps = (_STREAM, gap, bad, HANG) if gap else (_STREAM + bad, HANG)
    async with scripted(plays_in_turn(steps, (_GOOD,))) as upstream, gateway(upstream.url) as gate:
        async with RawClient.to(gate.port) as client:
            await client.send(post())
            answered = await client.answer()
        assert answered.ended in ("FIN", "RST") or answered.status == 502, answered.raw
        assert answered.took < 1.2
        if gap:
            assert answered.body.startswith(b"data: 1\n\n")
        async with RawClient.to(gate.port) as client:
            await client.send(post())
            assert (await client.answer()).body == b"good"


@pytest.mark.parametrize("good", [b"2;name=value\r\nab\r\n0\r\n\r\n", b"0002\r\nab\r\n000\r\nX-Trailer: t\r\n\r\n"])
async def test_odd_but_legal_chunks_are_understood(good: bytes) -> None:
    async with scripted(plays(_STREAM + good)) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate)
    assert (answered.ended, answered.body) == ("clean", b"data: 1\n\nab")
    assert b"X-Trailer" not in answered.raw


@pytest.mark.parametrize("gap", [0, 0.03], ids=["same read", "later read"])
@pytest.mark.parametrize("extra", [b"extra", _SMUGGLED, b"\x00"])
@pytest.mark.parametrize("first", [response(b"first"), sse(b"first")])
async def test_bytes_after_the_end_are_dropped_with_their_connection(first: bytes, extra: bytes, gap: float) -> None:
    steps = (first, gap, extra) if gap else (first + extra,)
    async with scripted(plays_in_turn(steps, (_GOOD,))) as upstream, gateway(upstream.url) as gate:
        async with RawClient.to(gate.port) as client:
            await client.send(post())
            answered = await client.answer()
            assert (answered.ended, answered.body) == ("clean", b"first")
            await (await upstream.visited()).gone.wait() if gap else None
            await client.send(post())
            answered = await client.answer()
            assert (answered.ended, answered.body) == ("clean", b"good")
        assert len(upstream.visits) == 2
