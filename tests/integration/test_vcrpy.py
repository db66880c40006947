"""Cassettes of vcrpy itself: imported, they replay with real clients; exported, vcrpy replays them."""

import asyncio
import gzip
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiohttp
import anthropic
import openai
import pytest
import requests
import urllib3
import vcr

from gateway.cli.program import outcome
from gateway.embedded import Gateway
from gateway.hosting import hosted
from gateway.simulator import Simulation, simulator_runner
from tests.gateway.exchange.interactions import on_file

KEY = "of-neither-" + "x1Y2" * 10
ASKED = [{"role": "user", "content": "hello, é 世"}]


@contextmanager
def in_a_thread(serving):
    """Run an asynchronous context manager while the block runs; gives what it gives."""
    started, loop = threading.Event(), asyncio.new_event_loop()
    given = []

    async def serve():
        stop = asyncio.Event()
        async with serving as url:
            given.extend([url, stop])
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.Runner(loop_factory=lambda: loop).run(serve()))
    thread.start()
    started.wait(10)
    try:
        yield given[0]
    finally:
        loop.call_soon_threadsafe(given[1].set)
        thread.join()


@pytest.fixture(scope="module")
def provider():
    """The simulated provider; it is anthropic by one name and openai by another."""
    with in_a_thread(hosted(simulator_runner(Simulation(ttft_ms=1, gap_ms=0)))) as url:
        yield url, url.replace("127.0.0.1", "localhost") + "/v1"


def conversation(anthropic_url, openai_url):
    """What an application of both SDKs got: streamed and whole, blocking and asynchronous, one request twice."""
    got = []
    claude = anthropic.Anthropic(base_url=anthropic_url, api_key=KEY, max_retries=0)
    for _ in range(2):
        with claude.messages.stream(model="claude-1", max_tokens=30, messages=ASKED) as stream:
            got.append(stream.get_final_message())
    got.append(claude.messages.create(model="claude-1", max_tokens=30, messages=ASKED))
    gpt = openai.OpenAI(base_url=openai_url, api_key=KEY, max_retries=0)
    got += gpt.chat.completions.create(model="gpt-1", messages=ASKED, stream=True)
    got.append(gpt.responses.create(model="gpt-1", input="hello"))
    claude.close()
    gpt.close()
    return [*got, *asyncio.run(asynchronous(anthropic_url, openai_url))]


async def asynchronous(anthropic_url, openai_url):
    async with (
        anthropic.AsyncAnthropic(base_url=anthropic_url, api_key=KEY, max_retries=0) as claude,
        openai.AsyncOpenAI(base_url=openai_url, api_key=KEY, max_retries=0) as gpt,
    ):
        async with claude.messages.stream(model="claude-2", max_tokens=30, messages=ASKED) as stream:
            message = await stream.get_final_message()
        return [message, await gpt.chat.completions.create(model="gpt-2", messages=ASKED)]


@pytest.fixture(scope="module")
def recorded(provider, tmp_path_factory):
    """A cassette of vcrpy with that conversation, and what the application got."""
    file = tmp_path_factory.mktemp("vcrpy") / "conversation.yaml"
    with vcr.use_cassette(str(file)):
        got = conversation(*provider)
    assert KEY in file.read_text()
    return file, got


def upstream_flags(provider):
    anthropic_url, openai_url = provider
    return ["--upstream", f"anthropic={anthropic_url}", "--upstream", f"openai={openai_url.removesuffix('/v1')}"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_imported_cassette_replays_with_the_sdks(folder, provider, recorded, capsys):
    file, got = recorded
    assert outcome(["cassette", "import", str(file), "--into", "talk", *upstream_flags(provider)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "imported 7 interactions into talk (cassettes/talk.cassette)"
    assert "authorization" in said[1]
    with Gateway(mode="replay", pacing="instant") as gateway, gateway.cassette("talk") as talk:
        assert conversation(talk.base_url("anthropic"), talk.base_url("openai")) == got
        assert (talk.misses, talk.unplayed) == ((), ())
    assert KEY.encode() not in (folder / "cassettes" / "talk.cassette").read_bytes()


def test_an_export_is_replayed_by_vcrpy_itself(folder, provider, recorded):
    file, got = recorded
    flags = upstream_flags(provider)
    assert outcome(["cassette", "import", str(file), "--into", "talk", *flags]) == 0
    assert outcome(["cassette", "export", "talk", "-o", "back.yaml", *flags]) == 0
    with vcr.use_cassette(str(folder / "back.yaml"), record_mode="none", match_on=["method", "uri", "body"]) as played:
        assert conversation(*provider) == got
    assert played.all_played


def test_without_the_upstreams_all_is_left_out(folder, provider, recorded, capsys):
    assert outcome(["cassette", "import", str(recorded[0]), "--into", "talk"]) == 3
    said = capsys.readouterr().err
    assert f"left out 4: {provider[0]} is no upstream (--upstream NAME=URL makes it one)" in said
    assert not (folder / "cassettes").exists()


class Server(BaseHTTPRequestHandler):
    """Answers with gzip to whoever accepts it, with bytes that are no text, and with a new number each time."""

    protocol_version = "HTTP/1.1"
    count = 0

    def do_GET(self):
        type(self).count += 1
        body = bytes(range(256)) if self.path == "/binary" else json.dumps([self.path, self.count]).encode() * 20
        self.send_response(200, "Fine")
        if self.path == "/gzip":
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", "application/json" if self.path != "/binary" else "image/png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def own_server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def other_clients(url):
    """What requests, urllib3 and aiohttp got: compressed, binary, and the same request with different answers."""
    got = []
    with requests.Session() as session:
        got += [session.get(f"{url}{path}").content for path in ("/gzip", "/binary", "/again", "/again")]
        got.append(session.post(f"{url}/upload", data=bytes(range(255, -1, -1))).content)
    with urllib3.PoolManager() as pool:
        got += [pool.request("GET", f"{url}{path}").data for path in ("/gzip?1", "/binary?1")]

    async def go():
        async with aiohttp.ClientSession() as session:
            for path in ("/gzip", "/binary"):
                async with session.get(f"{url}{path}", params={"by": "aiohttp"}) as response:
                    got.append(await response.read())

    asyncio.run(go())
    return got


@pytest.mark.parametrize("decode", [False, True])
def test_other_clients_get_the_same_too(folder, own_server, decode):
    with vcr.use_cassette("other.yaml", decode_compressed_response=decode):
        got = other_clients(own_server)
    assert outcome(["cassette", "import", "other.yaml", "--into", "other", "--upstream", f"own={own_server}"]) == 0
    settings = {"mode": "replay", "pacing": "instant", "upstreams": [f"own={own_server}"]}
    with Gateway(**settings) as gateway, gateway.cassette("other") as other:
        assert other_clients(f"{other.url}/own") == got
        assert other.misses == ()
    assert on_file(folder / "cassettes" / "other.cassette")[1].body == bytes(range(256))
