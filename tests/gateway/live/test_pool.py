"""Connections that are kept, and those that are not; and why there was none."""

import asyncio
import errno
import socket
import ssl

import pytest

from gateway.live.pool import Address, Pool
from recorder.errors import UpstreamFailed
from tests.gateway.transports import FakeTransport

HERE = Address("provider", 443, tls=True)
THERE = Address("other", 80, tls=False)


class Lonely(Pool):
    """A pool whose connections are made by the test: each call of `connect` gives a fake one, or raises."""

    def __init__(self, connect=FakeTransport, connect_timeout=10.0):
        super().__init__(connect_timeout)
        self.connect = connect
        self.made = 0

    async def _connect(self, address):
        self.made += 1
        connected = self.connect()
        return await connected if asyncio.isfuture(connected) else connected


async def test_a_connection_that_was_given_back_is_handed_out_again():
    pool = Lonely()
    first = await pool.acquire(HERE)
    pool.give_back(HERE, first, reusable=True)
    assert await pool.acquire(HERE) is first
    assert await pool.acquire(HERE) is not first
    assert pool.made == 2


async def test_only_for_the_same_address():
    pool = Lonely()
    first = await pool.acquire(HERE)
    pool.give_back(HERE, first, reusable=True)
    assert await pool.acquire(THERE) is not first


async def test_the_warmest_connection_goes_first():
    pool = Lonely()
    cold, warm = await pool.acquire(HERE), await pool.acquire(HERE)
    pool.give_back(HERE, cold, reusable=True)
    pool.give_back(HERE, warm, reusable=True)
    assert await pool.acquire(HERE) is warm


@pytest.mark.parametrize("why", ["not reusable", "closing"])
async def test_what_cannot_be_used_again_is_closed(why):
    pool = Lonely()
    first = await pool.acquire(HERE)
    if why == "closing":
        first.close()
    pool.give_back(HERE, first, reusable=why != "not reusable")
    assert first.ended == "aborted"
    assert await pool.acquire(HERE) is not first


@pytest.mark.parametrize("event", ["bytes", "end", "reset"])
async def test_whatever_happens_on_an_idle_connection_ends_it(event):
    pool = Lonely()
    first = await pool.acquire(HERE)
    pool.give_back(HERE, first, reusable=True)
    if event == "bytes":
        first.protocol.data_received(b"HTTP/1.1 408 Request Timeout\r\n\r\n")
    else:
        first.protocol.connection_lost(None if event == "end" else ConnectionResetError())
    assert first.ended == "aborted"
    assert await pool.acquire(HERE) is not first


async def test_no_more_than_64_idle_connections_are_kept_for_an_address():
    pool = Lonely()
    connections = [await pool.acquire(HERE) for _ in range(70)]
    for connection in connections:
        pool.give_back(HERE, connection, reusable=True)
    assert [connection.ended for connection in connections] == [None] * 64 + ["aborted"] * 6


async def test_closing_ends_the_idle_ones():
    pool = Lonely()
    connections = [await pool.acquire(HERE), await pool.acquire(THERE)]
    pool.give_back(HERE, connections[0], reusable=True)
    pool.give_back(THERE, connections[1], reusable=True)
    pool.close()
    assert [connection.ended for connection in connections] == ["aborted", "aborted"]


def raising(error):
    def connect():
        raise error

    return connect


CERTIFICATE = ssl.SSLCertVerificationError(1, "certificate verify failed")
CERTIFICATE.verify_message = "certificate has expired"
PLAIN = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
PLAIN.reason = "WRONG_VERSION_NUMBER"


@pytest.mark.parametrize(
    ("error", "reason", "message"),
    [
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "dns",
            "cannot be found: name resolution failed (Name or service not known)",
        ),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "refused", "refused the connection; is it running?"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "refused", "cannot be reached (No route to host)"),
        (CERTIFICATE, "tls", "has a certificate that does not hold: certificate has expired"),
        (PLAIN, "tls", "does not speak TLS as expected (WRONG_VERSION_NUMBER)"),
    ],
)
async def test_why_there_is_no_connection(error, reason, message):
    with pytest.raises(UpstreamFailed) as caught:
        await Lonely(raising(error)).acquire(HERE)
    assert caught.value.reason == reason
    assert str(caught.value).startswith(f"https://provider:443 {message}")


async def test_a_connection_that_is_not_made_in_time():
    pool = Lonely(asyncio.get_running_loop().create_future, connect_timeout=0.0)
    with pytest.raises(UpstreamFailed, match="http://other:80 did not take the connection within 0 s") as caught:
        await pool.acquire(THERE)
    assert caught.value.reason == "connect_timeout"
