"""The fakes keep the seam's rules, so that what is tested against them holds for the real ones."""

import asyncio

import pytest

from recorder.errors import UpstreamFailed
from recorder.interaction import COMPLETE, Request, Response
from recorder.scripted import Journal, Read, ScriptedUpstream
from recorder.upstream import Upload

ASKED = Request("provider", "POST", "/", body=b"{}")
HEAD = Read(1, Response(200))
END = Read(3, end=COMPLETE)


async def test_a_script_is_received_as_written_and_the_request_noted():
    upstream, journal = ScriptedUpstream([HEAD, Read(2, data=b"hi"), END]), Journal()
    await upstream.send(ASKED, journal)
    assert upstream.requests == [ASKED]
    assert journal.reads == [HEAD, Read(2, data=b"hi"), END]
    assert (journal.sent_at, journal.reply, journal.body, journal.end) == (0, upstream.replies[0], b"hi", COMPLETE)


async def test_send_waits_for_a_head_that_is_pushed_by_hand():
    upstream, journal = ScriptedUpstream([]), Journal()
    sending = asyncio.create_task(upstream.send(ASKED, journal))
    await asyncio.sleep(0)
    assert not sending.done()
    assert journal.end is None
    upstream.replies[0].push(HEAD)
    await sending


async def test_each_request_has_its_own_script_and_a_failure_is_raised():
    upstream = ScriptedUpstream(UpstreamFailed("refused", "no"), [HEAD, END])
    with pytest.raises(UpstreamFailed):
        await upstream.send(ASKED, Journal())
    await upstream.send(ASKED, Journal())
    assert len(upstream.requests) == 2


async def test_an_upload_is_taken_as_the_body():
    async def pieces():
        yield b"one"
        yield b"two"

    upstream = ScriptedUpstream([HEAD, END])
    await upstream.send(Request("provider", "POST", "/"), Journal(), Upload(pieces(), None))
    assert upstream.requests[0].body == b"onetwo"


async def test_pausing_and_closing_are_noted_and_nothing_comes_after_a_close():
    upstream, journal = ScriptedUpstream([HEAD]), Journal()
    await upstream.send(ASKED, journal)
    reply = upstream.replies[0]
    reply.pause()
    assert reply.paused
    reply.resume()
    assert not reply.paused
    reply.close()
    reply.push(END)
    assert journal.reads == [HEAD]
    await upstream.close()
    assert upstream.closed
