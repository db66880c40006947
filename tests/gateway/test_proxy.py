"""One request from start to end, spoken to a real aiohttp server without a socket, in front of a scripted upstream."""

import asyncio
import json

import pytest
from aiohttp import web

from gateway.dialects import DIALECTS, PROVIDERS, Provider
from gateway.proxy import Proxy, ProxyLimits
from gateway.routes import Routes
from recorder.errors import CassetteLocked, Miss, UpstreamFailed
from recorder.interaction import COMPLETE, End, Response
from recorder.scripted import Read, ScriptedUpstream
from tests.gateway.transports import Caller

OWN = Provider("own", "http://10.0.0.1", DIALECTS["openai-compatible"])
SSE = Response(200, (("content-type", "text/event-stream"),))
OK = [Read(1, Response(200, (("Content-Length", "2"),)), b"ok", COMPLETE)]
RESET = End("upstream_error", "closed: reset")


class Cassettes:
    """As much of the sessions as a proxy needs: one upstream for all, and which cassettes were asked for."""

    def __init__(self, upstream):
        self.answering = upstream
        self.asked = []

    def upstream(self, name, faults=None):
        self.asked.append(name if faults is None else (name, faults))
        if isinstance(self.answering, Exception):
            raise self.answering
        return self.answering


class Stage:
    """A proxy, its upstream, and callers."""

    def __init__(self, *scripts, upstream=None, **limits):
        self.upstream = upstream or ScriptedUpstream(*scripts)
        self.sessions = Cassettes(self.upstream)
        self.proxy = Proxy(Routes((*PROVIDERS, OWN)), self.sessions, "default", ProxyLimits(**limits))
        self.server = web.Server(self.proxy.handle, handler_cancellation=True, access_log=None)

    def call(self):
        return Caller(self.server)

    async def ask(self, target="/anthropic/v1/messages", *, method="POST", headers=(), body=b"{}"):
        """One request in one read; gives the caller, who has heard the answer as far as it goes."""
        caller = self.call()
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1:8077", f"Content-Length: {len(body)}", *headers]
        await caller.says("\r\n".join([*lines, "", ""]).encode() + body)
        return caller


def status(caller):
    return int(caller.written.split(b" ", 2)[1])


def body(caller):
    return caller.written.partition(b"\r\n\r\n")[2]


def message(caller):
    return json.loads(body(caller))["error"]["message"]


async def test_the_request_goes_up_as_it_came():
    stage = Stage(OK)
    await stage.ask(
        "/anthropic/v1/messages?beta=true",
        headers=["x-api-key: key", "anthropic-beta: a", "Cookie: c", "x-goog-api-key: no"],
        body=b'{"stream":true}',
    )
    (request,) = stage.upstream.requests
    assert (request.upstream, request.method, request.target) == ("anthropic", "POST", "/v1/messages?beta=true")
    assert request.headers == (("x-api-key", "key"), ("anthropic-beta", "a"))
    assert request.body == b'{"stream":true}'


async def test_the_reply_comes_down_read_by_read():
    stage = Stage([Read(1, SSE, b"data: 1\n\n")])
    caller = await stage.ask()
    assert caller.writes[0].endswith(b"\r\n\r\n9\r\ndata: 1\n\n\r\n")
    stage.upstream.replies[0].push(Read(2, data=b"data: 2\n\n"))
    assert caller.writes[1:] == [b"9\r\ndata: 2\n\n\r\n"]
    stage.upstream.replies[0].push(Read(3, end=COMPLETE))
    await caller.hears()
    assert caller.writes[2:] == [b"0\r\n\r\n"]
    assert caller.ended is None


async def test_a_connection_carries_one_request_after_another():
    stage = Stage(OK, OK)
    caller = await stage.ask()
    await caller.says(b"GET /v1/models HTTP/1.1\r\nHost: h\r\n\r\n")
    assert caller.written.count(b"\r\n\r\nok") == 1
    await caller.says(b"GET /openai/v1/models HTTP/1.1\r\nHost: h\r\n\r\n")
    assert [request.method for request in stage.upstream.requests] == ["POST", "GET"]
    assert caller.written.count(b"\r\n\r\nok") == 2


