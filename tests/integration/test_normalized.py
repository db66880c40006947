"""The one format through real sockets: as it comes, whatever it comes from, and however it ends."""

import asyncio
import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import anthropic
import jsonschema
import pytest
from click.testing import CliRunner

from gateway.cli.program import tokentape
from gateway.events import FORMAT, Event
from recorder.interaction import COMPLETE
from recorder.pacing import Pacing
from tests.integration.gateways import Answered, Gateway, RawClient, ask, gateway, post, recorded
from tests.integration.programs import CLIENTS, run_program
from tests.integration.upstreams import FIN, HANG, RST, SSE, Step, Visit, chunk, plays, response, scripted, sse

PATH = "/normalized/anthropic/v1/messages"
ASKED = b'{"model": "m", "stream": true}'
MESSAGE = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m-1", "content": [], "stop_reason": None}


def frame(**value: Any) -> bytes:
    return f"event: {value['type']}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def delta(text: str) -> bytes:
    return frame(type="content_block_delta", index=0, delta={"type": "text_delta", "text": text})


START = frame(type="message_start", message={**MESSAGE, "usage": {"input_tokens": 3, "output_tokens": 1}})
OPEN = frame(type="content_block_start", index=0, content_block={"type": "text", "text": ""})
CLOSE = frame(type="content_block_stop", index=0)
STOP = frame(type="message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 2})
END = frame(type="message_stop")
FRAMES = [START, OPEN, delta("Grüße"), delta(" \u2028🎶"), CLOSE, STOP, END]

# What a client has of each of those before the next one is sent.
HEARD = ["usage", "block.start", "block.delta", "block.delta", "block.stop", "usage", "message.stop"]


def events(answered: Answered) -> list[dict[str, Any]]:
    """The events of a whole answer, whose framing has been checked byte for byte."""
    assert answered.ended == "clean"
    assert answered.status == 200
    assert answered.header("content-type") == "text/event-stream; charset=utf-8"
    assert answered.header("x-tokentape-format") == "normalized"
    found = []
    for block in answered.body.decode().removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {found[-1]['type']}"
    assert [event["seq"] for event in found] == list(range(len(found)))
    assert (found[0]["type"], found[0]["format"], found[-1]["type"]) == ("stream.start", FORMAT, "stream.end")
    return found


def untimed(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in each.items() if name not in ("t", "ttft", "duration")} for each in found]


def text(found: list[dict[str, Any]]) -> str:
    return "".join(event["text"] for event in found if event["type"] == "block.delta")


def shown(cassettes: Path, *flags: str) -> bytes:
    """What `tokentape cassette show default` prints."""
    command = ["cassette", "show", "default", "--cassettes", str(cassettes), *flags]
    return CliRunner().invoke(tokentape, command, standalone_mode=False).stdout_bytes


# As it comes


@pytest.mark.parametrize("mode", ["live", "all"])
async def test_an_event_is_with_the_client_before_the_provider_says_more(mode: str, cassettes: Path) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def provider(visit: Visit) -> None:
        await visit.request()
        await visit.send(SSE)
        for piece in [*FRAMES, b""]:
            async with asyncio.timeout(3):
                await heard.get()
            await visit.send(chunk(piece))

    async with (
        scripted(provider) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
        RawClient.to(gate.port) as client,
    ):
        await client.send(post(PATH, ASKED))
        for name in ["stream.start", *HEARD]:
            await client.until(f"event: {name}\n".encode())
            heard.put_nowait(name)
        assert b'"outcome":"complete"' in await client.until(b"\r\n0\r\n\r\n")


async def test_a_character_may_be_cut_anywhere(cassettes: Path) -> None:
    body = b"".join(FRAMES)
    pieces = [chunk(body[at : at + 1]) for at in range(len(body))]
    async with (
        scripted(plays(SSE, *[b"".join(pieces[at : at + 50]) for at in range(0, len(pieces), 50)], chunk(b""))) as one,
        gateway(one.url, mode="all", cassettes=cassettes) as gate,
    ):
        found = events(await ask(gate, post(PATH, ASKED)))
    assert text(found) == "Grüße \u2028🎶"
    assert found[-1]["bytes"] == len(body)


