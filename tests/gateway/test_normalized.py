"""A reply as a reader of the one format gets it, with a scripted upstream on one side and a journal on the other."""

import gzip
import json
import re

import pytest

from gateway.dialects import DIALECTS
from gateway.events import event_sse
from gateway.normalized import Normalized
from gateway.reader import read
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.scripted import Journal, Read

MS = 1_000_000
ANTHROPIC = DIALECTS["anthropic"]
ASKED = Request("anthropic", "POST", "/v1/messages", (), b'{"model": "m", "stream": true}')
SSE = Response(200, (("Content-Type", "text/event-stream"), ("request-id", "req_1"), ("ETag", "x")))
JSON = (("content-type", "application/json"),)
CUT = End("upstream_error", "closed: https://p closed the connection before the end")
MESSAGE = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "model": "m-1",
    "content": [{"type": "text", "text": "Hello"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 3, "output_tokens": 1},
}


def frame(**value):
    return f"event: {value['type']}\ndata: {json.dumps(value)}\n\n".encode()


START = frame(type="message_start", message={**MESSAGE, "content": [], "stop_reason": None})
OPEN = frame(type="content_block_start", index=0, content_block={"type": "text", "text": ""})
HELLO = frame(type="content_block_delta", index=0, delta={"type": "text_delta", "text": "Hello"})
CLOSE = frame(type="content_block_stop", index=0)
STOP = frame(type="message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 1})
END = frame(type="message_stop")
STREAM = START + OPEN + HELLO + CLOSE + STOP + END


class Stage:
    """What a client gets of the reads that it is given."""

    def __init__(self, request=ASKED, *, raw=False):
        self.client = Journal()
        self.normalized = Normalized(self.client, request, raw=raw)
        self.normalized.sent("the reply", 5 * MS)

    def given(self, *reads):
        for read_ in reads:
            self.normalized.receive(read_.head, 5 * MS + read_.at * MS, read_.data, read_.end)
        return self

    @property
    def head(self):
        (head,) = (read_.head for read_ in self.client.reads if read_.head is not None)
        return head

    @property
    def headers(self):
        return dict(self.head.headers)

    def events(self, number=None):
        """The events of one read of the client's, or of all."""
        data = self.client.body if number is None else self.client.reads[number].data
        lines = [block.split(b"\n") for block in data.split(b"\n\n")[:-1]]
        events = [json.loads(data.removeprefix(b"data: ")) for _, data in lines]
        assert [name for name, _ in lines] == [b"event: " + event["type"].encode() for event in events]
        return events

    def types(self, number=None):
        return [event["type"] for event in self.events(number)]

    def error(self):
        (read_,) = [read_ for read_ in self.client.reads if read_.head is not None]
        assert dict(read_.head.headers)["Content-Length"] == str(len(read_.data))
        assert read_.end is COMPLETE
        (error,) = json.loads(read_.data).values()
        return error


# A stream


def test_each_read_is_passed_on_as_its_events_in_one_call():
    stage = Stage().given(Read(1, SSE), Read(2, data=START), Read(3, data=OPEN + HELLO), Read(4, data=CLOSE + STOP))
    assert len(stage.client.reads) == 4
    assert stage.types(0) == ["stream.start"]
    assert stage.types(1) == ["message.start", "usage"]
    assert stage.types(2) == ["block.start", "block.delta"]
    stage.given(Read(5, data=END), Read(6, end=COMPLETE))
    assert stage.types(4)[-1] == "message.stop"
    assert stage.types(5) == ["stream.end"]
    assert stage.events()[-1]["outcome"] == "complete"
    assert stage.client.end is COMPLETE


def test_head_body_and_end_may_come_in_one_read():
    stage = Stage().given(Read(1, SSE, STREAM, COMPLETE))
    assert len(stage.client.reads) == 1
    assert [event["seq"] for event in stage.events()] == list(range(len(stage.events())))
    assert stage.types()[0] == "stream.start"
    assert stage.types()[-1] == "stream.end"


def test_an_event_that_is_not_whole_waits_for_the_rest():
    stage = Stage().given(Read(1, SSE), Read(2, data=START[:50]), Read(3, data=START[50:]))
    assert stage.client.reads[1].data == b""
    assert stage.types(2) == ["message.start", "usage"]


def test_times_count_from_when_the_request_was_sent():
    stage = Stage().given(Read(300, SSE), Read(312, data=START), Read(400, end=COMPLETE))
    assert [event["t"] for event in stage.events()] == [300.0, 312.0, 312.0, 400.0, 400.0]


def test_it_is_what_the_recording_gives():
    reads = [Read(300, SSE), Read(312, data=START + OPEN), Read(340, data=HELLO), Read(341, end=CUT)]
    chunks = tuple(Chunk(read_.at * 1000, read_.data) for read_ in reads if read_.data)
    recorded = Interaction(ASKED, SSE, 300_000, chunks, CUT, 341_000)
    for raw in (False, True):
        stage = Stage(raw=raw).given(*reads)
        assert stage.client.body == b"".join(map(event_sse, read(recorded, raw=raw)))


def test_the_head_is_that_of_an_event_stream_and_keeps_what_is_as_true_of_it():
    native = Response(201, (*SSE.headers, ("Content-Encoding", "identity"), ("anthropic-ratelimit-requests", "9")))
    stage = Stage().given(Read(1, native))
    assert stage.head == Response(
        200,
        (
            ("request-id", "req_1"),
            ("anthropic-ratelimit-requests", "9"),
            ("Content-Type", "text/event-stream; charset=utf-8"),
            ("Cache-Control", "no-cache"),
            ("X-Accel-Buffering", "no"),
            ("x-tokentape-format", "normalized"),
        ),
    )
    assert stage.events()[0]["status"] == 201


def test_raw_frames_ride_on_the_first_event_of_each():
    stage = Stage(raw=True).given(Read(1, SSE, STREAM, COMPLETE))
    raws = [event["raw"] for event in stage.events() if "raw" in event]
    assert "".join(f"event: {raw['event']}\ndata: {raw['data']}\n\n" for raw in raws).encode() == STREAM


def test_a_compressed_stream_is_read_too():
    head = Response(200, (*SSE.headers, ("Content-Encoding", "gzip")))
    stage = Stage().given(Read(1, head, gzip.compress(STREAM), COMPLETE))
    assert stage.events()[-1]["outcome"] == "complete"
    assert "Content-Encoding" not in stage.headers


def test_a_stream_of_an_api_that_nobody_knows_is_passed_on_frame_by_frame():
    stage = Stage(Request("own", "GET", "/v9/watch")).given(Read(1, SSE, b'data: {"x": 1}\n\n', COMPLETE))
    assert stage.types() == ["stream.start", "provider", "stream.end"]
    assert stage.events()[1]["data"] == {"x": 1}


# How it ends


@pytest.mark.parametrize(
    ("end", "outcome", "error"),
    [
        (CUT, "truncated", ("upstream", "connection_lost")),
        (End("upstream_error", "stall: https://p sent nothing for 5 s"), "timeout", ("upstream", "timeout")),
        (End("gateway_closed"), "truncated", ("gateway", "gateway_closed")),
        (COMPLETE, "truncated", ("upstream", "ended_early")),
    ],
)
def test_a_stream_that_was_cut_says_so_and_ends_well_itself(end, outcome, error):
    stage = Stage().given(Read(1, SSE), Read(2, data=START), Read(3, end=end))
    failed, ended = stage.events()[-2:]
    assert (failed["type"], failed["source"], failed["kind"]) == ("stream.error", *error)
    assert (ended["type"], ended["outcome"]) == ("stream.end", outcome)
    assert stage.client.end is COMPLETE
    assert stage.normalized.head is SSE
    assert stage.normalized.end is end
    assert stage.normalized.ended_early(ANTHROPIC) == (outcome == "truncated")


def test_before_the_end_there_is_none():
    stage = Stage()
    assert (stage.normalized.head, stage.normalized.end) == (None, None)
    stage.given(Read(1, SSE), Read(2, data=START))
    assert (stage.normalized.head, stage.normalized.end) == (SSE, None)
    assert not Stage().given(Read(1, SSE, STREAM, COMPLETE)).normalized.ended_early(ANTHROPIC)


# An answer in one piece


def what_counts(stage):
    return [event for event in stage.types() if event not in ("usage", "provider")]


def test_an_answer_in_one_piece_is_folded_into_the_same_events():
    stage = Stage().given(
        Read(1, Response(200, JSON)), Read(2, data=json.dumps(MESSAGE).encode()), Read(3, end=COMPLETE)
    )
    assert stage.types(0) == ["stream.start"]
    streamed = Stage().given(Read(1, SSE, STREAM, COMPLETE))
    assert what_counts(stage) == what_counts(streamed)
    assert stage.events()[-1]["outcome"] == "complete"


@pytest.mark.parametrize("content_type", ["application/json", "application/vnd.api+json", "text/plain", ""])
def test_the_answers_of_a_known_api_may_have_a_type_that_says_little(content_type):
    stage = Stage().given(Read(1, Response(200, (("content-type", content_type),)), STREAM, COMPLETE))
    assert stage.events()[-1]["outcome"] == "complete"


def test_half_an_answer_in_one_piece_is_none():
    stage = Stage().given(Read(1, Response(200, JSON), json.dumps(MESSAGE).encode()[:-9]), Read(3, end=CUT))
    assert stage.types()[-2:] == ["stream.error", "stream.end"]
    assert stage.events()[-1]["outcome"] == "truncated"


# Errors


LIMITED = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}


