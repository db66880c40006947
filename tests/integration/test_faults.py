"""Faults as a client meets them: on a real socket, by setting or header, in the provider's format and in ours."""

import json
import re
import sys
import urllib.request

import pytest

from gateway.embedded import Gateway
from gateway.settings import ConfigError, UpstreamSpec
from recorder.cassette import Cassette
from recorder.store import Store, cassette_path
from tests.gateway.faults.answers import FORMATS, answer, frames_of
from tests.integration.gateways import PATH, ask, gateway, post, recorded
from tests.integration.programs import run_program
from tests.integration.upstreams import plays, response, scripted

NOWHERE = "http://127.0.0.1:9"
FAULT = "x-tokentape-fault"


def stored(folder, *wires, name="default"):
    """A cassette with an answer in each of these formats; the request's body is b"{}"."""
    store = Store(cassette_path(folder, name))
    store.lock()
    cassette = Cassette(name, store)
    for wire in wires:
        cassette.record(answer(wire))
    store.close()
    return cassette_path(folder, name)


def replaying(folder, **settings):
    return gateway(NOWHERE, mode="replay", cassettes=folder, **settings)


def asking(*headers, path=PATH, body=b"{}"):
    return post(path, body, *headers)


def faulty(text):
    return asking(f"x-tokentape-faults: {text}".encode())


@pytest.mark.parametrize(
    ("faults", "ended", "frames"),
    [
        ("cut@frame=4", "FIN", 4),
        ("reset@frame=4", "RST", 4),
        ("reset@frame=11", "RST", 11),
        ("end@frame=4", "clean", 4),
        ("stall@frame=4", "open", 4),
        ("boundaries=frame", "clean", 11),
    ],
)
async def test_how_the_connection_ends(cassettes, faults, ended, frames):
    path = stored(cassettes, "sse")
    before = path.read_bytes()
    async with replaying(cassettes, faults=faults) as gate:
        answered = await ask(gate, asking(), limit=0.5 if ended == "open" else 5.0)
    assert (answered.status, answered.ended) == (200, ended)
    assert answered.body == b"".join(frames_of("sse")[:frames])
    assert answered.header(FAULT) == faults.replace("=", " ").replace("@", " at ")
    assert path.read_bytes() == before


@pytest.mark.parametrize(("faults", "ended"), [("cut@start", "FIN"), ("reset@start", "RST"), ("stall@start", "open")])
async def test_before_the_head_nothing_comes(cassettes, faults, ended):
    stored(cassettes, "sse")
    async with replaying(cassettes, faults=faults) as gate:
        answered = await ask(gate, asking(), limit=0.5 if ended == "open" else 5.0)
    assert (bytes(answered.raw), answered.ended) == (b"", ended)


async def test_what_was_done_is_no_trouble(cassettes, caplog):
    stored(cassettes, "sse")
    async with replaying(cassettes, faults="cut@frame=4") as gate:
        await ask(gate, asking())
        health = json.loads((await ask(gate, post("/_/health", b"", method=b"GET"))).body)
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == []
    assert health["aborted"] == 0
    assert health["cassettes"]["default"] == {"recorded": 0, "replayed": 1, "missed": 0, "faults": 1, "refused": 0}
    assert gate.serving.result().fault_texts == ("cut at frame 4",)


@pytest.mark.parametrize("wire", FORMATS)
async def test_every_piece_is_a_write_of_its_own(cassettes, wire):
    stored(cassettes, wire)
    upstream, path, *_ = FORMATS[wire]
    named = (UpstreamSpec(upstream, NOWHERE),)
    async with replaying(cassettes, faults="boundaries=split:3", upstreams=named) as gate:
        answered = await ask(gate, asking(path=f"/{upstream}{path}"))
    assert answered.ended == "clean"
    assert answered.body == answer(wire).body
    if wire != "document":  # whose length is known: its pieces can be seen in the reads only
        assert max(sizes(answered)) <= 12
    assert len(answered.reads) > 3


