"""What a client's socket is given: one write per read, framing that fits, and an end only if there was one."""

import asyncio
import socket
import struct
from types import SimpleNamespace

import pytest

from gateway.client import Client, Relayed, response_head
from recorder.interaction import COMPLETE, End, Response
from recorder.staging import StagedEnd
from tests.gateway.transports import FakeTransport

HEAD = Response(200, (("content-type", "text/event-stream"), ("X-Id", "1")))
SIZED = Response(200, (("Content-Length", "5"),))
RESET = End("upstream_error", "closed: reset")


class Handle:
    """A reply as the client sees it: what it was told."""

    def __init__(self):
        self.told = []

    def pause(self):
        self.told.append("pause")

    def resume(self):
        self.told.append("resume")

    def close(self):
        self.told.append("close")


class Sides:
    """A client with a socket that journals and a reply that notes what it is told."""

    def __init__(self, method="POST", version=(1, 1), *, keep_alive=True):
        self.transport = FakeTransport()
        self.reply = Handle()
        self.client = Client(
            SimpleNamespace(transport=self.transport, method=method, version=version, keep_alive=keep_alive)
        )
        self.client.sent(self.reply, 0)

    def give(self, head=None, data=b"", end=None):
        self.client.receive(head, 0, data, end)
        return self

    @property
    def written(self):
        return self.transport.written


async def test_a_stream_without_a_length_is_chunked_one_write_per_read():
    sides = Sides().give(HEAD, b"hel").give(data=b"lo").give(data=b"", end=COMPLETE)
    assert sides.transport.writes == [
        response_head(200, HEAD.headers, chunked=True, keep_alive=True) + b"3\r\nhel\r\n",
        b"2\r\nlo\r\n",
        b"0\r\n\r\n",
    ]
    assert sides.transport.ended is None
    assert sides.client.keep_alive


async def test_the_head_goes_out_as_soon_as_it_came():
    sides = Sides().give(HEAD)
    assert sides.written.endswith(b"\r\n\r\n")


async def test_last_bytes_and_end_leave_in_one_write():
    sides = Sides().give(HEAD).give(data=b"bye", end=COMPLETE)
    assert sides.transport.writes[1:] == [b"3\r\nbye\r\n0\r\n\r\n"]


async def test_a_whole_reply_in_one_read_is_one_write():
    sides = Sides().give(HEAD, b"hello", COMPLETE)
    assert len(sides.transport.writes) == 1
    assert sides.written.endswith(b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n")


async def test_a_length_is_kept_and_nothing_is_chunked():
    sides = Sides().give(SIZED, b"hel").give(data=b"lo", end=COMPLETE)
    assert sides.transport.writes == [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", b"lo"]


async def test_a_read_of_no_bytes_does_not_end_a_chunked_body():
    sides = Sides().give(HEAD).give(data=b"").give(data=b"x")
    assert sides.transport.writes[1:] == [b"1\r\nx\r\n"]


@pytest.mark.parametrize(
    ("method", "status", "headers"),
    [("HEAD", 200, ()), ("HEAD", 200, (("Content-Length", "5"),)), ("GET", 204, ()), ("GET", 304, ())],
)
async def test_where_there_is_no_body_the_head_is_all(method, status, headers):
    sides = Sides(method).give(Response(status, headers), b"not a body", COMPLETE)
    assert sides.written.endswith(b"\r\n\r\n")
    assert b"Transfer-Encoding" not in sides.written
    assert sides.client.keep_alive


async def test_http_1_0_knows_no_chunks_so_the_connection_ends_the_body():
    sides = Sides(version=(1, 0)).give(HEAD, b"hello").give(end=COMPLETE)
    assert sides.written.endswith(b"X-Id: 1\r\nConnection: close\r\n\r\nhello")
    assert not sides.client.keep_alive


async def test_http_1_0_with_a_length_may_keep_the_connection():
    sides = Sides(version=(1, 0)).give(SIZED, b"hello", COMPLETE)
    assert sides.client.keep_alive


async def test_a_client_that_wants_no_further_requests_is_told_that_there_will_be_none():
    sides = Sides(keep_alive=False).give(SIZED)
    assert b"\r\nConnection: close\r\n" in sides.written


@pytest.mark.parametrize("kind", ["upstream_error", "client_closed", "gateway_closed"])
async def test_any_other_end_leaves_the_body_unfinished_and_closes_after_flushing(kind):
    sides = Sides().give(HEAD, b"hel").give(data=b"lo", end=End(kind))
    assert sides.written.endswith(b"2\r\nlo\r\n")
    assert sides.transport.ended == "closed"
    assert not sides.client.keep_alive


async def test_with_http_1_0_it_is_a_reset_since_a_close_would_look_like_the_end():
    sides = Sides(version=(1, 0)).give(HEAD, b"hel").give(end=RESET)
    assert sides.transport.ended == "aborted"
    assert (socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)) in sides.transport.socket.options


@pytest.mark.parametrize("version", [(1, 0), (1, 1)])
async def test_a_staged_reset_is_one_after_all_before_it_has_been_sent(version):
    sides = Sides(version=version).give(HEAD, b"hel").give(data=b"lo", end=StagedEnd("upstream_error", "", reset=True))
    assert sides.transport.ended == "closed"
    assert sides.transport.socket.options == [(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))]
    assert not sides.client.keep_alive