def test_an_error_is_one_json_with_what_a_client_needs_to_try_again():
    headers = (
        *JSON,
        ("Retry-After", "7"),
        ("x-should-retry", "true"),
        ("request-id", "req_1"),
        ("Content-Length", "9"),
    )
    body = json.dumps(LIMITED).encode()
    stage = Stage().given(Read(1, Response(429, headers)), Read(2, data=body[:9]), Read(3, data=body[9:], end=COMPLETE))
    assert stage.head.status == 429
    kept = {name: stage.headers[name] for name in ("Retry-After", "x-should-retry", "request-id", "Content-Type")}
    assert list(kept.values()) == ["7", "true", "req_1", "application/json"]
    assert stage.headers["x-tokentape-format"] == "normalized"
    assert stage.error() == {
        "source": "provider",
        "status": 429,
        "kind": "rate_limit_error",
        "message": "slow down",
        "provider": LIMITED,
    }


@pytest.mark.parametrize(
    ("body", "message", "provider"),
    [
        (b"", "HTTP 502", None),
        (b"\n Bad gateway \nnginx", "HTTP 502: Bad gateway", "\n Bad gateway \nnginx"),
        (b"caf\xe9", "HTTP 502: caf\N{REPLACEMENT CHARACTER}", "caf\N{REPLACEMENT CHARACTER}"),
        (b'{"error": NaN}', 'HTTP 502: {"error": NaN}', '{"error": NaN}'),
        (b"[" * 100_000, f"HTTP 502: {'[' * 200}", "[" * 100_000),
    ],
)
def test_an_error_that_is_no_json_is_shown_as_the_text_that_it_is(body, message, provider):
    error = Stage().given(Read(1, Response(502), body, COMPLETE)).error()
    assert (error["source"], error["kind"], error["message"]) == ("provider", "http_error", message)
    assert error.get("provider") == provider