@pytest.mark.parametrize(
    ("target", "cassette"), [("/v1/messages", "default"), ("/@suite%2Fone/v1/messages", "suite/one")]
)
async def test_the_path_may_name_a_cassette(target, cassette):
    stage = Stage(OK)
    await stage.ask(target)
    assert stage.sessions.asked == [cassette]
    assert stage.upstream.requests[0].target == "/v1/messages"


# Bodies


async def test_a_large_body_is_passed_on_while_it_arrives():
    stage = Stage(OK)
    caller = stage.call()
    size = (1 << 20) + 1
    await caller.says(f"POST /openai/v1/files HTTP/1.1\r\nHost: h\r\nContent-Length: {size}\r\n\r\n".encode())
    assert len(stage.proxy.clients) == 1
    await caller.says(bytes(size))
    assert len(stage.upstream.requests[0].body) == size
    assert body(caller) == b"ok"


async def test_but_an_upstream_that_has_to_see_it_first_is_given_it_whole():
    class Matching(ScriptedUpstream):
        needs_body = True

        async def send(self, request, receiver, upload=None):
            assert upload is None
            await super().send(request, receiver)

    stage = Stage(upstream=Matching(OK))
    caller = stage.call()
    await caller.says(b"POST /openai/v1/files HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\non\r\n")
    await caller.says(b"1\r\ne\r\n0\r\n\r\n")
    assert stage.upstream.requests[0].body == b"one"


@pytest.mark.parametrize(
    "framed",
    [b"Content-Length: 11\r\n\r\n12345678901", b"Transfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n"],
)
async def test_a_body_over_the_limit_is_refused(framed):
    stage = Stage(OK, max_body=10)
    caller = stage.call()
    await caller.says(b"POST /openai/v1/files HTTP/1.1\r\nHost: h\r\n" + framed)
    assert status(caller) == 413
    assert message(caller) == "the body is over the limit of 10 bytes; raise max_body"
    assert stage.upstream.requests == []


class Hasty(ScriptedUpstream):
    """Answers before it has the body, which then turns out to be broken."""

    async def send(self, request, receiver, upload=None):
        receiver.receive(SSE, 0, b"data: 1\n\n", None)
        await super().send(request, receiver, upload)


async def test_an_error_after_the_head_is_not_written_into_the_body():
    stage = Stage(upstream=Hasty([]), max_body=10)
    caller = stage.call()
    await caller.says(b"POST /openai/v1/files HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    await caller.says(b"b\r\n12345678901\r\n0\r\n\r\n")
    assert caller.written.count(b"HTTP/1.1") == 1
    assert caller.written.endswith(b"9\r\ndata: 1\n\n\r\n")
    assert caller.ended == "closed"


# What is answered with an error


async def test_no_upstream_fits():
    stage = Stage()
    caller = await stage.ask("/nowhere?key=secret")
    assert status(caller) == 404
    assert message(caller).startswith("no upstream fits the path '/nowhere'; give the SDK one of these base URLs:")
    assert "http://127.0.0.1:8077/anthropic" in message(caller)


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/v1/messages", "//evil/v1/messages", "http://127.0.0.1:8077/v1/messages"]
)
async def test_it_is_not_an_open_proxy(target):
    stage = Stage()
    caller = await stage.ask(target)
    assert status(caller) == 400
    assert "not an open proxy" in message(caller)
    assert stage.upstream.requests == []


async def test_websockets_are_not_relayed():
    caller = await Stage().ask("/openai/v1/realtime", method="GET", headers=["Upgrade: WebSocket"], body=b"")
    assert status(caller) == 501


@pytest.mark.parametrize(
    ("target", "header"),
    [
        ("/openai/v1/models", "Authorization: Bearer sk-" + "ant-abc"),
        ("/anthropic/v1/models", "x-api-key: sk-" + "proj-abc"),
        ("/openai/v1/models", "Authorization: bearer  sk-" + "ant-abc"),
    ],
)
async def test_a_key_of_another_provider_is_not_shown_to_this_one(target, header):
    stage = Stage(OK)
    caller = await stage.ask(target, headers=[header])
    assert status(caller) == 400
    assert "looks like one of" in message(caller)
    assert "abc" not in message(caller)
    assert stage.upstream.requests == []


