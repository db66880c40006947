"""What users of each SDK see of each fault, as the tables of docs/bad-streams.md.

python -m tests.integration.sdk_outcomes            prints the tables
python -m tests.integration.sdk_outcomes --write    puts them into the page

Every call is recorded once (from the simulated provider, and for Cohere from a few lines below), then replayed with
each fault. A process of its own: a client that was given a broken stream is often left open.
"""

import asyncio
import json
import logging
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp import web

from gateway.embedded import Gateway, OpenCassette
from gateway.faults.places import Places
from gateway.simulator import Simulation, simulator_app
from recorder.interaction import Interaction
from recorder.store import Store
from tests.integration.sdk_calls import CALLS, Call, To

PAGE = Path(__file__).parents[2] / "docs" / "bad-streams.md"
BEGIN, END = "<!-- made by python -m tests.integration.sdk_outcomes --write -->", "<!-- end of what is made -->"

PACKAGES = (
    *("anthropic", "openai", "google-genai", "ollama", "cohere", "mistralai"),
    *("langchain-anthropic", "langchain-openai"),
)
AT_ONCE = 16
PATIENT_S, IMPATIENT_S = 30.0, 1.0
FRAMES = 7
INSIDE = f"end@byte={FRAMES}"  # stands for a byte inside of the next frame


class Column(NamedTuple):
    heading: str
    faults: str


STREAM = (
    Column(f"`cut@frame={FRAMES}`", f"cut@frame={FRAMES}"),
    Column(f"`reset@frame={FRAMES}`", f"reset@frame={FRAMES}"),
    Column(f"`end@frame={FRAMES}`", f"end@frame={FRAMES}"),
    Column("`end@byte=N`, inside a frame", INSIDE),
    Column(f"`error@frame={FRAMES}`", f"error@frame={FRAMES}"),
    Column(f"`stall@frame={FRAMES}`", f"stall@frame={FRAMES}"),
    Column("`boundaries=split:1; trickle=200/1ms`", "boundaries=split:1; trickle=200/1ms"),
)
WHOLE = (
    Column("`cut@byte=40`", "cut@byte=40"),
    Column("`reset@byte=40`", "reset@byte=40"),
    Column("`end@byte=40`", "end@byte=40"),
    Column("`stall@byte=40`", "stall@byte=40"),
    Column("`boundaries=split:1`", "boundaries=split:1"),
)
BEFORE = (
    Column("`status=429*1`", "status=429*1 retry-after=10ms"),
    Column("`status=429`", "status=429 retry-after=10ms"),
    Column("`status=529*1`", "status=529*1 retry-after=10ms"),
    Column("`reset*1@start`", "reset*1@start"),
    Column("`stall*1@start`", "stall*1@start"),
)


async def tables() -> str:
    """All of them. Takes some 20 s."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        loop = asyncio.get_running_loop()
        async with provider() as url:
            upstreams = [f"{name}={url}" for name in ("anthropic", "openai", "gemini", "ollama", "cohere", "mistral")]
            with Gateway(cassettes=folder, mode="all", upstreams=upstreams) as gateway:
                # One after the other: SDKs import parts of themselves when first used, which two threads cannot do.
                recorded = {call: await loop.run_in_executor(pool, record, gateway, call) for call in CALLS}
        with Gateway(cassettes=folder, mode="replay", pacing="instant", drain_timeout=0.1) as gateway:

            async def table(calls: Sequence[Call], columns: Sequence[Column]) -> str:
                seen = [
                    [loop.run_in_executor(pool, replay, gateway, call, column, recorded[call]) for column in columns]
                    for call in calls
                ]
                rows = [[call.name, *await asyncio.gather(*row)] for call, row in zip(calls, seen, strict=True)]
                return as_table(["", *(column.heading for column in columns)], rows)

            streams = [call for call in CALLS if call.streamed]
            wholes = [call for call in CALLS if not call.streamed]
            return "\n\n".join(
                [
                    f"Seen with {', '.join(f'{name} {version(name)}' for name in PACKAGES)}.",
                    "### While a stream is read",
                    await table(streams, STREAM),
                    "### While an answer in one piece is read",
                    await table(wholes, WHOLE),
                    "### Before the answer",
                    await table([*streams, *wholes], BEFORE),
                ]
            )


def record(gateway: Gateway, call: Call) -> str:
    """Record the call; gives the text of the whole answer."""
    said: list[str] = []
    with gateway.cassette(call.id) as cassette:
        call.run(To(cassette.base_url(call.provider), PATIENT_S, said))
    return "".join(said)


def replay(gateway: Gateway, call: Call, column: Column, whole: str) -> str:
    """What the call's user sees of the faults."""
    said: list[str] = []
    timeout = IMPATIENT_S if "stall" in column.faults else PATIENT_S
    error: Exception | None = None
    with gateway.cassette(call.id, faults=spelled(gateway, call, column)) as cassette:
        try:
            call.run(To(cassette.base_url(call.provider), timeout, said))
        except Exception as raised:
            error = raised
        requests = cassette.replayed + sum(text.startswith("status") for text in cassette.faults)
        assert cassette.faults, (call, column)
        assert not [text for text in cassette.faults if text.startswith("not applied")], (call, cassette.faults)
    asked = f", {requests} requests" if requests > 1 else ""
    if error is not None:
        return f"`{type(error).__module__.partition('.')[0]}.{type(error).__name__}`{asked}".replace("builtins.", "")
    text = "".join(said)
    if text != whole:
        assert whole.startswith(text), (call, column, text)
    return ("whole" if text == whole else "**cut short, no error**") + asked


def spelled(gateway: Gateway, call: Call, column: Column) -> str:
    """The faults; a byte inside of a frame is another one in each stream."""
    if column.faults != INSIDE:
        return column.faults
    with gateway.cassette(call.id) as cassette:
        return f"end@byte={Places(first_of(cassette)).frame_ends[FRAMES] - 12}"


def first_of(cassette: OpenCassette) -> Interaction:
    store = Store(cassette.path)
    return store.load(store.read()[0])


def as_table(heading: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, ["---"] * len(heading), *rows))


@asynccontextmanager
async def provider() -> AsyncIterator[str]:
    """The simulated provider, with Cohere's chat beside its own APIs."""
    app = simulator_app(Simulation(ttft_ms=0, gap_ms=0, words=30))
    app.router.add_post("/v2/chat", cohere_chat)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def cohere_chat(request: web.Request) -> web.Response:
    words = ["The ", "sea ", "is ", "wide ", "and ", "blue, ", "and ", "it ", "is ", "deep."]
    usage = {"tokens": {"input_tokens": 5, "output_tokens": 10}}
    if not (await request.json()).get("stream"):
        message = {"role": "assistant", "content": [{"type": "text", "text": "".join(words)}]}
        return web.json_response({"id": "1", "finish_reason": "COMPLETE", "message": message, "usage": usage})
    events: list[dict[str, Any]] = [
        {"type": "message-start", "id": "1", "delta": {"message": {"role": "assistant"}}},
        {"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "text", "text": ""}}}},
    ]
    events += [
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": word}}}} for word in words
    ]
    events.append({"type": "content-end", "index": 0})
    events.append({"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": usage}})
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    return web.Response(text=body, content_type="text/event-stream")


def page(made: str) -> str:
    """docs/bad-streams.md with these tables."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    ssl.create_default_context = cache(ssl.create_default_context)  # each client makes one, for 30 ms, and needs none
    made = asyncio.run(tables())
    if "--write" in sys.argv:
        PAGE.write_text(page(made))
    else:
        sys.stdout.write(page(made))
