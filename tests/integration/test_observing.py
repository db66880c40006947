"""Streams are watched by a second process, as users have it: its numbers are right, and no stream ever feels it."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway.measuring import measurement_of
from gateway.metrics import measurement_json
from tests.integration import gateways
from tests.integration.gateways import Answered, RawClient, post, recorded
from tests.integration.programs import Served, served, simulated

Json = dict[str, Any]

KEY = "key-" + "aB3" * 20
CHAT = "/openai/v1/chat/completions"


def asking(model: str = "sim", *, path: str = CHAT, text: str = "hello", stream: bool = True) -> bytes:
    body = {"model": model, "stream": stream, "max_tokens": 100, "messages": [{"role": "user", "content": text}]}
    return post(path, json.dumps(body).encode(), b"Authorization: Bearer " + KEY.encode())


ask = partial(gateways.ask, limit=20.0)  # the first answer of the page waits for its process


async def get(tape: Served, path: str) -> Answered:
    return await ask(tape, post(path, b"", method=b"GET"))


async def seen(tape: Served, answered: Answered) -> Json:
    """The final numbers of the stream that this answer was."""
    async with asyncio.timeout(20):
        while True:
            found = await get(tape, f"/_/streams/{answered.header('x-tokentape-stream')}")
            if found.status == 200 and (shown := json.loads(found.body))["state"] != "running":
                return dict(shown)
            await asyncio.sleep(0.02)


async def health(tape: Served) -> Json:
    return dict(json.loads((await get(tape, "/_/health")).body))


@asynccontextmanager
async def watched(folder: Path, upstream: str, *flags: str) -> AsyncIterator[tuple[Served, int]]:
    """A gateway that is observed, and its observer's process id."""
    async with served(folder, upstream, "--observe", *flags) as tape:
        await get(tape, "/_/api/health")  # waits until the observer is there
        (observer,) = children(tape.pid)
        yield tape, observer


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


async def gone(pid: int) -> None:
    """Wait for the end of a process that is not our child."""
    async with asyncio.timeout(10):
        with suppress(FileNotFoundError, ProcessLookupError):
            while ") Z " not in Path(f"/proc/{pid}/stat").read_text():
                await asyncio.sleep(0.02)


REQUESTS = {
    "chat": asking(),
    "a message": asking(path="/anthropic/v1/messages"),
    "one document": asking(stream=False),
    "normalized": asking(path=f"/normalized{CHAT}"),
    "a refusal": asking("simulate-429"),
    "a break": asking("simulate-cut"),
}


async def test_live_numbers_are_those_of_the_recording_and_replays_are_marked(tmp_path: Path) -> None:
    async with simulated(tmp_path) as provider, watched(tmp_path, provider.url, "--mode", "once") as (tape, _):
        live = [await seen(tape, await ask(tape, request)) for request in REQUESTS.values()]
    stored = [measurement_json(measurement_of(interaction)) for interaction in recorded(tmp_path / "cassettes")]
    assert len(stored) == len(live)
    for shown, measured, name in zip(live, stored, REQUESTS, strict=True):
        assert {key: shown[key] for key in measured} == measured, name
        assert shown["source"] == "live", name
        assert shown["overhead_request"] > 0, name
    assert (live[0]["new_connection"], live[1]["new_connection"]) == (True, False)
    assert [shown["state"] for shown in live] == ["ok", "ok", "ok", "ok", "error", "incomplete"]

    async with watched(tmp_path, "", "--mode", "replay", "--pacing", "instant") as (tape, _):
        for request, measured in zip(list(REQUESTS.values())[:4], stored, strict=False):
            answered = await ask(tape, request)
            shown = await seen(tape, answered)
            assert answered.header("x-tokentape-source") == "replay"
            marks = {"source": "replay", "new_connection": None}
            assert {key: shown[key] for key in measured} == measured | marks
            assert shown["overhead_chunk_max"] is None  # its times are not meant to be kept
        missed = await ask(tape, asking(text="never heard"))
        assert missed.status == 404
        shown = await seen(tape, missed)
        assert (shown["state"], shown["error"], shown["source"]) == ("error", "cassette_miss", "replay")
        assert missed.header("x-tokentape-cassette") == "default"


async def test_no_secret_is_shown(tmp_path: Path) -> None:
    async with simulated(tmp_path) as provider, watched(tmp_path, provider.url, "--mode", "live") as (tape, _):
        answered = await ask(tape, asking(text=f"my key is {KEY}", path=f"{CHAT}?key={KEY}"))
        shown = await seen(tape, answered)
        everything = [await get(tape, f"/_/{path}") for path in ("api/streams", f"api/streams/{shown['id']}")]
        assert all(KEY.encode() not in each.body for each in everything)
        detail = json.loads(everything[1].body)
        assert detail["request"]["target"].endswith("?key=REDACTED")
        assert detail["transcript"]["choices"]


