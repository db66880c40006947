"""What comes out of a connection to a provider: the response, and how it ended, however the bytes were cut."""

import asyncio

import pytest

from gateway.live.reply import LiveReply, Timeouts
from recorder.clock import ManualClock
from recorder.errors import UpstreamFailed
from recorder.interaction import COMPLETE, Response
from recorder.scripted import Journal, Read
from tests.gateway.transports import FakeTransport

SECOND = 1_000_000_000


class Exchange:
    """One request under way: `feed` what the provider sends, look at `journal`, `transport` and `released`."""

    def __init__(self, *, timeouts=None, receiver=None):
        self.clock = ManualClock()
        self.journal = receiver or Journal()
        self.transport = FakeTransport()
        self.released = []
        self.reply = LiveReply(
            self.transport,
            "https://provider:443",
            self.journal,
            timeouts=timeouts or Timeouts(),
            clock=self.clock,
            released=lambda transport, reusable: self.released.append(reusable),
        )

    async def ask(self, method="POST", body=b"{}", pieces=None):
        """Start the request and give the provider the turn."""
        head = f"{method} / HTTP/1.1\r\n\r\n".encode()
        self.sending = asyncio.create_task(self.reply.send(head, body, pieces, head_only=method == "HEAD"))
        await asyncio.sleep(0)
        return self

    def feed(self, *reads):
        for data in reads:
            if not self.released:  # later bytes are not read by us: the connection is another's, or closed
                self.transport.protocol.data_received(data)

    def end(self, error=None):
        if not self.released:
            self.transport.protocol.connection_lost(error)

    async def answered(self):
        await asyncio.wait_for(self.sending, 1)

    async def failure(self):
        with pytest.raises(UpstreamFailed) as caught:
            await self.answered()
        return caught.value

    @property
    def head(self):
        return next(read.head for read in self.journal.reads if read.head is not None)


def three_ways(raw, trailing):
    return [[raw], [raw[i : i + 1] for i in range(len(raw))], [raw + trailing]]


