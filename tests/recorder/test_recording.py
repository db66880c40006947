"""The client first, then the cassette; the end only when it is on file; trouble with the disk never hurts a stream."""

import asyncio
import logging
from concurrent.futures import Executor, Future

import pytest

from recorder.clock import ManualClock
from recorder.errors import CassetteError, RecordingStopped, UpstreamFailed
from recorder.interaction import COMPLETE, Chunk, End, Request, Response
from recorder.recording import Recording, RecordingLimits
from recorder.scripted import Journal, Read, ScriptedUpstream
from recorder.upstream import Upload

ASKED = Request("provider", "POST", "/v1/messages", body=b"{}")
HEAD = Response(200, (("content-type", "text/event-stream"),))
SIZED = Response(200, (("Content-Length", "5"),))
STREAM = [Read(1000, HEAD, b"hel"), Read(2000, data=b"lo")]
RESET = End("upstream_error", "closed: reset")


class Disk(Executor):
    """The writer's thread, working when the test says so; and the cassette that it writes to."""

    def __init__(self):
        self.waiting = []
        self.stored = []
        self.trouble = None

    def submit(self, work):
        done = Future()
        self.waiting.append((work, done))
        return done

    def record(self, interaction):
        if self.trouble is not None:
            raise self.trouble
        self.stored.append(interaction)

    async def write(self):
        """Write what is waiting, and let the loop hear of it."""
        waiting, self.waiting = self.waiting, []
        for work, done in waiting:
            try:
                done.set_result(work())
            except Exception as error:
                done.set_exception(error)
        await turns()


async def turns(count=5):
    for _ in range(count):
        await asyncio.sleep(0)


class Session:
    """A recording in front of a scripted upstream, with a client that is a journal."""

    def __init__(self, *scripts, **limits):
        self.inner = ScriptedUpstream(*scripts)
        self.disk = Disk()
        self.clock = ManualClock(now=5_000_000)
        self.recording = Recording(
            self.inner, self.disk, self.disk, self.clock, limits=RecordingLimits(**limits), facts={"version": "1"}
        )

    async def ask(self, upload=None, request=ASKED):
        client = Journal()
        await self.recording.send(request, client, upload)
        return client

    @property
    def reply(self):
        return self.inner.replies[-1]

    @property
    def stored(self):
        return self.disk.stored


async def test_an_interaction_is_stored_as_it_was():
    session = Session([*STREAM, Read(2_500_000, end=COMPLETE)])
    await session.ask()
    await session.disk.write()
    (interaction,) = session.stored
    assert (interaction.request, interaction.response) == (ASKED, HEAD)
    assert interaction.chunks == (Chunk(1, b"hel"), Chunk(2, b"lo"))
    assert (interaction.head_at, interaction.end, interaction.end_at) == (1, COMPLETE, 2500)
    assert interaction.facts == {"version": "1", "recorded_at": "1970-01-01T00:00:00.005+00:00"}


async def test_every_read_is_forwarded_as_it_came_before_anything_is_stored():
    session = Session(STREAM)
    client = await session.ask()
    assert client.reads == STREAM
    assert session.disk.waiting == []


@pytest.mark.parametrize("end", [COMPLETE, RESET])
async def test_the_client_sees_the_end_only_when_it_is_on_file(end):
    session = Session([*STREAM, Read(3000, data=b"!", end=end)])
    client = await session.ask()
    await turns()
    assert client.body == b"hello!"
    assert client.end is None
    await session.disk.write()
    assert session.stored[0].end == end
    assert client.reads[-1] == Read(3000, None, b"", end)


async def test_an_end_of_its_own_brings_no_empty_read_before_it():
    session = Session([*STREAM, Read(3000, end=COMPLETE)])
    client = await session.ask()
    assert client.reads == STREAM
    await session.disk.write()
    assert client.reads == [*STREAM, Read(3000, end=COMPLETE)]