@pytest.mark.parametrize(
    ("end", "source", "kind", "message"),
    [
        (CUT, "upstream", "connection_lost", CUT.reason),
        (End("upstream_error"), "upstream", "connection_lost", "the connection ended inside the error's body"),
        (End("upstream_error", "stall: nothing came"), "upstream", "timeout", "stall: nothing came"),
        (End("gateway_closed"), "gateway", "gateway_closed", "the gateway was stopped before the error's end"),
    ],
)
def test_half_an_error_is_not_the_providers(end, source, kind, message):
    error = Stage().given(Read(1, Response(500), b'{"error": '), Read(2, end=end)).error()
    assert (error["source"], error["status"], error["kind"]) == (source, 500, kind)
    assert error["message"] == message
    assert error["provider"] == '{"error": '


def test_an_error_without_end_does_not_fill_the_memory():
    stage = Stage().given(Read(1, Response(500)), *[Read(2, data=bytes(b"x" * 300_000))] * 9, Read(3, end=COMPLETE))
    assert len(stage.error()["provider"]) == 1 << 20


@pytest.mark.parametrize(
    ("coding", "body", "message"),
    [
        pytest.param("gzip", gzip.compress(json.dumps(LIMITED).encode()), "^slow down$", id="gzip"),
        pytest.param("gzip", b"no gzip", "^HTTP 529: the body is not the gzip that its head says", id="no gzip"),
        pytest.param("br", b"\x0b\x02", "^HTTP 529: the body has the content coding 'br'", id="brotli"),
    ],
)
def test_a_compressed_error_is_read_as_far_as_it_can_be(coding, body, message):
    error = Stage().given(Read(1, Response(529, (("content-encoding", coding),)), body, COMPLETE)).error()
    assert re.search(message, error["message"])