async def test_an_upstream_of_ones_own_may_take_any_key():
    stage = Stage(OK)
    await stage.ask("/own/v1/models", headers=["Authorization: Bearer sk-" + "ant-abc"])
    assert len(stage.upstream.requests) == 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UpstreamFailed("refused", "https://p:443 refused"), (502, "upstream https://p:443 refused")),
        (UpstreamFailed("timeout", "https://p:443 is late"), (504, "upstream https://p:443 is late")),
        (Miss("nothing matches\ndiffers at body.model"), (404, "nothing matches\ndiffers at body.model")),
    ],
)
async def test_without_a_response_head_the_error_is_the_answer(error, expected, caplog):
    class Failing(ScriptedUpstream):
        async def send(self, request, receiver, upload=None):
            raise error

    caller = await Stage(upstream=Failing()).ask()
    assert (status(caller), message(caller)) == expected
    assert str(error).partition("\n")[0] in caplog.text
    assert "differs at" not in caplog.text


async def test_a_cassette_that_cannot_be_used_is_the_answer():
    caller = await Stage(upstream=CassetteLocked("x.cassette: process 4 records to it")).ask()
    assert (status(caller), message(caller)) == (500, "x.cassette: process 4 records to it")


async def test_a_bug_is_one_requests_bug(caplog):
    class Buggy(ScriptedUpstream):
        async def send(self, request, receiver, upload=None):
            raise KeyError("oops")

    stage = Stage(upstream=Buggy())
    caller = await stage.ask("/anthropic/v1/messages?key=secret")
    assert (status(caller), message(caller)) == (500, "this is a bug in tokentape; its log has the details")
    assert "oops" in caplog.text
    assert "secret" not in caplog.text
    assert not stage.proxy.clients


async def test_more_streams_than_may_be_are_refused_at_once():
    stage = Stage([Read(1, SSE)], OK, max_streams=1)
    first = await stage.ask()
    second = await stage.ask()
    assert (status(second), message(second)) == (503, "1 streams are under way, which is the limit; raise max_streams")
    stage.upstream.replies[0].push(Read(2, end=COMPLETE))
    await first.hears()
    assert status(await stage.ask()) == 200


# How it ends


async def test_a_broken_stream_is_never_ended_well(caplog):
    stage = Stage([Read(1, SSE, b"data: 1\n\n"), Read(2, end=RESET)])
    caller = await stage.ask()
    assert not caller.written.endswith(b"0\r\n\r\n")
    assert caller.ended == "closed"
    assert stage.proxy.aborted == 1
    assert "did not end well: upstream_error, closed: reset" in caplog.text


async def test_a_client_that_leaves_is_told_to_the_upstream_and_is_no_trouble(caplog):
    stage = Stage([Read(1, SSE, b"data: 1\n\n")])
    caller = await stage.ask()
    caller.leaves()
    await caller.hears()
    assert stage.upstream.replies[0].closed
    assert not stage.proxy.clients
    assert stage.proxy.aborted == 0
    assert "did not end well" not in caplog.text


async def test_also_before_the_head_has_come():
    stage = Stage([])
    caller = await stage.ask()
    caller.leaves()
    await caller.hears()
    assert stage.upstream.replies[0].closed
    assert stage.proxy.aborted == 0


async def test_a_client_that_takes_nothing_is_let_go(caplog):
    stage = Stage([Read(1, SSE, b"data: 1\n\n")], write_timeout=0.0)
    caller = await stage.ask()
    caller.protocol.pause_writing()
    caller.unsent = 1 << 20
    stage.upstream.replies[0].push(Read(2, data=b"data: 2\n\n"))
    await caller.hears()
    assert caller.ended == "aborted"
    assert stage.upstream.replies[0].closed
    assert "the client took nothing for too long" in caplog.text


@pytest.mark.parametrize(
    ("data", "warned"),
    [(b'event: message_stop\ndata: {"type":"message_stop"}\n\n', False), (b"data: half\n\n", True)],
)
async def test_a_clean_end_without_the_terminal_event_is_passed_on_and_noted(caplog, data, warned):
    stage = Stage([Read(1, SSE, data), Read(2, end=COMPLETE)])
    caller = await stage.ask()
    assert caller.written.endswith(b"0\r\n\r\n")
    assert ("without its terminal event" in caplog.text) == warned
    assert stage.proxy.aborted == 0