async def test_with_a_length_the_last_read_is_the_end_and_is_held_back():
    session = Session([Read(1000, SIZED, b"hel"), Read(2000, data=b"lo", end=COMPLETE)])
    client = await session.ask()
    assert client.body == b"hel"
    await session.disk.write()
    assert client.reads[-1] == Read(2000, None, b"lo", COMPLETE)


@pytest.mark.parametrize("head", [HEAD, SIZED, Response(204)])
async def test_a_reply_that_came_in_one_read_is_held_back_whole(head):
    session = Session([])
    asking = asyncio.create_task(session.ask())
    await turns()
    whole = Read(1000, head, b"", COMPLETE)
    session.reply.push(whole)
    client = await asking
    assert client.reads == []
    await session.disk.write()
    assert client.reads == [whole]


async def test_an_upload_is_passed_on_and_kept():
    async def pieces():
        yield b"one"
        yield b"two"

    session = Session([Read(1, HEAD, b"", COMPLETE)])
    await session.ask(Upload(pieces(), 6), Request("provider", "POST", "/v1/files"))
    await session.disk.write()
    assert session.inner.requests[0].body == session.stored[0].request.body == b"onetwo"


async def test_back_pressure_reaches_the_upstream():
    session = Session(STREAM)
    client = await session.ask()
    client.reply.pause()
    assert session.reply.paused
    client.reply.resume()
    assert not session.reply.paused


# The client leaves


async def test_after_the_client_has_left_the_recording_reads_on():
    session = Session(STREAM)
    client = await session.ask()
    client.reply.pause()
    client.reply.close()
    session.reply.push(Read(3000, data=b" you"), Read(4000, end=COMPLETE))
    assert not session.reply.paused
    await session.disk.write()
    assert client.body == b"hello"
    assert (session.stored[0].body, session.stored[0].end) == (b"hello you", COMPLETE)
    assert session.stored[0].facts["client_left"] is True
    await asyncio.wait_for(session.recording.settled(), 1)


async def test_it_reads_on_for_a_while_only():
    session = Session(STREAM, read_on_timeout=0.0)
    client = await session.ask()
    client.reply.close()
    client.reply.close()
    await turns()
    assert session.reply.closed
    await session.disk.write()
    assert session.stored[0].end == End("client_closed", "read on for 0 s")
    assert len(session.stored) == 1


async def test_with_reading_on_switched_off_the_recording_ends_with_the_client():
    session = Session(STREAM, read_on=False)
    client = await session.ask()
    client.reply.close()
    await session.disk.write()
    assert session.reply.closed
    (interaction,) = session.stored
    assert (interaction.body, interaction.end, interaction.end_at) == (b"hello", End("client_closed"), 5000)


async def leaving_early(session, upload=None):
    """A client that leaves before the head has come."""
    client = Journal()
    asking = asyncio.create_task(session.recording.send(ASKED, client, upload))
    await turns()
    asking.cancel()
    await turns()
    return client


async def test_a_client_that_leaves_before_the_head_does_not_stop_the_request():
    session = Session([])
    client = await leaving_early(session)
    session.reply.push(*STREAM, Read(3000, end=COMPLETE))
    await session.disk.write()
    assert client.reads == []
    assert session.stored[0].body == b"hello"


async def test_but_with_reading_on_switched_off_it_does():
    session = Session([], read_on=False)
    await leaving_early(session)
    await asyncio.wait_for(session.recording.settled(), 1)
    assert session.reply.closed
    assert session.stored == []


async def test_a_client_that_leaves_in_the_midst_of_its_upload_leaves_nothing_to_record():
    async def pieces():
        yield b"one"
        await asyncio.get_running_loop().create_future()

    session = Session([])
    await leaving_early(session, Upload(pieces(), None))
    await asyncio.wait_for(session.recording.settled(), 1)
    assert session.stored == []


# What goes wrong upstream


async def test_a_broken_stream_is_kept_with_its_end():
    session = Session([*STREAM, Read(3000, end=RESET)])
    await session.ask()
    await session.disk.write()
    assert (session.stored[0].body, session.stored[0].end) == (b"hello", RESET)