def test_an_error_that_is_a_bomb_does_not_fill_the_memory():
    head = Response(500, (("content-encoding", "gzip"),))
    error = Stage().given(Read(1, head, gzip.compress(bytes(40 << 20)), COMPLETE)).error()
    assert len(error["provider"]) == 1 << 20


# What is neither


@pytest.mark.parametrize(
    ("request_", "head"),
    [
        pytest.param(Request("openai", "GET", "/v1/models"), Response(200, JSON), id="a list of models"),
        pytest.param(Request("openai", "POST", "/v1/embeddings"), Response(200, JSON), id="an API without streams"),
        pytest.param(Request("openai", "GET", "/v1/chat/completions"), Response(200, JSON), id="a list of answers"),
        pytest.param(
            Request("openai", "POST", "/v1/audio/speech"), Response(200, (("content-type", "audio/mpeg"),)), id="sound"
        ),
        pytest.param(Request("openai", "POST", "/v1/messages"), Response(307, (("Location", "/x"),)), id="a redirect"),
        pytest.param(Request("openai", "POST", "/v1/messages"), Response(204), id="nothing"),
        pytest.param(Request("openai", "HEAD", "/v1/messages"), Response(404, JSON), id="a head"),
    ],
)
@pytest.mark.parametrize("end", [COMPLETE, CUT])
def test_everything_else_comes_as_it_came(request_, head, end):
    stage = Stage(request_).given(Read(1, head, b"\x00as "), Read(2, data=b"it came"), Read(3, end=end))
    native = Response(head.status, (*head.headers, ("x-tokentape-format", "native")))
    assert [read_[1:] for read_ in stage.client.reads] == [
        (native, b"\x00as ", None),
        (None, b"it came", None),
        (None, b"", end),
    ]
    assert not stage.normalized.ended_early(ANTHROPIC)


def test_the_clients_own_mechanics_slow_the_upstream_down():
    assert Stage().client.reply == "the reply"


def test_a_bug_of_ours_ends_what_the_client_sees_and_not_the_recording(monkeypatch, caplog):
    stage = Stage().given(Read(1, SSE, START))
    monkeypatch.setattr("gateway.reader.Reader.feed", lambda *_: 1 / 0)
    stage.given(Read(2, None, OPEN), Read(3, None, HELLO), Read(4, None, b"", COMPLETE))
    assert stage.client.reads[-1].end == End("gateway_closed", "a bug in tokentape")
    assert len(stage.client.reads) == 2
    assert "this is a bug in tokentape: /v1/messages" in caplog.text
