"""How a stream ends is passed on: what came is delivered, and only what is whole ends as whole, on file too."""

import logging
from pathlib import Path

import pytest

from tests.integration.gateways import ask, gateway, post, recorded
from tests.integration.upstreams import FIN, HANG, RST, SSE, chunk, plays, response, scripted, sse

ONE, TWO = b'event: ping\ndata: {"n": 1}\n\n', b'event: ping\ndata: {"n": 2}\n\n'
STOP = b'event: message_stop\ndata: {"type": "message_stop"}\n\n'
LENGTH = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000\r\n\r\n"

both_ways = pytest.mark.parametrize("mode", ["live", "all"])

BROKEN = {
    "RST between chunks": (SSE + chunk(ONE), 0.03, chunk(TWO), 0.03, RST),
    "FIN between chunks": (SSE + chunk(ONE), 0.03, chunk(TWO), FIN),
    "RST inside a chunk": (SSE + chunk(ONE), 0.03, b"ff\r\n" + TWO, 0.03, RST),
    "FIN inside a chunk": (SSE + chunk(ONE), 0.03, b"ff\r\n" + TWO, FIN),
    "FIN inside a chunk, one read": (SSE + chunk(ONE) + b"ff\r\n" + TWO, FIN),
    "FIN inside the last chunk": (SSE + chunk(ONE) + chunk(TWO) + b"0\r\n", FIN),
    "FIN before the length": (LENGTH + ONE, 0.03, TWO, FIN),
    "RST before the length": (LENGTH + ONE, 0.03, TWO, 0.03, RST),
    "stall between chunks": (SSE + chunk(ONE), 0.03, chunk(TWO), HANG),
    "stall inside a chunk": (SSE + chunk(ONE), 0.03, b"ff\r\n" + TWO, HANG),
    "stall before the length": (LENGTH + ONE, 0.03, TWO, HANG),
    "no last chunk after the terminal event": (SSE + chunk(ONE) + chunk(TWO) + chunk(STOP), HANG),
    "RST after the terminal event": (SSE + chunk(ONE) + chunk(TWO) + chunk(STOP), 0.03, RST),
}


@both_ways
@pytest.mark.parametrize("steps", BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_stream_is_delivered_as_far_as_it_came_and_never_as_whole(
    steps: tuple[bytes, ...], mode: str, cassettes: Path
) -> None:
    async with (
        scripted(plays(*steps)) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes, idle_timeout=0.3) as gate,
    ):
        answered = await ask(gate)
        assert answered.ended in ("FIN", "RST"), answered
        assert answered.body.removesuffix(STOP) == ONE + TWO
        assert answered.took < 1.3
        assert len(upstream.requests) == 1
    if mode == "all":
        (kept,) = recorded(cassettes)
        assert kept.body.removesuffix(STOP) == ONE + TWO
        assert kept.end.kind == "upstream_error"
        assert kept.end.reason.startswith("stall" if HANG in steps else "closed")


@both_ways
async def test_an_http10_client_sees_a_reset_where_a_close_would_look_like_the_end(mode: str, cassettes: Path) -> None:
    async with (
        scripted(plays(SSE + chunk(ONE), 0.05, RST)) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
    ):
        answered = await ask(gate, post().replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        assert answered.ended == "RST", answered


async def test_an_http10_client_gets_a_whole_stream_up_to_a_close() -> None:
    async with scripted(plays(sse(ONE, TWO))) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, post().replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        assert (answered.ended, answered.body) == ("FIN", ONE + TWO)
        assert answered.header("connection") == "close"


@both_ways
async def test_a_body_that_ends_with_its_connection_is_whole(mode: str, cassettes: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    async with (
        scripted(plays(head + ONE, 0.03, STOP, FIN)) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
    ):
        answered = await ask(gate)
        assert (answered.ended, answered.body) == ("clean", ONE + STOP)
    if mode == "all":
        assert recorded(cassettes)[0].end.kind == "complete"


async def test_a_body_that_should_end_with_its_connection_but_is_reset_is_not_whole() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    async with scripted(plays(head + ONE, 0.03, RST)) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate)
        assert answered.ended != "clean"
        assert answered.body == ONE


@both_ways
async def test_a_clean_end_without_the_terminal_event_is_passed_on_with_a_warning(
    mode: str, cassettes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        scripted(plays(sse(ONE, TWO))) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
    ):
        answered = await ask(gate)
        assert (answered.ended, answered.body) == ("clean", ONE + TWO)
    assert "ended cleanly without its terminal event" in caplog.text


@pytest.mark.parametrize(
    "last",
    [
        STOP,
        STOP.replace(b"}", b', "all": "%b"}' % (b"long " * 10_000)),
        b'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error"}}\n\n',
    ],
    ids=["terminal", "terminal, long", "error"],
)
async def test_a_terminal_or_error_event_is_passed_on_without_a_warning(
    last: bytes, cassettes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        scripted(plays(sse(ONE, last))) as upstream,
        gateway(upstream.url, mode="all", cassettes=cassettes) as gate,
    ):
        answered = await ask(gate)
        assert (answered.ended, answered.body) == ("clean", ONE + last)
    assert recorded(cassettes)[0].end.kind == "complete"
    assert [entry for entry in caplog.records if entry.levelno >= logging.WARNING] == []


async def test_a_broken_recording_is_not_replayed(cassettes: Path) -> None:
    async with scripted(plays(SSE + chunk(ONE), RST)) as upstream:
        async with gateway(upstream.url, mode="all", cassettes=cassettes) as gate:
            await ask(gate)
        async with gateway(upstream.url, mode="replay", cassettes=cassettes) as gate:
            answered = await ask(gate)
        assert answered.status == 404
        assert answered.header("x-should-retry") == "false"
        assert len(upstream.requests) == 1


async def test_slow_chunks_are_no_stall() -> None:
    steps = [SSE, *[chunk(ONE), 0.15] * 5, chunk(b"")]
    async with scripted(plays(*steps)) as upstream, gateway(upstream.url, idle_timeout=0.3) as gate:
        answered = await ask(gate)
        assert (answered.ended, answered.body) == ("clean", ONE * 5)


async def test_the_idle_limit_counts_bytes_not_events() -> None:
    steps = [SSE, *[step for byte in chunk(ONE) for step in (bytes([byte]), 0.03)], chunk(b"")]
    async with scripted(plays(*steps)) as upstream, gateway(upstream.url, idle_timeout=0.3) as gate:
        answered = await ask(gate)
        assert (answered.ended, answered.body) == ("clean", ONE)


@both_ways
async def test_an_error_response_cut_in_its_body_is_not_whole(mode: str, cassettes: Path) -> None:
    cut = response(b'{"error": 1}', status=b"500 Oh")[:-4]
    async with (
        scripted(plays(cut, FIN)) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
    ):
        answered = await ask(gate)
        assert (answered.status, answered.ended != "clean") == (500, True)
        assert answered.body == b'{"error"'
