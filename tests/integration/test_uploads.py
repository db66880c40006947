"""Request bodies: every size up to the limit, streamed up while they arrive, ended when somebody has had enough."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.integration.gateways import PATH, RawClient, ask, gateway, post, recorded
from tests.integration.upstreams import FIN, HANG, Visit, chunk, plays, response, scripted, unused_port

MIB = 1 << 20
OK = response(b"ok")

both_ways = pytest.mark.parametrize("mode", ["live", "all"])
every_way = pytest.mark.parametrize("mode", ["live", "all", "new_episodes"])


def chunked(*pieces: bytes, end: bool = True) -> bytes:
    """A request whose body comes in chunks."""
    head = b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" % PATH.encode()
    return head + b"".join(chunk(piece) for piece in pieces) + (chunk(b"") if end else b"")


@every_way
@pytest.mark.parametrize("size", [0, 1, 4096, MIB - 1, MIB, MIB + 1, 5 * MIB])
async def test_bodies_of_every_size_arrive_whole(size: int, mode: str, cassettes: Path) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    async with scripted(plays(OK)) as upstream, gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
        assert (await ask(gate, post(PATH, body))).body == b"ok"
        assert upstream.requests[0].body == body
        assert upstream.requests[0].header("content-length") == str(size)
        assert upstream.requests[0].header("transfer-encoding") is None


@every_way
async def test_a_chunked_upload_arrives_whole(mode: str, cassettes: Path) -> None:
    pieces = [b"a", b"b" * 70_000, b"0\r\n\r\n", b"c" * MIB]
    async with scripted(plays(OK)) as upstream, gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
        assert (await ask(gate, chunked(*pieces))).body == b"ok"
        asked = upstream.requests[0]
        assert asked.body == b"".join(pieces)
        assert (asked.header("content-length") is None) != (asked.header("transfer-encoding") is None)


@both_ways
async def test_multipart_passes_as_it_is(mode: str, cassettes: Path) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n\x00\xff\r\n--b--\r\n'
    kind = b"Content-Type: multipart/form-data; boundary=b"
    async with scripted(plays(OK)) as upstream, gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
        request = post(PATH, body).replace(b"Content-Type: application/json", kind)
        assert (await ask(gate, request)).body == b"ok"
        assert upstream.requests[0].body == body
        assert upstream.requests[0].header("content-type") == "multipart/form-data; boundary=b"


@both_ways
@pytest.mark.parametrize("framing", ["length", "chunked"])
async def test_a_large_upload_arrives_while_it_is_sent(framing: str, mode: str, cassettes: Path) -> None:
    body = b"x" * (3 * MIB)
    request = post(PATH, body) if framing == "length" else chunked(body[: 2 * MIB], body[2 * MIB :])
    async with (
        scripted(plays(OK)) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
        RawClient.to(gate.port) as client,
    ):
        await client.send(request[: 2 * MIB])
        visit = await upstream.visited()
        async with asyncio.timeout(2):
            await visit.at_least(int(1.9 * MIB))
        await client.send(request[2 * MIB :])
        assert (await client.answer()).body == b"ok"
        assert upstream.requests[0].body == body
    if mode == "all":
        assert recorded(cassettes)[0].request.body == body


@every_way
@pytest.mark.parametrize("framing", ["length", "chunked"])
async def test_a_body_over_the_limit_is_a_413(framing: str, mode: str, cassettes: Path) -> None:
    body = b"x" * (2 * MIB)
    request = post(PATH, body) if framing == "length" else chunked(body)
    settings = {"mode": mode, "cassettes": cassettes, "max_body": MIB}
    async with scripted(plays(OK)) as upstream, gateway(upstream.url, **settings) as gate:
        async with RawClient.to(gate.port) as client:
            sending = asyncio.create_task(client.send(request))
            answered = await client.answer()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        assert answered.status == 413
        assert b"raise max_body" in answered.body
        assert upstream.requests == []
        assert (await ask(gate)).body == b"ok"


async def test_64_mib_may_be_sent() -> None:
    body = b"x" * (64 * MIB)
    async with scripted(plays(OK)) as upstream, gateway(upstream.url, first_byte_timeout=20) as gate:
        assert (await ask(gate, post(PATH, body), limit=20)).body == b"ok"
        assert len(upstream.requests[0].body) == 64 * MIB


async def _take_nothing(visit: Visit) -> None:
    visit.reading.clear()
    await visit.play(HANG)


async def test_an_upstream_that_takes_no_upload_makes_the_client_wait() -> None:
    async with (
        scripted(_take_nothing) as upstream,
        gateway(upstream.url, first_byte_timeout=1.0) as gate,
        RawClient.to(gate.port) as client,
    ):
        request = post(PATH, b"x" * (60 * MIB))
        sent = 0
        start = time.monotonic()
        try:
            async with asyncio.timeout(0.6):
                while sent < len(request):
                    await client.send(request[sent : sent + (64 << 10)])
                    sent += 64 << 10
        except TimeoutError:
            pass
        assert sent < 24 * MIB
        answered = await client.answer()
        assert answered.status == 504
        assert time.monotonic() - start < 2
        assert len(upstream.visits) == 1


@both_ways
@pytest.mark.parametrize("mode_of_end", [HANG, FIN])
async def test_an_answer_before_the_upload_has_ended_is_passed_on(
    mode_of_end: object, mode: str, cassettes: Path
) -> None:
    refusal = response(b'{"error": "too large"}', b"Connection: close", status=b"413 Too Large")

    async def refuse(visit: Visit) -> None:
        await visit.at_least(MIB)
        await visit.play(refusal, mode_of_end)  # type: ignore[arg-type]

    async with scripted(refuse) as upstream, gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
        async with RawClient.to(gate.port) as client:
            sending = asyncio.create_task(client.send(post(PATH, b"x" * (40 * MIB))))
            answered = await client.answer()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        assert (answered.ended, answered.status, answered.body) == ("clean", 413, b'{"error": "too large"}')
        assert len(upstream.visits) == 1


@both_ways
async def test_100_continue_is_answered_by_the_gateway(mode: str, cassettes: Path) -> None:
    request = post(PATH, b"x" * 5000, b"Expect: 100-continue")
    head, body = request[:-5000], request[-5000:]
    async with (
        scripted(plays(OK)) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
        RawClient.to(gate.port) as client,
    ):
        await client.send(head)
        assert await client.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        await client.send(body)
        assert (await client.answer()).body == b"ok"
        assert upstream.requests[0].body == b"x" * 5000
        assert upstream.requests[0].header("expect") is None


async def test_a_client_that_asks_first_sends_nothing_to_an_upstream_that_is_not_there() -> None:
    request = post(PATH, b"x" * (2 * MIB), b"Expect: 100-continue")
    async with gateway(f"http://127.0.0.1:{unused_port()}") as gate:
        answered = await ask(gate, request[: -2 * MIB])
        assert (answered.ended, answered.status) == ("clean", 502)


@every_way
@pytest.mark.parametrize("broken", [b"zz\r\nab\r\n", b"-1\r\n", b"5\r\nabcdefgh\r\n"])
async def test_a_malformed_upload_is_a_400_and_not_sent_on_as_whole(broken: bytes, mode: str, cassettes: Path) -> None:
    async with scripted(plays(OK)) as upstream, gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
        answered = await ask(gate, chunked(b"first", end=False) + broken)
        assert answered.status == 400
        assert upstream.requests == []
        assert (await ask(gate)).body == b"ok"


@pytest.mark.parametrize(
    "smuggling",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /anthropic/v1/stolen HTTP/1.1\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Content-Length: +5\r\n\r\nabcde",
        b"Content-Length : 5\r\n\r\nabcde",
        b"X: a\rContent-Length: 5\r\n\r\nabcde",
        b"X: a\r\n folded\r\nContent-Length: 5\r\n\r\nabcde",
    ],
)
async def test_requests_that_could_smuggle_another_are_refused(smuggling: bytes) -> None:
    async with scripted(plays(OK)) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\n" % PATH.encode() + smuggling)
        assert answered.status == 400
        await asyncio.sleep(0.05)
        assert upstream.requests == []
        assert all(b"stolen" not in visit.received for visit in upstream.visits)