async def test_a_client_that_does_not_read_holds_the_provider_up() -> None:
    flood = chunk(delta("x" * 1000) * 50)

    async def provider(visit: Visit) -> None:
        await visit.request()
        await visit.send(SSE + chunk(START + OPEN))
        await visit.flood(flood)

    async with scripted(provider) as upstream, gateway(upstream.url, write_timeout=30.0) as gate:
        async with RawClient.to(gate.port, receive_buffer=4096) as client:
            await client.send(post(PATH, ASKED))
            visit = await upstream.visited()
            before = -1
            async with asyncio.timeout(10):
                while visit.sent != before:
                    before = visit.sent
                    await asyncio.sleep(0.3)
            assert before < 16 << 20
        async with asyncio.timeout(5):
            await visit.gone.wait()


# Live, recorded, replayed, shown


async def test_live_recorded_replayed_and_shown_it_says_the_same(cassettes: Path) -> None:
    steps: list[Step] = [step for piece in FRAMES for step in (chunk(piece), 0.005)]
    async with scripted(plays(SSE, *steps, chunk(b""))) as upstream:
        async with gateway(upstream.url, mode="live") as gate:
            live = events(await ask(gate, post(PATH, ASKED)))
        async with gateway(upstream.url, mode="all", cassettes=cassettes) as gate:
            recording = await ask(gate, post(f"{PATH}?raw=all", ASKED))
        assert [asked.line for asked in upstream.requests] == [b"POST /v1/messages HTTP/1.1"] * 2
    (interaction,) = recorded(cassettes)
    assert interaction.body == b"".join(FRAMES)
    assert interaction.end == COMPLETE
    for pacing in (Pacing("instant"), Pacing("recorded")):
        async with gateway("http://127.0.0.1:1", mode="replay", cassettes=cassettes, pacing=pacing) as gate:
            replayed = await ask(gate, post(PATH, ASKED))
            with_raw = await ask(gate, post(PATH, ASKED, b"x-tokentape-raw: all"))
            native = await ask(gate, post("/anthropic/v1/messages", ASKED))
        assert native.body == b"".join(FRAMES)
        assert replayed.body == shown(cassettes, "--normalized")
        assert with_raw.body == recording.body == shown(cassettes, "--normalized", "--raw")
        assert untimed(events(replayed)) == untimed(live)
    assert "".join(_native(event["raw"]) for event in events(recording) if "raw" in event) == interaction.body.decode()


def _native(raw: dict[str, str]) -> str:
    return f"event: {raw['event']}\ndata: {raw['data']}\n\n"


async def test_a_header_asks_for_it_as_an_sdk_can_be_told_to_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "x-tokentape-format: normalized")
    async with scripted(plays(sse(*FRAMES))) as upstream, gateway(upstream.url) as gate:
        async with anthropic.AsyncAnthropic(base_url=f"{gate.url}/anthropic", api_key="k", max_retries=0) as client:
            request = client.messages.with_streaming_response.create(
                model="m", max_tokens=9, messages=[{"role": "user", "content": "hi"}], stream=True
            )
            async with request as answered:
                lines = [line async for line in answered.iter_lines()]
        (asked,) = upstream.requests
    assert [line for line in lines if line.startswith("event: ")][-1] == "event: stream.end"
    assert not [name for name, _ in asked.headers if name.startswith("x-tokentape")]


# However it ends