async def test_a_path_in_the_log_has_no_query(caplog):
    stage = Stage([Read(1, SSE, b"x"), Read(2, end=RESET)])
    await stage.ask("/anthropic/v1/messages?key=secret")
    assert "POST /anthropic/v1/messages did not end well" in caplog.text
    assert "secret" not in caplog.text


async def test_idle_waits_until_no_relay_is_under_way():
    stage = Stage([Read(1, SSE)])
    await asyncio.wait_for(stage.proxy.idle(), 1)
    caller = await stage.ask()
    idle = asyncio.create_task(stage.proxy.idle())
    await caller.hears()
    assert not idle.done()
    stage.upstream.replies[0].push(Read(2, end=COMPLETE))
    await asyncio.wait_for(idle, 1)


# The one format


MESSAGE = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
NORMALIZED = "x-tokentape-format: normalized"


def events(caller):
    return [line.partition(b": ")[2] for line in body(caller).split(b"\n") if line.startswith(b"event: ")]


@pytest.mark.parametrize(
    ("target", "headers"),
    [("/normalized/anthropic/v1/messages?beta=true&raw=all", []), ("/v1/messages?beta=true", [NORMALIZED])],
)
async def test_path_or_header_asks_for_events_and_neither_goes_up(target, headers):
    stage = Stage([Read(1, SSE, MESSAGE, COMPLETE)])
    caller = await stage.ask(target, headers=headers)
    (request,) = stage.upstream.requests
    assert (request.target, request.headers) == ("/v1/messages?beta=true", ())
    assert events(caller)[0] == b"stream.start"
    assert events(caller)[-1] == b"stream.end"
    assert (b'"raw":' in body(caller)) == ("raw=all" in target)
    assert body(caller).endswith(b"\r\n0\r\n\r\n")


async def test_a_large_body_is_awaited_since_it_names_the_model():
    stage = Stage([Read(1, SSE, MESSAGE, COMPLETE)])
    asked = json.dumps({"padding": "x" * (1 << 20), "model": "large"}).encode()
    caller = await stage.ask("/normalized/v1/messages", body=asked)
    await caller.hears()
    assert b'"model":"large"' in body(caller)


async def test_a_broken_stream_ends_well_as_events_and_is_counted_and_noted_all_the_same(caplog):
    stage = Stage([Read(1, SSE, b"event: ping\n", RESET)])
    caller = await stage.ask("/normalized/v1/messages")
    assert body(caller).endswith(b"\r\n0\r\n\r\n")
    assert caller.ended is None
    assert stage.proxy.aborted == 1
    assert "POST /normalized/v1/messages did not end well: upstream_error, closed: reset" in caplog.text


async def test_events_without_the_providers_last_one_are_noted(caplog):
    stage = Stage([Read(1, SSE, b'data: {"type": "ping"}\n\n', COMPLETE)])
    await stage.ask("/normalized/v1/messages")
    assert stage.proxy.aborted == 0
    assert "ended cleanly without its terminal event" in caplog.text


async def test_whoever_reads_events_and_leaves_is_told_to_the_upstream_and_is_no_trouble(caplog):
    stage = Stage([Read(1, SSE, MESSAGE)])
    caller = await stage.ask("/normalized/v1/messages")
    caller.leaves()
    await caller.hears()
    assert stage.upstream.replies[0].closed
    assert (stage.proxy.aborted, caplog.text) == (0, "")


@pytest.mark.parametrize(
    ("target", "headers", "expected"),
    [
        ("/normalized/v1/nothing", [], (404, "not_found_error")),
        ("/anthropic/v1/v1/messages", [NORMALIZED], (404, "not_found_error")),
        ("/normalized/v1/messages?raw=some", [], (400, "invalid_request_error")),
        ("/normalized/v1/messages", ["x-tokentape-format: native"], (400, "invalid_request_error")),
        ("/normalized/v1/messages", [], (404, "cassette_miss")),
    ],
)
async def test_all_errors_of_the_gateway_have_the_one_shape_there(target, headers, expected):
    stage = Stage()
    stage.sessions.answering = Miss("nothing stored matches")
    caller = await stage.ask(target, headers=headers)
    error = json.loads(body(caller))["error"]
    assert (status(caller), error["kind"]) == expected
    assert (error["source"], error["status"]) == ("gateway", status(caller))
