"""What is written to a provider for a request, and where it goes."""

import asyncio

import pytest

from gateway.live.pool import Address
from gateway.live.reply import Timeouts
from gateway.live.upstream import Live, Origin
from recorder.clock import ManualClock
from recorder.errors import UpstreamFailed
from recorder.interaction import COMPLETE, Request
from recorder.scripted import Journal
from recorder.upstream import Upload
from tests.gateway.transports import FakeTransport

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://api.provider.com", Origin(Address("api.provider.com", 443, True), "api.provider.com", "")),
        ("http://127.0.0.1:11434/", Origin(Address("127.0.0.1", 11434, False), "127.0.0.1:11434", "")),
        ("https://host:8443/base/", Origin(Address("host", 8443, True), "host:8443", "/base")),
        ("http://[::1]:8000", Origin(Address("::1", 8000, False), "[::1]:8000", "")),
    ],
)
def test_a_base_url_taken_apart(url, origin):
    assert Origin.parse(url) == origin


@pytest.mark.parametrize(
    "url", ["", "provider.com", "ftp://x", "https://", "https://u:p@x", "https://x?key=1", "https://x#f"]
)
def test_a_url_that_cannot_be_used_is_told_what_was_expected(url):
    with pytest.raises(ValueError, match="expected"):
        Origin.parse(url)


class Sent:
    """A live upstream whose pool holds one connection, and what it wrote on it."""

    def __init__(self, url="https://provider"):
        origin = Origin.parse(url)
        self.live = Live({"p": origin}, Timeouts(), ManualClock())
        self.transport = FakeTransport()
        self.live.pool.give_back(origin.address, self.transport, reusable=True)
        self.journal = Journal()

    async def send(self, request, upload=None):
        sending = asyncio.create_task(self.live.send(request, self.journal, upload))
        for _ in range(10):
            await asyncio.sleep(0)
        self.transport.protocol.data_received(OK)
        await asyncio.wait_for(sending, 1)
        return self.transport.written


async def test_a_request_as_it_is_written():
    request = Request("p", "POST", "/v1/%41?a=b c".replace(" ", "%20"), (("X-Api-Key", "k"), ("x", "\xe9")), b"{}")
    assert await Sent("https://provider:8443/base").send(request) == (
        b"POST /base/v1/%41?a=b%20c HTTP/1.1\r\nHost: provider:8443\r\nX-Api-Key: k\r\nx: \xe9\r\n"
        b"Accept-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}"
    )


@pytest.mark.parametrize(
    ("method", "length"), [("GET", None), ("DELETE", None), ("HEAD", None), ("POST", 0), ("PUT", 0), ("PATCH", 0)]
)
async def test_a_request_without_a_body_has_a_length_only_where_one_is_expected(method, length):
    written = await Sent().send(Request("p", method, "/"))
    assert (b"Content-Length: 0" in written) == (length == 0)
    assert b"Transfer-Encoding" not in written


async def pieces():
    yield b"one"
    yield b"two"


async def test_an_upload_of_known_length_goes_up_as_it_is():
    written = await Sent().send(Request("p", "POST", "/"), Upload(pieces(), 6))
    assert written.endswith(b"Content-Length: 6\r\n\r\nonetwo")


async def test_and_one_of_unknown_length_in_chunks():
    written = await Sent().send(Request("p", "POST", "/"), Upload(pieces(), None))
    assert written.endswith(b"Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")


async def test_the_reply_is_received_and_the_connection_is_kept_for_the_next_request():
    sent = Sent()
    await sent.send(Request("p", "GET", "/"))
    assert (sent.journal.body, sent.journal.end) == (b"ok", COMPLETE)
    await sent.send(Request("p", "GET", "/second"))
    assert b"GET /second" in sent.transport.written
    await sent.live.close()
    assert sent.transport.ended == "aborted"


async def test_a_kept_connection_that_dies_before_the_answer_is_a_failure_and_no_second_try():
    sent = Sent()
    sending = asyncio.create_task(sent.live.send(Request("p", "POST", "/", body=b"{}"), sent.journal))
    await asyncio.sleep(0)
    sent.transport.protocol.connection_lost(None)
    with pytest.raises(UpstreamFailed, match="https://provider:443 closed the connection before the end"):
        await asyncio.wait_for(sending, 1)
    assert sent.transport.written.count(b"POST") == 1