def sizes(answered):
    """Of the chunks that a body was sent in."""
    rest = bytes(answered.raw).partition(b"\r\n\r\n")[2]
    while rest:
        line, _, rest = rest.partition(b"\r\n")
        yield int(line, 16)
        rest = rest[int(line, 16) + 2 :]


async def test_a_header_asks_for_one_request(cassettes):
    stored(cassettes, "sse")
    async with replaying(cassettes, faults="cut@frame=4") as gate:
        by_header = await ask(gate, faulty("end@frame=2"))
        none = await ask(gate, faulty("none"))
        by_setting = await ask(gate, asking())
    assert (by_header.header(FAULT), by_header.ended) == ("end at frame 2", "clean")
    assert (none.header(FAULT), none.ended, none.body) == (None, "clean", answer("sse").body)
    assert (by_setting.header(FAULT), by_setting.ended) == ("cut at frame 4", "FIN")


async def test_the_counts_of_a_header_go_on_when_a_client_tries_again(cassettes):
    stored(cassettes, "sse")
    async with replaying(cassettes) as gate:
        statuses = [(await ask(gate, faulty("status=529*2 retry-after=50ms"))).status for _ in range(4)]
        other = (await ask(gate, faulty("status=529*1"))).status
    assert statuses == [529, 529, 200, 200]
    assert other == 529


async def test_texts_that_nobody_asks_for_any_more_are_forgotten(cassettes):
    stored(cassettes, "sse")
    async with replaying(cassettes) as gate:
        statuses = [(await ask(gate, faulty("status=529*1"))).status for _ in range(2)]
        for seed in range(64):
            await ask(gate, faulty(f"boundaries=split:{seed}"))
        again = (await ask(gate, faulty("status=529*1"))).status
    assert (statuses, again) == ([529, 200], 529)


async def test_a_header_that_cannot_be_read_is_answered_by_what_was_expected(cassettes):
    stored(cassettes, "sse")
    async with replaying(cassettes) as gate:
        answered = await ask(gate, faulty("cut@line=4"))
    assert (answered.status, answered.header("x-should-retry")) == (400, "false")
    message = json.loads(answered.body)["error"]["message"]
    assert message.startswith("x-tokentape-faults: expected cut[*TIMES][@PLACE]: after the @ start, time=SECONDS, ")
    assert message.endswith("; got 'cut@line=4'")


@pytest.mark.parametrize("mode", ["live", "all"])
async def test_where_nothing_is_replayed_a_header_is_refused(cassettes, mode):
    async with gateway(NOWHERE, mode=mode, cassettes=cassettes) as gate:
        answered = await ask(gate, faulty("cut"))
    assert answered.status == 400
    assert f"this is {mode}, in which nothing is replayed" in json.loads(answered.body)["error"]["message"]


@pytest.mark.parametrize("mode", ["once", "new_episodes"])
async def test_what_is_recorded_is_whole_and_knows_nothing_of_it(cassettes, mode):
    """And what is replayed in the same mode has the fault."""
    if mode == "new_episodes":
        stored(cassettes, "sse")
    async with scripted(plays(response(b"fresh"))) as upstream:
        async with gateway(upstream.url, mode=mode, cassettes=cassettes) as gate:
            fresh = await ask(gate, asking(b"x-tokentape-faults: cut@byte=2", body=b'{"new": 1}'))
            replayed = await ask(gate, faulty("cut@byte=2")) if mode == "new_episodes" else None
        asked = await upstream.asked()
    assert (fresh.body, fresh.ended, fresh.header(FAULT)) == (b"fresh", "clean", None)
    assert asked.header("x-tokentape-faults") is None
    assert recorded(cassettes)[-1].body == b"fresh"
    if replayed is not None:
        assert (replayed.ended, len(replayed.body)) == ("FIN", 2)


async def test_a_request_that_is_not_stored_misses_whatever_was_asked_for(cassettes):
    stored(cassettes, "sse")
    async with replaying(cassettes, faults="status=429") as gate:
        answered = await ask(gate, asking(body=b'{"another": 1}'))
    assert answered.status == 404