async def test_a_staged_cut_is_as_any_other():
    sides = Sides().give(HEAD, b"hel").give(end=StagedEnd("upstream_error", ""))
    assert (sides.transport.ended, sides.transport.socket.options) == ("closed", [])


async def test_nothing_is_written_to_a_socket_that_is_closing():
    sides = Sides().give(HEAD)
    sides.transport.close()
    sides.give(data=b"late")
    assert len(sides.transport.writes) == 1


# Back-pressure


class Writer:
    """aiohttp's writer, as much of it as is used: its drain ends when the test says so."""

    def __init__(self):
        self.drained = asyncio.Event()

    async def drain(self):
        await self.drained.wait()


async def turns(count=5):
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_slow_client_makes_the_upstream_wait_until_it_has_caught_up():
    sides, writer = Sides().give(HEAD), Writer()
    relaying = asyncio.create_task(sides.client.relayed(writer, 60))
    sides.transport.unsent = (64 << 10) + 1
    sides.give(data=b"much").give(data=b"more")
    await turns()
    assert sides.reply.told == ["pause"]
    writer.drained.set()
    sides.transport.unsent = 0
    await turns()
    assert sides.reply.told == ["pause", "resume"]
    assert not relaying.done()
    sides.give(end=COMPLETE)
    await asyncio.wait_for(relaying, 1)


async def test_up_to_64_kib_wait_to_be_sent_before_the_upstream_has_to():
    sides = Sides().give(HEAD)
    sides.transport.unsent = 64 << 10
    sides.give(data=b"much")
    assert sides.reply.told == []


async def test_a_client_that_takes_nothing_for_too_long_is_a_time_out():
    sides = Sides().give(HEAD)
    sides.transport.unsent = 1 << 20
    sides.give(data=b"much")
    with pytest.raises(TimeoutError):
        await sides.client.relayed(Writer(), 0)


async def test_after_the_end_there_is_nothing_to_wait_for():
    sides = Sides().give(HEAD, b"hello", COMPLETE)
    await asyncio.wait_for(sides.client.relayed(Writer(), 60), 1)


# Leaving


async def test_the_upstream_is_told_that_the_client_has_left():
    sides = Sides().give(HEAD)
    sides.client.leave()
    assert sides.reply.told == ["close"]


async def test_but_not_after_the_end():
    sides = Sides().give(HEAD, b"", COMPLETE)
    sides.client.leave()
    assert sides.reply.told == []
    assert sides.transport.ended is None


async def test_who_leaves_in_the_midst_of_a_body_leaves_it_unfinished():
    sides = Sides().give(HEAD, b"hel")
    sides.client.leave()
    assert sides.transport.ended == "closed"
    assert not sides.client.keep_alive


async def test_before_a_head_there_is_nothing_to_leave_unfinished():
    sides = Sides()
    sides.client.leave()
    assert sides.transport.ended is None


# What the server is told


async def test_the_server_has_nothing_left_to_write_and_learns_whether_to_keep_the_connection():
    sides = Sides().give(Response(429, (("Content-Length", "0"),)), b"", COMPLETE)
    relayed = Relayed(sides.client)
    assert await relayed.prepare(None) is None
    assert await relayed.write_eof() is None
    assert (relayed.status, relayed.keep_alive) == (429, True)
    sides.client.give_up(flush=True)
    assert relayed.keep_alive is False


def test_a_response_head_keeps_the_upstreams_headers_and_adds_the_framing():
    assert response_head(200, HEAD.headers, chunked=True, keep_alive=False) == (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nX-Id: 1\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )


def test_a_status_that_nobody_has_named_has_no_reason():
    assert response_head(529, (), chunked=False, keep_alive=True) == b"HTTP/1.1 529 \r\n\r\n"


def test_headers_keep_their_bytes():
    assert b"X-Name: caf\xe9\r\n" in response_head(200, (("X-Name", "café"),), chunked=False, keep_alive=True)


async def test_of_what_was_written_the_last_chunks_are_kept_and_never_many_bytes():
    sides = Sides().give(HEAD, b"first")
    for _ in range(100):
        sides.give(data=b"small")
    assert list(sides.client.tail) == [b"small"] * 64
    for _ in range(100):
        sides.give(data=bytes(100_000))
    assert [len(chunk) for chunk in sides.client.tail] == [100_000] * 5