@pytest.mark.parametrize("mode", ["live", "all"])
@pytest.mark.parametrize("ending", [FIN, RST], ids=["FIN", "RST"])
async def test_a_provider_that_dies_leaves_a_whole_body_that_says_so(mode: str, ending: Step, cassettes: Path) -> None:
    async with (
        scripted(plays(SSE, chunk(START + OPEN), chunk(delta("half")), 0.05, ending)) as upstream,
        gateway(upstream.url, mode=mode, cassettes=cassettes) as gate,
    ):
        answered = await ask(gate, post(PATH, ASKED))
        found = events(answered)
    assert text(found) == "half"
    assert [event["type"] for event in found[-3:]] == ["block.delta", "stream.error", "stream.end"]
    assert (found[-2]["source"], found[-2]["kind"]) == ("upstream", "connection_lost")
    assert found[-1]["outcome"] == "truncated"
    if mode == "all":
        assert recorded(cassettes)[0].end.kind == "upstream_error"
        assert shown(cassettes, "--normalized") == answered.body


async def test_a_provider_that_falls_silent() -> None:
    async with (
        scripted(plays(SSE, chunk(START), HANG)) as upstream,
        gateway(upstream.url, idle_timeout=0.2) as gate,
    ):
        assert events(await ask(gate, post(PATH, ASKED)))[-1]["outcome"] == "timeout"


async def test_a_client_that_leaves_ends_the_paid_call() -> None:
    async with scripted(plays(SSE, chunk(START), HANG)) as upstream, gateway(upstream.url) as gate:
        async with RawClient.to(gate.port) as client:
            await client.send(post(PATH, ASKED))
            await client.until(b"event: message.start")
        async with asyncio.timeout(1):
            await (await upstream.visited()).gone.wait()
    assert (await gate.serving).aborted == 0


# What is no stream


async def test_an_error_keeps_its_status_and_when_to_try_again() -> None:
    said = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}
    refusal = response(json.dumps(said).encode(), b"Retry-After: 7", b"request-id: req_1", status=b"429 Too Many")
    async with scripted(plays(refusal)) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, post(PATH, ASKED))
    assert (answered.status, answered.ended) == (429, "clean")
    assert [answered.header(name) for name in ("retry-after", "request-id", "content-type")] == [
        "7",
        "req_1",
        "application/json",
    ]
    assert json.loads(answered.body)["error"] == {
        "source": "provider",
        "status": 429,
        "kind": "rate_limit_error",
        "message": "slow down",
        "provider": said,
    }


async def test_half_an_error_is_told_as_the_connections() -> None:
    half = b"HTTP/1.1 500 Oh\r\nContent-Length: 99\r\n\r\n{"
    async with scripted(plays(half, FIN)) as upstream, gateway(upstream.url) as gate:
        answered = await ask(gate, post(PATH, ASKED))
    assert (answered.status, answered.ended) == (500, "clean")
    assert json.loads(answered.body)["error"]["source"] == "upstream"


