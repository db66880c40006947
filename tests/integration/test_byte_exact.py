"""What comes from the upstream reaches the client as it is: live, while recording, and again in replay, offline."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.gateways import PATH, Answered, ask, gateway, post, recorded
from tests.integration.upstreams import FIN, SSE, Step, Upstream, chunk, plays, plays_in_turn, response, scripted, sse

STOP = b'event: message_stop\ndata: {"type": "message_stop"}\n\n'


@dataclass
class ThreeWays:
    """The answers to one request: live, recording, replayed."""

    live: Answered
    recording: Answered
    replayed: Answered
    upstream: Upstream

    def __iter__(self) -> "AsyncIterator[Answered]":
        return iter((self.live, self.recording, self.replayed))  # type: ignore[return-value]


@asynccontextmanager
async def three_ways(cassettes: Path, *steps: Step, request: bytes | None = None) -> AsyncIterator[ThreeWays]:
    """Ask the same of a gateway in each mode; in replay the upstream is there but must not be asked."""
    async with scripted(plays(*steps)) as upstream:
        answers = []
        for mode in ("live", "all", "replay"):
            async with gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
                answers.append(await ask(gate, request))
        assert len(upstream.requests) == 2
        yield ThreeWays(*answers, upstream)


BODIES = {
    "invalid UTF-8": b"data: \xff\xfe\xc3\x28 \xf0\x9f\x92\n\n" + STOP,
    "not JSON": b"data: {nothing here is json\n\ndata: ]\n\n" + STOP,
    "comments": b": OPENROUTER PROCESSING\n\n:\n\n" + STOP,
    "BOM": b"\xef\xbb\xbf" + STOP,
    "CR": STOP.replace(b"\n", b"\r"),
    "CRLF": STOP.replace(b"\n", b"\r\n"),
    "mixed line ends": b"data: a\r\ndata: b\rdata: c\n\n" + STOP,
    "U+2028, U+2029, U+0085": "data: a\u2028b\u2029c\u0085d\n\n".encode() + STOP,
    "no last blank line": b"data: 1\n\n" + STOP.rstrip(b"\n"),
    "no line end at all": b"data: 1",
    "unknown events and fields": b"event: galaxy\nid: 7\nretry: 3000\nfoo: bar\ndata\n\n" + STOP,
    "NUL": b"data: a\x00b\n\n" + STOP,
    "in-band error": b'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error"}}\n\n',
    "DONE": b"data: [DONE]\n\ndata: [DONE]\n\n",
    "looks like HTTP": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n0\r\n\r\n" + STOP,
    "split multi-byte": "data: é世👩‍💻\n\n".encode() * 3 + STOP,
    "empty": b"",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("size", [1 << 20, 7], ids=["one chunk", "7 bytes a chunk"])
async def test_streams(body: bytes, size: int, cassettes: Path) -> None:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    async with three_ways(cassettes, sse(*pieces)) as ways:
        for answered in ways:
            assert (answered.ended, answered.status, answered.body) == ("clean", 200, body)
            assert answered.headers == [
                ("content-type", "text/event-stream; charset=utf-8"),
                ("transfer-encoding", "chunked"),
            ]


async def test_byte_by_byte_over_time(cassettes: Path) -> None:
    body = "data: é世\u2028👩‍💻\n\n".encode() + STOP
    steps = [step for byte in body for step in (chunk(bytes([byte])), 0.001)]
    async with three_ways(cassettes, SSE, *steps, chunk(b"")) as ways:
        for answered in ways:
            assert (answered.ended, answered.body) == ("clean", body)
    assert len(recorded(cassettes)[0].chunks) > 20


ERROR = b'{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}'


_STATUSES = (
    b"400 Bad Request|401 Unauthorized|403 No|404 Not Found|408 Slow|409 C|413 Big|422 U|429 Too Many Requests|"
    b"451 Law|500 Oh|502 B|503 S|504 G|529 Overloaded|599 Odd"
)


@pytest.mark.parametrize("status", _STATUSES.split(b"|"))
async def test_errors_are_the_providers_own(status: bytes, cassettes: Path) -> None:
    headers = (
        b"content-type: application/json",
        b"retry-after: 7",
        b"retry-after-ms: 7000",
        b"x-should-retry: true",
        b"request-id: req_1",
        b"anthropic-ratelimit-requests-remaining: 0",
        b"x-ratelimit-limit-tokens: 5",
    )
    async with three_ways(cassettes, response(ERROR, *headers, status=status)) as ways:
        for answered in ways:
            assert (answered.ended, answered.status, answered.body) == ("clean", int(status[:3]), ERROR)
            assert [f"{name}: {value}".encode() for name, value in answered.headers[:-1]] == list(headers)


async def test_a_sequence_of_errors_is_replayed_in_its_order(cassettes: Path) -> None:
    limited = response(b"{}", b"retry-after: 1", status=b"429 Slow")
    async with scripted(plays_in_turn((limited,), (limited,), (sse(STOP),))) as upstream:
        for mode in ("all", "replay"):
            async with gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
                assert [(await ask(gate)).status for _ in range(3)] == [429, 429, 200]
        assert len(upstream.requests) == 3


@pytest.mark.parametrize("answer", [b"204 No Content", b"304 Not Modified"])
async def test_responses_without_a_body(answer: bytes, cassettes: Path) -> None:
    async with three_ways(cassettes, b"HTTP/1.1 " + answer + b"\r\nrequest-id: 1\r\n\r\n") as ways:
        for answered in ways:
            assert (answered.ended, answered.status) == ("clean", int(answer[:3]))
            assert answered.headers[0][0] == "request-id"
            assert answered.raw.endswith(b"\r\n\r\n")


async def test_head_keeps_the_length_and_has_no_body(cassettes: Path) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"
    request = post(PATH, b"", method=b"HEAD")
    async with three_ways(cassettes, answer, request=request) as ways:
        for answered in ways:
            assert (answered.status, answered.header("content-length")) == (200, "5000")
            assert answered.raw.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("method", [b"GET", b"DELETE", b"PUT", b"PATCH", b"OPTIONS", b"QUERY"])
async def test_every_method(method: bytes, cassettes: Path) -> None:
    body = b"" if method in (b"GET", b"DELETE", b"OPTIONS") else b'{"a": 1}'
    async with three_ways(cassettes, response(b"ok"), request=post(PATH, body, method=method)) as ways:
        for answered in ways:
            assert (answered.ended, answered.body) == ("clean", b"ok")
        for asked in ways.upstream.requests:
            assert (asked.line.partition(b" ")[0], asked.body) == (method, body)


@pytest.mark.parametrize("body", [b"", b"ok", bytes(range(256)) * 5000], ids=["empty", "small", "1.2 MiB binary"])
async def test_bodies_with_a_length_keep_it(body: bytes, cassettes: Path) -> None:
    async with three_ways(cassettes, response(body, b"Content-Type: application/octet-stream")) as ways:
        for answered in ways:
            assert (answered.ended, answered.body) == ("clean", body)
            assert answered.header("content-length") == str(len(body))


async def test_a_body_that_ends_with_its_connection_is_given_a_frame(cassettes: Path) -> None:
    async with three_ways(cassettes, b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold", FIN) as ways:
        for answered in ways:
            assert (answered.ended, answered.body) == ("clean", b"old")


@pytest.mark.parametrize("name", [b"gzip", b"br", b"zstd", b"deflate"])
async def test_a_coded_answer_passes_with_its_header(name: bytes, cassettes: Path) -> None:
    coded = gzip.compress(STOP)  # whatever it is: nobody here looks inside
    headers = (b"Content-Type: text/event-stream", b"Content-Encoding: " + name)
    async with scripted(plays(response(coded, *headers))) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate)
        assert (answered.ended, answered.body) == ("clean", coded)
        assert answered.header("content-encoding") == name.decode()
        assert upstream.requests[0].header("accept-encoding") == "identity"


async def test_a_truncated_or_lying_gzip_body_passes() -> None:
    for coded in (gzip.compress(STOP)[:-9], b"not gzip at all"):
        async with (
            scripted(plays(response(coded, b"Content-Encoding: gzip"))) as upstream,
            gateway(upstream.url) as gate,
        ):
            assert (await ask(gate)).body == coded


async def test_early_heads_are_swallowed(cassettes: Path) -> None:
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    async with three_ways(cassettes, early, 0.02, b"HTTP/1.1 102 Processing\r\n\r\n" + sse(STOP)) as ways:
        for answered in ways:
            assert (answered.ended, answered.status, answered.body) == ("clean", 200, STOP)
            assert answered.header("link") is None


@pytest.mark.parametrize("status", [b"301 M", b"302 F", b"303 S", b"307 T", b"308 P"])
async def test_redirects_are_passed_on_and_not_followed(status: bytes, cassettes: Path) -> None:
    async with scripted(plays(response(b"stolen"))) as thief:
        location = b"Location: " + thief.url.encode() + b"/v1/messages"
        async with scripted(plays(response(b"", location, status=status))) as upstream:
            for mode in ("live", "all"):
                async with gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
                    key = b"x-api-key: sk-" + b"k" * 40
                    answered = await ask(gate, post(PATH, b"{}", key))
                    assert answered.status == int(status[:3])
                    assert answered.header("location") == thief.url + "/v1/messages"
        assert thief.visits == []


async def test_many_small_events(cassettes: Path) -> None:
    events = [b"data: %d\n\n" % number for number in range(20_000)]
    async with three_ways(cassettes, sse(*events, STOP)) as ways:
        for answered in ways:
            assert (answered.ended, answered.body) == ("clean", b"".join(events) + STOP)


async def test_one_huge_event(cassettes: Path) -> None:
    body = b"data: " + b"x" * (16 << 20) + b"\n\n" + STOP
    async with three_ways(cassettes, SSE, chunk(body), chunk(b"")) as ways:
        for answered in ways:
            assert answered.ended == "clean"
            assert answered.body == body


async def test_fifty_at_once_each_get_their_own(cassettes: Path) -> None:
    async def echo(visit: object) -> None:
        while True:
            asked = await visit.request()  # type: ignore[attr-defined]
            for byte in asked.body:
                await visit.send(chunk(bytes([byte])) if byte != 123 else SSE + chunk(b"{"))  # type: ignore[attr-defined]
                await asyncio.sleep(0)
            await visit.send(chunk(b""))  # type: ignore[attr-defined]

    bodies = [b'{"n": %d}' % number for number in range(50)]
    async with scripted(echo) as upstream:
        for mode in ("live", "all", "replay"):
            async with gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
                answers = await asyncio.gather(*[ask(gate, post(PATH, body)) for body in bodies])
                assert [answered.body for answered in answers] == bodies
                assert {answered.ended for answered in answers} == {"clean"}
        assert len(upstream.requests) == 100
