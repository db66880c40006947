"""A server's life, without clients: those are in tests/integration."""

import asyncio
import json
import logging
import resource

import pytest

from gateway.app import compose
from gateway.schema import schema
from gateway.server import http_server, run, serve
from gateway.settings import Config
from recorder.clock import ManualClock
from recorder.errors import CassetteForeign
from tests.gateway.transports import Caller


@pytest.fixture
def config(tmp_path):
    return Config(port=0, mode="replay", cassettes=tmp_path)


def test_run_gives_what_the_coroutine_gives():
    async def answer():
        return 42

    assert run(answer()) == 42


async def test_it_says_where_it_listens_and_in_the_end_what_it_did(config):
    urls, stop = [], asyncio.Event()
    stop.set()
    report = await asyncio.wait_for(serve(config, ready=urls.append, stop=stop, signals=False), 5)
    assert [url.rpartition(":")[0] for url in urls] == ["http://127.0.0.1"]
    assert (report.recorded, report.replayed, report.missed, report.degraded) == (0, 0, 0, None)


@pytest.mark.parametrize(
    ("before", "after"),
    [((256, 4096), (4096, 4096)), ((256, resource.RLIM_INFINITY), (1 << 16, resource.RLIM_INFINITY)), ((99, 99), None)],
)
async def test_the_limit_on_descriptors_is_raised_as_far_as_it_makes_sense(config, monkeypatch, before, after):
    raised = []
    monkeypatch.setattr(resource, "getrlimit", lambda _which: before)
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limits: raised.append(limits))
    stop = asyncio.Event()
    stop.set()
    await asyncio.wait_for(serve(config, ready=lambda _url: None, stop=stop, signals=False), 5)
    assert raised == ([after] if after else [])


async def test_a_system_that_does_not_let_it_be_raised_is_no_failure(config, monkeypatch):
    def refuse(_which, _limits):
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, 4096))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    stop = asyncio.Event()
    stop.set()
    assert await asyncio.wait_for(serve(config, ready=lambda _url: None, stop=stop, signals=False), 5)


async def test_a_port_that_is_taken_is_the_systems_error(config):
    async with asyncio.timeout(5):
        taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = taken.sockets[0].getsockname()[1]
        with pytest.raises(OSError, match=str(port)):
            await serve(Config(port=port, mode="live", cassettes=config.cassettes), ready=print, signals=False)
        taken.close()


async def test_a_default_cassette_that_cannot_be_used_is_found_out_at_once(config, tmp_path):
    (tmp_path / "default.cassette").write_bytes(b"notes")
    with pytest.raises(CassetteForeign):
        await serve(config, ready=print, signals=False)


async def test_troubles_of_the_event_loop_are_told_once_a_second_at_most(config, caplog):
    urls, stop = [], asyncio.Event()
    serving = asyncio.create_task(serve(config, ready=urls.append, stop=stop, signals=False))
    while not urls:
        await asyncio.sleep(0)
    for _ in range(1000):
        trouble = {"message": "socket.accept() out of system resource", "exception": OSError(24, "Too many open files")}
        asyncio.get_running_loop().call_exception_handler(trouble)
    stop.set()
    await asyncio.wait_for(serving, 5)
    assert caplog.messages == ["socket.accept() out of system resource: [Errno 24] Too many open files"]
    assert caplog.records[0].exc_info is None


async def test_health_is_answered_and_everything_else_is_relayed(config):
    server = http_server(compose(config, ManualClock()))
    caller = Caller(server)
    said = await caller.says(b"GET /_/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert json.loads(said.partition(b"\r\n\r\n")[2])["status"] == "ok"
    for path in (b"/v1/unknown", b"/_/unknown"):
        other = Caller(server)
        assert b" 404 " in await other.says(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path)


@pytest.mark.parametrize(("asked", "location"), [(b"/_", b"/_/"), (b"/_?token=a%0d%0ab", b"/_/?token=a%0d%0ab")])
async def test_the_page_is_found_without_its_last_slash(config, asked, location):
    caller = Caller(http_server(compose(config, ManualClock())))
    said = await caller.says(b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % asked)
    assert b" 308 " in said.partition(b"\r\n")[0]
    assert b"\r\nLocation: %b\r\n" % location in said


async def test_the_schema_of_the_events_is_published(config):
    caller = Caller(http_server(compose(config, ManualClock())))
    head, _, body = (await caller.says(b"GET /_/schema HTTP/1.1\r\nHost: localhost\r\n\r\n")).partition(b"\r\n\r\n")
    assert b"Content-Type: application/schema+json\r\n" in head
    assert body == schema()
    assert json.loads(body)["$schema"].startswith("https://json-schema.org/")


async def test_header_lines_may_be_longer_than_aiohttp_thinks(config):
    caller = Caller(http_server(compose(config, ManualClock())))
    long = b"x-signature: " + b"a" * 60_000
    assert b" 200 " in await caller.says(b"GET /_/health HTTP/1.1\r\nHost: localhost\r\n" + long + b"\r\n\r\n")


async def test_a_malformed_request_is_not_quoted_in_the_log(config, caplog):
    caller = Caller(http_server(compose(config, ManualClock())))
    key = "sk-" + "a" * 40
    with caplog.at_level(logging.DEBUG):
        said = await caller.says(f"GET /openai/\x01?key={key} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert b" 400 " in said
    assert key not in caplog.text
