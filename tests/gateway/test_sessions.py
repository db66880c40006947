"""Each cassette in use: opened on demand, locked while it is written, closed with the gateway."""

import asyncio

import pytest

from gateway.errors import BadRequest
from gateway.faults import parse_faults
from gateway.sessions import SessionRules, Sessions
from recorder.clock import ManualClock
from recorder.errors import CassetteError, CassetteForeign, CassetteLocked, CassetteName, Miss
from recorder.interaction import COMPLETE, Request, Response
from recorder.matching import Matcher
from recorder.pacing import Pacing
from recorder.recording import RecordingLimits
from recorder.redaction import Redactor
from recorder.scripted import Journal, Read, ScriptedUpstream
from recorder.store import Store

ASKED = Request("provider", "POST", "/v1/messages", body=b"{}")
ANSWER = [Read(1, Response(200), b"hello", None), Read(2, end=COMPLETE)]


def sessions(folder, mode, live=None, **rules):
    common = {
        "pacing": Pacing("instant"),
        "matcher": Matcher(),
        "redactor": Redactor(),
        "repeat": "last",
        "recording": RecordingLimits(),
        "fsync": False,
        "facts": (("version", "1"),),
    }
    return Sessions(SessionRules(folder=folder, mode=mode, **(common | rules)), live, ManualClock())


async def asked(sessions, name="demo"):
    """Ask by way of a cassette; gives what the client has heard when everything is on file."""
    client = Journal()
    await sessions.upstream(name).send(ASKED, client)
    await asyncio.wait_for(sessions.settled(), 5)
    await asyncio.sleep(0)
    return client


async def recorded(folder, text=b"hello"):
    recording = sessions(folder, "all", ScriptedUpstream([Read(1, Response(200), text), Read(2, end=COMPLETE)]))
    await asked(recording)
    await recording.close()


async def test_what_one_gateway_recorded_the_next_replays(tmp_path):
    await recorded(tmp_path)
    replaying = sessions(tmp_path, "replay")
    client = await asked(replaying)
    await asyncio.sleep(0)
    assert client.body == b"hello"
    await replaying.close()


async def test_a_session_is_opened_once_and_lasts(tmp_path):
    opened = sessions(tmp_path, "replay")
    assert opened.upstream("demo") is opened.upstream("demo")
    assert opened.upstream("other") is not opened.upstream("demo")
    assert [session.cassette.name for session in opened] == ["demo", "other"]
    await opened.close()


async def test_live_opens_nothing(tmp_path):
    live = ScriptedUpstream(ANSWER)
    relaying = sessions(tmp_path, "live", live)
    assert relaying.upstream("demo") is live
    assert (await asked(relaying)).body == b"hello"
    assert list(relaying) == []
    assert list(tmp_path.iterdir()) == []
    await relaying.close()
    assert live.closed


async def test_in_replay_there_is_nobody_to_ask(tmp_path):
    replaying = sessions(tmp_path, "replay")
    with pytest.raises(Miss):
        await asked(replaying)
    assert next(iter(replaying)).recording is None
    assert list(tmp_path.iterdir()) == []
    await replaying.close()


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", ".hidden", "a/../b", ""])
async def test_a_name_may_not_lead_out_of_the_folder(tmp_path, name):
    with pytest.raises(CassetteName):
        sessions(tmp_path, "replay").upstream(name)


async def test_a_second_writer_is_refused(tmp_path):
    first = sessions(tmp_path, "new_episodes", ScriptedUpstream())
    first.upstream("demo")
    with pytest.raises(CassetteLocked):
        sessions(tmp_path, "new_episodes", ScriptedUpstream()).upstream("demo")
    await first.close()
    second = sessions(tmp_path, "new_episodes", ScriptedUpstream())
    second.upstream("demo")
    await second.close()


async def test_a_file_that_is_none_of_ours_is_refused_and_stays_as_it_is(tmp_path):
    path = tmp_path / "demo.cassette"
    path.write_bytes(b"notes")
    with pytest.raises(CassetteForeign):
        sessions(tmp_path, "all", ScriptedUpstream()).upstream("demo")
    assert path.read_bytes() == b"notes"