WAYS = [pytest.param(0, id="whole"), pytest.param(1, id="byte by byte"), pytest.param(2, id="with trailing bytes")]
TRAILING = [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", b"\0", b"H", b"HTTP/1.1 101 X\r\nUpgrade: h2c\r\n\r\n"]
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
RESPONSES = {
    "content length": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
    "no body": (b"HTTP/1.1 429 Too Many\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n", 429, b""),
    "chunked": (CHUNKED + b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, b"hello"),
    "chunked in capitals": (CHUNKED.replace(b"chunked", b"Chunked") + b"5;a=b\r\nhello\r\n0\r\n\r\n", 200, b"hello"),
    "trailer": (CHUNKED + b"1\r\n!\r\n0\r\nx-sum: 1\r\n\r\n", 200, b"!"),
    "204": (b"HTTP/1.1 204 No Content\r\nx: y\r\n\r\n", 204, b""),
    "304 with a length": (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, b""),
    "100 and 103 first": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 A\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        200,
        b"ok",
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", RESPONSES)
async def test_a_whole_response_is_complete_however_it_is_cut(name, way):
    raw, status, body = RESPONSES[name]
    exchange = await Exchange().ask()

    exchange.feed(*three_ways(raw, TRAILING[0])[way])
    await exchange.answered()

    assert (exchange.head.status, exchange.journal.body) == (status, body)
    assert [read.end for read in exchange.journal.reads if read.end] == [COMPLETE]
    assert exchange.journal.end == COMPLETE
    assert exchange.released == [way != 2]


@pytest.mark.parametrize("trailing", TRAILING)
async def test_bytes_after_the_end_are_dropped_and_the_connection_is_not_used_again(trailing):
    exchange = await Exchange().ask()
    exchange.feed(RESPONSES["content length"][0] + trailing)
    await exchange.answered()
    assert exchange.journal.body == b"hello"
    assert exchange.journal.end == COMPLETE
    assert exchange.released == [False]


async def test_what_one_read_brought_is_received_in_one_call():
    exchange = await Exchange().ask()
    head = b"HTTP/1.1 200 OK\r\nx-a: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
    response = Response(200, (("x-a", "1"),))
    for at, data in enumerate([head + b"2\r\nhe\r\n", b"1\r\nl\r\n1\r\nl\r\n", b"1\r\n", b"o\r\n0\r\n\r\n"], 1):
        exchange.clock.time = at
        exchange.feed(data)
    assert exchange.journal.reads == [Read(1, response, b"he"), Read(2, None, b"ll"), Read(4, None, b"o", COMPLETE)]


async def test_headers_of_early_responses_and_trailers_are_not_the_responses_own():
    for name in ("100 and 103 first", "trailer"):
        exchange = await Exchange().ask()
        exchange.feed(RESPONSES[name][0])
        assert not {"link", "x-sum", "transfer-encoding"} & {key.lower() for key, _ in exchange.head.headers}


@pytest.mark.parametrize("way", WAYS)
async def test_without_length_and_chunks_the_connections_end_is_the_bodys_end(way):
    exchange = await Exchange().ask()
    exchange.feed(*three_ways(b"HTTP/1.1 200 OK\r\nx: y\r\n\r\nhello", b" you")[way])
    assert exchange.journal.end is None
    exchange.end()
    assert exchange.journal.body == (b"hello you" if way == 2 else b"hello")
    assert exchange.journal.end == COMPLETE
    assert exchange.released == [False]


@pytest.mark.parametrize("framing", [b"Content-Length: 5", b"Transfer-Encoding: chunked", b"x: y"])
async def test_the_answer_to_head_ends_with_its_head_and_its_connection_is_not_used_again(framing):
    exchange = await Exchange().ask("HEAD", b"")
    exchange.feed(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\nhello")
    await exchange.answered()
    assert [(read.data, read.end) for read in exchange.journal.reads] == [(b"", COMPLETE)]
    assert exchange.released == [False]


@pytest.mark.parametrize(
    ("version", "header", "kept"),
    [
        ("1.1", "", True),
        ("1.1", "Connection: close\r\n", False),
        ("1.0", "", False),
        ("1.0", "Connection: keep-alive\r\n", True),
    ],
)
async def test_a_connection_is_kept_where_the_provider_keeps_it(version, header, kept):
    exchange = await Exchange().ask()
    exchange.feed(f"HTTP/{version} 200 OK\r\n{header}Content-Length: 2\r\n\r\nok".encode())
    await exchange.answered()
    assert exchange.released == [kept]


MALFORMED_HEADS = {
    "garbage": b"SSH-2.0-OpenSSH_9.6\r\n",
    "http/0.9": b"<html>hello</html>",
    "http/2.0": b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "length and chunked": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
    "list of lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "signed length": b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
    "unknown coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxx",
    "gzip, chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "gzip, then chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked twice": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "nul in a header": b"HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n",
    "bare cr": b"HTTP/1.1 200 OK\r\nx: a\rb\r\n\r\n",
    "bare lf": b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    "folded header": b"HTTP/1.1 200 OK\r\nx: a\r\n b\r\n\r\n",
    "space before colon": b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok",
    "status of two digits": b"HTTP/1.1 99 X\r\n\r\n",
    "status of four digits": b"HTTP/1.1 1000 X\r\n\r\n",
    "unasked-for 101": b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x00",
    "bare 101": b"HTTP/1.1 101 Switching\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("way", WAYS[:2])
@pytest.mark.parametrize("name", MALFORMED_HEADS)
async def test_a_head_that_is_not_http_is_a_failure_and_nothing_is_received(name, way):
    exchange = await Exchange().ask()
    exchange.feed(*three_ways(MALFORMED_HEADS[name], b"")[way])
    failure = await exchange.failure()
    assert failure.reason == "protocol"
    assert str(failure).startswith("https://provider:443 sent a malformed response (")
    assert exchange.journal.reads == []
    assert exchange.released == [False]


BROKEN_BODIES = {
    "chunk size": b"zz\r\n",
    "negative chunk size": b"-5\r\nhello\r\n",
    "overflowing chunk size": b"fffffffffffffffff\r\n",
    "no end of chunk": b"2\r\nokxx",
}


@pytest.mark.parametrize("way", WAYS[:2])
@pytest.mark.parametrize("name", BROKEN_BODIES)
async def test_broken_chunking_ends_the_reply_as_an_upstream_error(name, way):
    exchange = await Exchange().ask()
    exchange.feed(CHUNKED + b"3\r\nhel\r\n")
    exchange.feed(*three_ways(BROKEN_BODIES[name], b"")[way])
    await exchange.answered()
    assert exchange.journal.body.startswith(b"hel")
    assert exchange.journal.end.kind == "upstream_error"
    assert exchange.journal.end.reason.startswith("protocol: sent a malformed response")
    assert exchange.released == [False]


@pytest.mark.parametrize("error", [None, ConnectionResetError(104, "reset by peer")])
@pytest.mark.parametrize(
    "received",
    [b"Content-Length: 10\r\n\r\nhello", b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
    ids=["length", "chunked"],
)
async def test_a_connection_that_ends_inside_a_body_never_ends_it_well(received, error):
    exchange = await Exchange().ask()
    exchange.feed(b"HTTP/1.1 200 OK\r\n" + received)
    exchange.end(error)
    assert exchange.journal.body == b"hello"
    assert exchange.journal.end.kind == "upstream_error"
    assert exchange.journal.end.reason.startswith("closed: reset" if error else "closed: closed")


async def test_a_reset_does_not_end_a_body_that_lasts_until_the_connection_ends():
    exchange = await Exchange().ask()
    exchange.feed(b"HTTP/1.1 200 OK\r\n\r\nhello")
    exchange.end(ConnectionResetError(104, "reset by peer"))
    assert exchange.journal.end.kind == "upstream_error"


@pytest.mark.parametrize("received", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 100 Continue\r\n\r\n"])
async def test_a_connection_that_ends_before_the_head_is_a_failure(received):
    exchange = await Exchange().ask()
    if received:
        exchange.feed(received)
    exchange.end()
    failure = await exchange.failure()
    assert failure.reason == "closed"
    assert str(failure) == "https://provider:443 closed the connection before the end"


async def test_a_connection_that_was_closed_before_it_was_used_fails_at_once():
    exchange = Exchange()
    exchange.transport.close()
    await exchange.ask()
    assert (await exchange.failure()).reason == "closed"
    assert exchange.released == [False]


async def test_a_head_without_end_is_refused_at_256_kib():
    exchange = await Exchange().ask()
    exchange.feed(b"HTTP/1.1 200 OK\r\n")
    line = b"x: " + b"y" * 1019 + b"\r\n"
    exchange.feed(*[line * 64] * 4)
    assert str(await exchange.failure()) == "https://provider:443 sent a response head over 262,144 bytes"


# The request


async def pieces(*parts):
    for part in parts:
        yield part
        await asyncio.sleep(0)


async def test_head_and_body_go_up_in_one_write():
    exchange = await Exchange().ask(body=b"the body")
    assert exchange.transport.writes == [b"POST / HTTP/1.1\r\n\r\nthe body"]
    assert exchange.journal.sent_at == 0


async def test_the_request_is_sent_when_its_last_bytes_are_handed_to_the_socket_not_later():
    """A provider can read them, and a busy machine let it work, before we are back from the write."""
    exchange = Exchange()
    exchange.clock.time = 5
    written = exchange.transport.write

    def write_and_lose_the_processor(data):
        written(data)
        exchange.clock.time += 1_000

    exchange.transport.write = write_and_lose_the_processor
    await exchange.ask(body=b"the body")
    assert exchange.journal.sent_at == 5


async def test_the_request_is_sent_when_a_socket_that_was_full_has_taken_all_of_it():
    exchange = Exchange()
    exchange.reply.pause_writing()
    await exchange.ask(body=b"the body")
    exchange.clock.time = 7
    assert exchange.journal.sent_at is None
    exchange.reply.resume_writing()
    await asyncio.sleep(0)
    assert exchange.journal.sent_at == 7
    exchange.sending.cancel()


async def test_an_upload_goes_up_piece_by_piece_and_is_sent_after_the_last():
    exchange = await Exchange().ask(body=b"", pieces=pieces(b"one", b"two"))
    assert exchange.journal.sent_at is None
    for _ in range(8):
        exchange.clock.time += 1
        await asyncio.sleep(0)
    assert exchange.transport.writes == [b"POST / HTTP/1.1\r\n\r\n", b"one", b"two"]
    exchange.feed(RESPONSES["content length"][0])
    await exchange.answered()
    assert exchange.released == [True]


async def test_an_upload_waits_while_the_socket_takes_nothing():
    exchange = Exchange()
    exchange.reply.pause_writing()
    await exchange.ask(body=b"", pieces=pieces(b"one", b"two"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert exchange.transport.writes == [b"POST / HTTP/1.1\r\n\r\n"]
    exchange.reply.resume_writing()
    for _ in range(8):
        await asyncio.sleep(0)
    assert exchange.transport.writes[1:] == [b"one", b"two"]
    exchange.sending.cancel()


async def never(first):
    yield first
    await asyncio.get_running_loop().create_future()


async def test_an_answer_before_the_upload_is_over_is_the_answer():
    exchange = await Exchange().ask(body=b"", pieces=never(b"one"))
    exchange.feed(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
    await exchange.answered()
    assert exchange.head.status == 413
    assert exchange.journal.sent_at is not None
    assert exchange.released == [False]


async def test_a_connection_that_ends_during_the_upload_is_a_failure_at_once():
    exchange = await Exchange().ask(body=b"", pieces=never(b"one"))
    exchange.end(BrokenPipeError(32, "Broken pipe"))
    failure = await exchange.failure()
    assert failure.reason == "closed"
    assert exchange.journal.sent_at is None


async def broken_upload():
    yield b"one"
    raise ValueError("malformed")


async def test_a_broken_upload_drops_the_connection():
    exchange = await Exchange().ask(body=b"", pieces=broken_upload())
    with pytest.raises(ValueError, match="malformed"):
        await exchange.answered()
    assert exchange.released == [False]


@pytest.mark.parametrize("upload", [None, never(b"one")], ids=["body", "upload"])
async def test_a_client_that_leaves_before_the_head_drops_the_connection(upload):
    exchange = await Exchange().ask(body=b"", pieces=upload)
    exchange.sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await exchange.answered()
    assert exchange.released == [False]
    assert exchange.journal.reads == []


# Back-pressure and leaving


async def streaming():
    exchange = await Exchange().ask()
    exchange.feed(CHUNKED + b"5\r\nhello\r\n")
    await exchange.answered()
    return exchange


async def test_pause_stops_reading_and_resume_reads_on():
    exchange = await streaming()
    exchange.reply.pause()
    assert not exchange.transport.reading
    exchange.reply.resume()
    assert exchange.transport.reading


async def test_a_paused_reply_that_ends_leaves_a_connection_that_reads():
    exchange = await streaming()
    exchange.reply.pause()
    exchange.feed(b"0\r\n\r\n")
    assert exchange.released == [True]
    assert exchange.transport.reading


async def test_closing_lets_go_of_the_connection_once_and_nothing_more_is_received():
    exchange = await streaming()
    exchange.reply.close()
    exchange.reply.close()
    exchange.transport.protocol.connection_lost(None)
    assert exchange.released == [False]
    assert exchange.journal.end is None


async def test_after_the_end_the_handle_is_harmless():
    exchange = await streaming()
    exchange.feed(b"0\r\n\r\n")
    exchange.reply.pause()
    exchange.reply.resume()
    exchange.reply.close()
    assert exchange.released == [True]
    assert exchange.transport.reading


class Impatient(Journal):
    """A receiver that leaves in the midst of what it is given."""

    def receive(self, head, at, data, end):
        super().receive(head, at, data, end)
        self.reply.close()


async def test_a_receiver_may_leave_in_the_midst_of_a_read():
    exchange = await Exchange(receiver=Impatient()).ask()
    exchange.feed(RESPONSES["content length"][0])
    await exchange.answered()
    assert exchange.released == [False]


# Limits: zero seconds are over at the next turn of the loop


async def turns(count=4):
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_head_that_does_not_come_whole_in_time_is_a_failure():
    exchange = await Exchange(timeouts=Timeouts(first_byte=0)).ask()
    exchange.feed(b"HTTP/1.1 200 OK\r\nx: dripp")
    failure = await exchange.failure()
    assert (failure.reason, str(failure)) == (
        "timeout",
        "https://provider:443 sent no whole response head within 0 s",
    )


async def stalling():
    exchange = await Exchange(timeouts=Timeouts(idle=1e-9)).ask()
    exchange.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello")
    await exchange.answered()
    return exchange


async def test_silence_longer_than_the_idle_limit_ends_the_reply_as_a_stall():
    exchange = await stalling()
    await turns()
    assert exchange.journal.end is None
    exchange.clock.time += 1
    await turns()
    assert exchange.journal.end.reason == "stall: sent nothing for 1e-09 s"
    assert exchange.released == [False]


async def test_the_time_that_the_client_took_is_not_the_providers_silence():
    exchange = await stalling()
    exchange.reply.pause()
    exchange.clock.time += SECOND
    await turns()
    assert exchange.journal.end is None
    exchange.reply.resume()
    await turns()
    assert exchange.journal.end is None
    exchange.clock.time += 1
    await turns()
    assert exchange.journal.end.kind == "upstream_error"