@pytest.mark.parametrize(
    ("faults", "kind", "outcome"),
    [
        ("cut@frame=4", "connection_lost", "truncated"),
        ("reset@frame=4", "connection_lost", "truncated"),
        ("end@frame=4", "ended_early", "truncated"),
        ("error@frame=4", "overloaded_error", "error"),
    ],
)
async def test_whoever_reads_events_is_told(cassettes, faults, kind, outcome, caplog):
    stored(cassettes, "sse")
    async with replaying(cassettes, faults=faults) as gate:
        answered = await ask(gate, asking(path=f"/normalized{PATH}"))
    events = [json.loads(line) for line in re.findall(rb"^data: (.*)$", answered.body, re.MULTILINE)]
    assert answered.ended == "clean"
    assert answered.header(FAULT).startswith(faults.partition("@")[0])
    assert [event["kind"] for event in events if event["type"] == "stream.error"] == [kind]
    assert events[-1]["outcome"] == outcome
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == []


async def test_a_status_for_whoever_reads_events(cassettes):
    stored(cassettes, "sse")
    async with replaying(cassettes, faults="status=429") as gate:
        answered = await ask(gate, asking(path=f"/normalized{PATH}"))
    error = json.loads(answered.body)["error"]
    assert (answered.status, error["source"], error["kind"]) == (429, "provider", "rate_limit_error")
    assert answered.header(FAULT) == "status 429"


def test_inside_a_program_faults_belong_to_a_session(cassettes):
    stored(cassettes, "sse", name="greeting")
    with Gateway(cassettes=cassettes, mode="replay", pacing="instant") as gate:
        with gate.cassette("greeting", faults="end@frame=4") as one, gate.cassette("greeting") as other:
            assert [len(_get(cassette)) for cassette in (one, other)] == [
                len(b"".join(frames_of("sse")[:4])),
                len(answer("sse").body),
            ]
        assert (one.faults, other.faults) == (("end at frame 4",), ())
        with pytest.raises(ConfigError, match=r"faults: expected a fault \(cut, .*; got 'cat'"):
            gate.cassette("greeting", faults="cat")


def _get(cassette):
    asked = urllib.request.Request(f"{cassette.base_url('anthropic')}/v1/messages", b"{}")
    asked.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(asked) as response:
        return response.read()


def test_a_mode_that_replays_nothing_has_no_faults(cassettes):
    with pytest.raises(ConfigError, match=r"faults: expected a mode that replays .*; got live"):
        Gateway(cassettes=cassettes, mode="live", faults="cut").open()


ASKS = """
import os, urllib.request
url = os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages"
request = urllib.request.Request(url, b"{}", {"Content-Type": "application/json"})
for _ in range(2):
    print(len(urllib.request.urlopen(request).read()))
"""


async def test_a_flag_is_for_all_that_a_command_asks(tmp_path):
    stored(tmp_path / "cassettes", "sse")
    command = ("run", "--mode", "replay", "--pacing", "instant", "--faults", "end@frame=4")
    ran = await run_program("tokentape", *command, "--", sys.executable, "-c", ASKS, folder=tmp_path)
    assert ran.code == 0, ran.stderr
    size = len(b"".join(frames_of("sse")[:4]))
    assert ran.stdout.split() == [str(size)] * 2
    assert "fault end at frame 4: 2 times\n" in ran.stderr
    assert "recorded 0, replayed 2, missed 0, faults 2 in cassettes/default.cassette" in ran.stderr


async def test_a_flag_that_cannot_be_used_is_an_error_of_usage(tmp_path):
    for flags, message in (
        (("--mode", "replay", "--faults", "cat"), "faults: expected a fault (cut, reset,"),
        (("--mode", "live", "--faults", "cut"), "faults: expected a mode that replays"),
    ):
        ran = await run_program("tokentape", "run", *flags, "--", "true", folder=tmp_path)
        assert (ran.code, message in ran.stderr) == (2, True), ran.stderr