async def test_all_replaces_the_old_file_at_the_end_only(tmp_path):
    await recorded(tmp_path, b"old")
    path = tmp_path / "demo.cassette"
    before = path.read_bytes()
    again = sessions(tmp_path, "all", ScriptedUpstream([Read(1, Response(200), b"new"), Read(2, end=COMPLETE)]))
    await asked(again)
    assert path.read_bytes() == before
    await again.close()
    replaying = sessions(tmp_path, "replay")
    assert (await asked(replaying)).body == b"new"
    await replaying.close()


async def test_all_keeps_the_old_file_if_recording_stopped(tmp_path):
    await recorded(tmp_path, b"old")
    again = sessions(tmp_path, "all", ScriptedUpstream([Read(1, Response(200), b"new"), Read(2, end=COMPLETE)]))
    await asked(again)
    next(iter(again)).recording.failed(OSError("the disk is full"))
    await again.close()
    replaying = sessions(tmp_path, "replay")
    assert (await asked(replaying)).body == b"old"
    await replaying.close()


def read_only(store):
    raise CassetteError(f"{store.path}: cannot lock it: Read-only file system; choose a folder that can be written to")


async def test_a_folder_that_cannot_be_written_to_degrades_the_recording_and_streams_go_on(
    tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(Store, "lock", read_only)
    recording = sessions(tmp_path, "new_episodes", ScriptedUpstream(ANSWER))
    client = await asked(recording)
    assert (client.body, client.end) == (b"hello", COMPLETE)
    assert "Read-only file system" in next(iter(recording)).recording.degraded
    assert caplog.text.count("recording has stopped") == 1
    await recording.close()


async def test_closing_ends_what_is_under_way_as_the_gateways_doing(tmp_path):
    recording = sessions(tmp_path, "once", ScriptedUpstream(ANSWER[:1]))
    client = Journal()
    await recording.upstream("demo").send(ASKED, client)
    await recording.close()
    assert client.end.kind == "gateway_closed"
    (entry,) = next(iter(recording)).cassette.store.read()
    assert entry.end.kind == "gateway_closed"


async def test_every_session_has_a_stage_of_its_own_and_tells_what_was_done(tmp_path):
    await recorded(tmp_path)
    replaying = sessions(tmp_path, "replay", faults=parse_faults("status=429*1"))
    for key in ("one", "two"):
        replaying.open(key, "demo", replaying.rules)
    statuses = [(await asked(replaying, key)).reads[0].head.status for key in ("one", "one", "two", "two")]
    assert statuses == [429, 200, 429, 200]
    assert [session.faults.count for session in replaying] == [1, 1]
    await replaying.close()


@pytest.mark.parametrize("mode", ["live", "all"])
async def test_a_header_asks_in_vain_where_nothing_is_replayed(tmp_path, mode):
    recording = sessions(tmp_path, mode, ScriptedUpstream(ANSWER))
    with pytest.raises(BadRequest, match=f"this is {mode}, in which nothing is replayed"):
        recording.upstream("demo", "cut")
    await recording.close()


async def test_a_header_is_for_replays_only(tmp_path):
    recording = sessions(tmp_path, "once", ScriptedUpstream(ANSWER))
    assert recording.upstream("demo", "cut") is recording.upstream("demo")
    with pytest.raises(BadRequest, match="x-tokentape-faults: expected a fault"):
        recording.upstream("demo", "cat")
    await recording.close()


async def test_the_same_header_has_the_same_stage(tmp_path):
    await recorded(tmp_path)
    replaying = sessions(tmp_path, "replay")
    assert replaying.upstream("demo", "cut") is replaying.upstream("demo", "cut")
    assert replaying.upstream("demo", "cut") is not replaying.upstream("demo", "end")
    assert replaying.upstream("demo", "cut") is not replaying.upstream("demo")
    await replaying.close()