async def test_without_a_response_head_there_is_nothing_to_record():
    session = Session(UpstreamFailed("refused", "provider refused the connection"))
    with pytest.raises(UpstreamFailed, match="refused the connection"):
        await session.ask()
    await asyncio.wait_for(session.recording.settled(), 1)
    assert session.stored == []


async def test_an_upload_that_breaks_leaves_nothing_under_way():
    async def pieces():
        yield b"one"
        raise ValueError("malformed chunk")

    session = Session([])
    with pytest.raises(ValueError, match="malformed chunk"):
        await session.ask(Upload(pieces(), None))
    await asyncio.wait_for(session.recording.settled(), 1)


# What goes wrong with the cassette


async def test_a_disk_that_fails_does_not_hurt_the_stream_but_recording_stops(caplog):
    session = Session([*STREAM, Read(3000, end=COMPLETE)], [*STREAM, Read(3000, end=COMPLETE)])
    session.disk.trouble = CassetteError("x.cassette: cannot write it: No space left on device; free some space")
    client = await session.ask()
    await session.disk.write()
    assert (client.body, client.end) == (b"hello", COMPLETE)
    assert session.recording.degraded == str(session.disk.trouble)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]

    client = await session.ask()
    assert (client.body, client.end) == (b"hello", COMPLETE)
    assert session.disk.waiting == []
    assert len(caplog.records) == 1


async def test_a_bug_in_storing_is_treated_alike_and_leaves_its_traceback(caplog):
    session = Session([*STREAM, Read(3000, end=COMPLETE)])
    session.disk.trouble = KeyError("bug")
    client = await session.ask()
    await session.disk.write()
    assert client.end == COMPLETE
    assert session.recording.degraded
    assert caplog.records[0].exc_info


async def test_strict_recording_asks_nothing_that_it_could_not_record():
    session = Session([*STREAM, Read(3000, end=COMPLETE)], strict=True)
    session.recording.failed(CassetteError("the disk is full"))
    with pytest.raises(RecordingStopped, match="not sent, because it could not be recorded: the disk is full"):
        await session.ask()
    assert session.inner.requests == []


@pytest.mark.parametrize("limit", [6, 4])
async def test_what_is_too_large_is_dropped_whole_and_loudly_and_recording_goes_on(caplog, limit):
    small = Request("provider", "GET", "/")
    session = Session([*STREAM, Read(3000, end=COMPLETE)], [Read(1, HEAD, b"ok", COMPLETE)], max_interaction=limit)
    client = await session.ask()
    assert (client.body, client.end) == (b"hello", COMPLETE)
    assert "\n".join(caplog.messages) == (
        f"an interaction was not recorded: POST /v1/messages has bodies over the limit of {limit} bytes; "
        "raise max_interaction to record it"
    )
    assert session.recording.degraded is None
    assert [f"an interaction was not recorded: {text}" for text in session.recording.refused] == caplog.messages
    await session.ask(request=small)
    await session.disk.write()
    assert [interaction.request for interaction in session.stored] == [small]


# The end of the gateway


async def test_closing_ends_what_is_under_way_and_puts_it_on_file():
    session = Session(STREAM, [])
    client = await session.ask()
    asking = asyncio.create_task(session.ask())
    await turns()
    closing = asyncio.create_task(session.recording.close())
    await turns()
    assert not closing.done()
    await session.disk.write()
    await asyncio.wait_for(closing, 1)
    assert [interaction.end for interaction in session.stored] == [End("gateway_closed")]
    assert client.end == End("gateway_closed")
    assert not session.inner.closed
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_settled_waits_for_streams_and_for_the_disk():
    session = Session(STREAM)
    await session.ask()
    settling = asyncio.create_task(session.recording.settled())
    session.reply.push(Read(3000, end=COMPLETE))
    await turns()
    assert not settling.done()
    await session.disk.write()
    await asyncio.wait_for(settling, 1)