async def test_an_answer_in_one_piece_gives_the_same_events() -> None:
    whole = {
        **MESSAGE,
        "content": [{"type": "text", "text": "Grüße \u2028🎶"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 3, "output_tokens": 2},
    }
    answer = response(json.dumps(whole).encode(), b"Content-Type: application/json")
    async with scripted(plays(answer)) as upstream, gateway(upstream.url) as gate:
        folded = events(await ask(gate, post(PATH, ASKED)))
    async with scripted(plays(sse(*FRAMES))) as upstream, gateway(upstream.url) as gate:
        streamed = events(await ask(gate, post(PATH, ASKED)))
    assert text(folded) == text(streamed)
    stops = [next(event for event in found if event["type"] == "message.stop") for found in (folded, streamed)]
    assert len({(stop["reason"], stop["provider_reason"]) for stop in stops}) == 1
    usages = [[event for event in found if event["type"] == "usage"][-1] for found in (folded, streamed)]
    assert len({(usage["input"], usage["output"]) for usage in usages}) == 1


async def test_a_compressed_stream_is_read() -> None:
    body = gzip.compress(b"".join(FRAMES))
    head = SSE.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    async with (
        scripted(plays(head, chunk(body[:40]), 0.01, chunk(body[40:]), chunk(b""))) as upstream,
        gateway(upstream.url) as gate,
    ):
        answered = await ask(gate, post(PATH, ASKED))
    assert answered.header("content-encoding") is None
    assert text(events(answered)) == "Grüße \u2028🎶"


async def test_a_list_of_models_passes_through() -> None:
    models = b'{"object": "list",  "data": []}'
    async with (
        scripted(plays(response(models, b"Content-Type: application/json", b"ETag: x"))) as upstream,
        gateway(upstream.url) as gate,
    ):
        answered = await ask(gate, post("/normalized/openai/v1/models", b"", method=b"GET"))
    assert answered.body == models
    assert [answered.header(name) for name in ("etag", "x-tokentape-format")] == ["x", "native"]


# What the gateway itself says


async def test_a_miss_has_the_one_shape(cassettes: Path) -> None:
    async with gateway("http://127.0.0.1:1", mode="replay", cassettes=cassettes) as gate:
        answered = await ask(gate, post(PATH, ASKED))
    error = json.loads(answered.body)["error"]
    assert answered.status == 404
    assert (error["source"], error["status"], error["kind"]) == ("gateway", 404, "cassette_miss")


async def test_an_upstream_that_cannot_be_reached_has_it_too() -> None:
    async with gateway("http://127.0.0.1:1") as gate:
        answered = await ask(gate, post(PATH, ASKED))
    error = json.loads(answered.body)["error"]
    assert (answered.status, error["source"], error["kind"]) == (502, "upstream", "upstream_error")


async def test_the_schema_that_the_gateway_publishes_holds_what_it_sends() -> None:
    async with scripted(plays(sse(*FRAMES))) as upstream, gateway(upstream.url) as gate:
        published = await ask(gate, post("/_/schema", b"", method=b"GET"))
        found = events(await ask(gate, post(f"{PATH}?raw=all", ASKED)))
    assert published.header("content-type") == "application/schema+json"
    validator = jsonschema.Draft202012Validator(json.loads(published.body))
    assert [list(validator.iter_errors(event)) for event in found] == [[] for _ in found]


# In a web page


async def node_has_an_event_source() -> bool:
    if shutil.which("node") is None:
        return False
    has_it = "process.exit(typeof EventSource === 'function' ? 0 : 1)"
    return (await run_program("node", "--experimental-eventsource", "-e", has_it, folder=Path.cwd())).code == 0


async def listened(gate: Gateway, path: str, folder: Path) -> dict[str, Any]:
    """What an EventSource makes of an answer."""
    program = await run_program(
        *("node", "--experimental-eventsource", str(CLIENTS / "event_source.mjs"), f"{gate.url}{path}"),
        *sorted({kind.type for kind in Event.__subclasses__()}),
        folder=folder,
    )
    assert program.code == 0, program.stderr
    return dict(json.loads(program.stdout))


@pytest.mark.parametrize("whole", [True, False])
async def test_the_event_source_of_a_web_page_hears_every_event(tmp_path: Path, *, whole: bool) -> None:
    """It can only GET and set no header: the path alone asks for the format."""
    if not await node_has_an_event_source():
        pytest.skip("there is no Node with an EventSource (20.18 and later have one)")
    steps = [sse(*FRAMES)] if whole else [SSE, chunk(START + OPEN), chunk(delta("half")), 0.05, RST]
    async with scripted(plays(*steps)) as upstream, gateway(upstream.url) as gate:
        heard = await listened(gate, PATH, tmp_path)
        answered = await ask(gate, post(PATH, b"", method=b"GET"))
    assert heard["problem"] is None
    assert [(name, last_id) for name, _, last_id in heard["heard"]] == [(e["type"], "") for e in events(answered)]
    assert untimed([data for _, data, _ in heard["heard"]]) == untimed(events(answered))