async def test_the_feed_tells_of_a_stream_while_it_runs(tmp_path: Path) -> None:
    async with (
        simulated(tmp_path, "--gap", "30") as provider,
        watched(tmp_path, provider.url, "--mode", "live") as (tape, _),
        RawClient.to(tape.port) as page,
        RawClient.to(tape.port) as client,
    ):
        await page.send(post("/_/feed", b"", method=b"GET"))
        await page.until(b"event: snapshot")
        await client.send(asking())
        told = await page.until(b'"text"]')
        assert b'"running"' in told
        await client.answer()
        await page.until(b'"state":"ok"')


async def test_a_client_that_leaves_is_told_of(tmp_path: Path) -> None:
    async with (
        simulated(tmp_path, "--gap", "30") as provider,
        watched(tmp_path, provider.url, "--mode", "live") as (tape, _),
    ):
        async with RawClient.to(tape.port) as client:
            await client.send(asking())
            answered = Answered(raw=bytearray(await client.until(b"data:")))
        assert (await seen(tape, answered))["state"] == "aborted"


async def test_streams_go_on_without_the_observer(tmp_path: Path) -> None:
    async with (
        simulated(tmp_path, "--gap", "30") as provider,
        watched(tmp_path, provider.url, "--mode", "live") as (tape, observer),
        RawClient.to(tape.port) as client,
    ):
        await client.send(asking())
        await client.until(b"data:")
        os.kill(observer, signal.SIGKILL)
        await client.until(b"\r\n0\r\n\r\n")
        await tape.logged("the observer has ended (signal 9): streams go on")
        now = await health(tape)
        assert (now["status"], now["observing"]["trouble"]) == ("ok", "the observer has ended (signal 9)")
        page = await get(tape, "/_/")
        assert (page.status, b"restart tokentape" in page.body) == (503, True)
        assert (await ask(tape, asking())).ended == "clean"
        assert await tape.stopped() == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
async def test_the_observer_ends_with_the_gateway(tmp_path: Path, number: int) -> None:
    async with (
        simulated(tmp_path) as provider,
        watched(tmp_path, provider.url, "--mode", "live") as (tape, observer),
        RawClient.to(tape.port) as page,
    ):
        await page.send(post("/_/feed", b"", method=b"GET"))  # an open page keeps nobody
        await page.until(b"event: snapshot")
        listening = sockets(observer)
        os.kill(tape.pid, number)
        await tape.ended()
        await gone(observer)
        assert listening
        assert not any(Path(path).parent.exists() for path in listening)


def sockets(pid: int) -> list[str]:
    """Where on the file system a process listens."""
    numbers = {str(link.readlink()).strip("socket:[]") for link in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [row.split() for row in Path("/proc/net/unix").read_text().splitlines()[1:]]
    return [row[7] for row in rows if len(row) > 7 and row[6] in numbers]


async def test_an_observer_that_stands_still_is_not_felt(tmp_path: Path) -> None:
    text = "write a story about " + "x" * 900_000
    async with (
        simulated(tmp_path) as provider,
        watched(tmp_path, provider.url, "--mode", "live") as (tape, observer),
    ):
        first = await ask(tape, asking())
        os.kill(observer, signal.SIGSTOP)
        try:
            for _ in range(25):  # far more than may wait for it
                answered = await ask(tape, asking(text=text))
                assert answered.ended == "clean"
                if "does not keep up" in tape.log:
                    break
            await tape.logged("the observer does not keep up")
            untold = await ask(tape, asking())
            assert (untold.body, (await health(tape))["observing"]["unobserved"] > 0) == (first.body, True)
        finally:
            os.kill(observer, signal.SIGCONT)
        async with asyncio.timeout(30):  # it is told again once it has taken half of what waited
            count = -1
            while (await health(tape))["observing"]["unobserved"] != count:
                count = (await health(tape))["observing"]["unobserved"]
                answered = await ask(tape, asking())
        assert (await seen(tape, answered))["state"] == "ok"
        assert json.loads((await get(tape, "/_/api/health")).body)["observer"]["unobserved"] > 0
        assert (await get(tape, f"/_/streams/{untold.header('x-tokentape-stream')}")).status == 404


async def test_unobserved_there_is_no_page_and_no_trace(tmp_path: Path) -> None:
    async with simulated(tmp_path) as provider, served(tmp_path, provider.url, "--no-observe") as tape:
        answered = await ask(tape, asking())
        assert not [name for name, _ in answered.headers if name.startswith(("x-tokentape", "server-timing"))]
        page = await get(tape, "/_/")
        assert (page.status, b"--no-observe" in page.body) == (404, True)
        assert (await health(tape))["observing"] == {"on": False}
        assert children(tape.pid) == []
