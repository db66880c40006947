"""The reader, told what real and strange responses are made of. How frames are cut is the decoders' matter."""

import base64
import gzip
import json
import zlib

import pytest

from gateway.events import Ping, Provider, StreamEnd, StreamError, StreamStart, event_json
from gateway.reader import Reader, read
from gateway.transcript import Transcript
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from tests.gateway.stream_rules import order, shape

SSE = (("content-type", "text/event-stream"),)
JSON = (("content-type", "application/json"),)
ANTHROPIC = "/v1/messages"
NOBODYS = "/v9/moonrise"

START = {"type": "message_start", "message": {"id": "msg_1", "role": "assistant", "model": "m", "content": []}}
OPEN = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
HELLO = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}}
CLOSE = {"type": "content_block_stop", "index": 0}
REASON = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}}
STOP = {"type": "message_stop"}
WHOLE = (START, OPEN, HELLO, CLOSE, REASON, STOP)


def sse(*values):
    """Each value as an event; bytes as they are."""
    return [value if isinstance(value, bytes) else b"data: %b\n\n" % json.dumps(value).encode() for value in values]


def answer(*chunks, path=NOBODYS, status=200, headers=SSE, end=COMPLETE, body=b"{}"):
    """The chunks, 10 ms apart after a head at 50 ms."""
    timed = tuple(Chunk(100_000 + 10_000 * number, chunk) for number, chunk in enumerate(chunks))
    end_at = 100_000 + 10_000 * len(chunks)
    return Interaction(Request("acme", "POST", path, (), body), Response(status, headers), 50_000, timed, end, end_at)


def events_of(*chunks, raw=False, **fields):
    """The events, which keep the rules."""
    events = list(read(answer(*chunks, **fields), raw=raw))
    assert [*order(events), *shape(events)] == []
    return events


def plain(events):
    """Their JSON without places and times."""
    return [{name: value for name, value in event_json(event).items() if name not in ("seq", "t")} for event in events]


def between(events):
    """All but the first and the last."""
    return plain(events)[1:-1]


def error_of(events):
    return next(event for event in events if isinstance(event, StreamError))


class TestTheHead:
    def test_says_whom_was_asked_what_and_what_came_back(self):
        reader = Reader(Request("acme", "POST", "/v1/messages?beta=true", (), b'{"model": "m-1"}'))
        head = Response(200, (*SSE, ("Request-Id", "req_1")))
        assert reader.head(head, 302_400) == [
            StreamStart(
                seq=0,
                t=302.4,
                provider="acme",
                api="anthropic.messages",
                model="m-1",
                status=200,
                request_id="req_1",
            )
        ]

    @pytest.mark.parametrize(
        ("path", "body", "model"),
        [
            ("/v1/models/gem-1:streamGenerateContent", b"{}", "gem-1"),
            ("/openai/deployments/gpt%2D4/chat/completions", b"no JSON", "gpt-4"),
            ("/v1/messages", b'{"model": 7}', None),
            ("/v1/messages", b"\xff", None),
            ("/v1/messages", b"[1]", None),
        ],
    )
    def test_takes_the_model_from_the_body_or_the_path(self, path, body, model):
        assert events_of(path=path, body=body)[0].model == model


class TestFrames:
    def test_have_the_time_of_the_read_that_completed_them(self):
        events = events_of(b'data: {"a":', b'1}\n\ndata: {"b":2}\n\n', b'data: {"c":3}\n\n')
        assert [(event.t, event.src) for event in events] == [
            (50.0, None),
            (110.0, 0),
            (110.0, 1),
            (120.0, 2),
            (130.0, None),
        ]

    def test_of_an_api_that_nobody_knows_pass_as_they_are(self):
        events = events_of(b'event: tick\ndata: {"n": 1}\n\ndata: {"type": "tock"}\n\ndata: {"x": null}\n\n')
        assert between(events) == [
            {"type": "provider", "src": 0, "name": "tick", "data": {"n": 1}},
            {"type": "provider", "src": 1, "name": "tock", "data": {"type": "tock"}},
            {"type": "provider", "src": 2, "name": "frame", "data": {"x": None}},
        ]
        assert (events[0].api, events[-1].outcome, events[-1].frames) == ("unknown", "complete", 3)

    def test_without_data_are_pings_if_they_say_anything(self):
        events = events_of(b": keep-alive\n\n\n\nevent: tick\n\nretry: 3000\n\n")
        assert [type(event) for event in events[1:-1]] == [Ping, Ping, Ping]
        assert events[-1].outcome == "complete"

    def test_of_done_alone_are_told_without_data(self):
        events = events_of(b"data: [DONE]\n\n")
        assert between(events) == [{"type": "provider", "src": 0, "name": "[DONE]"}]

    def test_that_come_when_all_is_said_are_told_too(self):
        events = events_of(*sse(*WHOLE, {"type": "moonrise", "at": "dusk"}, HELLO), path=ANTHROPIC)
        last, late = between(events)[-2:]
        assert last == {"type": "provider", "src": 6, "name": "moonrise", "data": {"type": "moonrise", "at": "dusk"}}
        assert (late["data"], events[-1].outcome) == (HELLO, "complete")
        assert "OutOfOrder" in late["problem"]


class TestFramesThatCannotBeRead:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ("moonrise", "Expecting value"),
            ("[1]", "got list"),
            ("7", "got int"),
            ('{"a": NaN}', "NaN is no JSON number"),
            ('{"a": 1e999}', "1e999 is no JSON number"),
            ('{"a":' * 300 + "1" + "}" * 300, "nested more than 200 deep"),
            ("[" * 100_000, "nested more than 200 deep"),
            ('{"a": ' + "9" * 5_000 + "}", "integer string conversion"),
        ],
    )
    def test_are_told_as_text_and_reading_goes_on(self, data, said):
        events = events_of(*sse(*WHOLE[:3], f"data: {data}\n\n".encode(), *WHOLE[3:]), path=ANTHROPIC)
        (problem,) = [event for event in events if isinstance(event, Provider) and event.problem]
        assert (problem.src, problem.data) == (3, data)
        assert said in problem.problem
        assert (Transcript.of(events).choices[0].text, events[-1].outcome) == ("Hello", "complete")

    def test_of_another_shape_than_their_api_has_say_so(self):
        wrong = {"type": "content_block_delta", "index": 7, "delta": {"type": "text_delta", "text": "lost?"}}
        events = events_of(*sse(*WHOLE[:3], wrong, *WHOLE[3:]), path=ANTHROPIC)
        (problem,) = [event for event in events if isinstance(event, Provider) and event.problem]
        assert (problem.name, problem.data) == ("content_block_delta", wrong)
        assert problem.problem.startswith("not read as anthropic.messages: ")
        assert events[-1].outcome == "complete"

    def test_that_are_not_utf8_are_told_in_full_and_read_as_well_as_can_be(self):
        frame = (
            b'data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "H\xff"}}\n\n'
        )
        events = events_of(*sse(START, OPEN, frame, CLOSE, REASON, STOP), path=ANTHROPIC)
        (problem,) = [event for event in events if isinstance(event, Provider) and event.problem]
        assert base64.b64decode(problem.data["base64"]) == frame[6:-2]
        assert "not UTF-8 at byte" in problem.problem
        assert Transcript.of(events).choices[0].text == "H\ufffd"

    def test_half_of_a_surrogate_pair_can_be_written(self):
        events = events_of(rb'data: {"a": "\ud83d"}' + b"\n\n")
        assert events[1].data == {"a": "\ud83d"}


class TestTheEnd:
    def test_of_a_whole_stream(self):
        events = events_of(*sse(*WHOLE), path=ANTHROPIC)
        assert events[-1] == StreamEnd(
            seq=len(events) - 1,
            t=160.0,
            outcome="complete",
            frames=6,
            bytes=len(b"".join(sse(*WHOLE))),
            ttft=120.0,
            duration=160.0,
        )

    @pytest.mark.parametrize(
        ("end", "outcome", "error"),
        [
            (COMPLETE, "truncated", ("upstream", "ended_early")),
            (End("upstream_error", "reset"), "truncated", ("upstream", "connection_lost")),
            (End("upstream_error"), "truncated", ("upstream", "connection_lost")),
            (End("upstream_error", "timeout: nothing for 60 s"), "timeout", ("upstream", "timeout")),
            (End("gateway_closed"), "truncated", ("gateway", "gateway_closed")),
            (End("client_closed"), "client_closed", None),
        ],
    )
    def test_of_a_stream_that_was_cut_says_how(self, end, outcome, error):
        events = events_of(*sse(*WHOLE[:3]), path=ANTHROPIC, end=end)
        found = [(event.source, event.kind) for event in events if isinstance(event, StreamError)]
        assert (events[-1].outcome, found) == (outcome, [error] if error else [])
        assert Transcript.of(events).choices[0].blocks[0].closed is False

    @pytest.mark.parametrize("end", [End("upstream_error", "reset"), End("client_closed")], ids=lambda end: end.kind)
    def test_of_a_stream_whose_connection_was_cut_when_all_was_said(self, end):
        assert events_of(*sse(*WHOLE), path=ANTHROPIC, end=end)[-1].outcome == "complete"

    def test_a_reason_without_an_end_is_no_stop(self):
        events = events_of(*sse(*WHOLE[:5]), path=ANTHROPIC)
        assert plain(events)[-2] == {
            "type": "provider",
            "src": 4,
            "name": "message.stop",
            "data": {"choice": 0, "reason": "stop", "provider_reason": "end_turn"},
        }

    def test_of_nothing_at_all(self):
        assert [event["type"] for event in plain(events_of(path=ANTHROPIC))] == [
            "stream.start",
            "stream.error",
            "stream.end",
        ]

    def test_an_event_without_its_blank_line_counts_if_it_is_whole(self):
        chunks = sse(*WHOLE)
        events = events_of(*chunks[:-1], chunks[-1].rstrip(b"\n"), path=ANTHROPIC)
        assert events[-1].outcome == "complete"

    def test_an_event_that_was_cut_inside_says_so(self):
        events = events_of(*sse(START, OPEN), b'data: {"type": "content_bl', path=ANTHROPIC, end=End("upstream_error"))
        (problem,) = [event for event in events if isinstance(event, Provider) and event.problem]
        assert (problem.data, problem.src) == ('{"type": "content_bl', 2)
        assert problem.problem == "cut off by the end of the body after 26 bytes"


class TestErrors:
    def test_by_status_are_the_providers_own(self):
        body = {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow down"}}
        events = events_of(json.dumps(body).encode(), path=ANTHROPIC, status=429, headers=JSON)
        error = error_of(events)
        assert (error.source, error.kind, error.message, error.status) == (
            "provider",
            "rate_limit_error",
            "Slow down",
            429,
        )
        assert (error.provider, events[-1].outcome) == (body, "error")

    def test_by_status_whose_body_says_nothing(self):
        error = error_of(events_of(b"<html>Bad Gateway</html>", status=502, headers=(("content-type", "text/html"),)))
        assert (error.kind, error.status) == ("http_error", 502)

    def test_a_whole_stream_under_a_status_of_failure_is_whole_and_keeps_its_status(self):
        events = events_of(*sse(*WHOLE), path=ANTHROPIC, status=400)
        assert events[0].status == 400
        assert events[-1].outcome == "complete"

    def test_bytes_of_no_known_format_end_the_stream(self):
        headers = (("content-type", "application/vnd.amazon.eventstream"),)
        error = error_of(events_of(b"\x00\x00\x00\x10garbage that is no message", headers=headers))
        assert (error.source, error.kind) == ("upstream", "malformed")


class TestOtherBodies:
    def test_an_answer_in_one_piece_says_what_its_stream_would_have(self):
        body = {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "model": "m",
            "stop_reason": "end_turn",
            "content": [{"type": "text", "text": "Hello"}],
            "usage": {"input_tokens": 1, "output_tokens": 2},
        }
        said = Transcript.of(events_of(json.dumps(body).encode(), path=ANTHROPIC, headers=JSON))
        streamed = Transcript.of(events_of(*sse(*WHOLE), path=ANTHROPIC))
        assert said.outcome == "complete"
        assert said.choices == streamed.choices

    def test_lines_of_json(self):
        events = events_of(b'{"n": 1}\n{"n"', b": 2}\n", headers=(("content-type", "application/x-ndjson"),))
        assert [event.data for event in events[1:-1]] == [{"n": 1}, {"n": 2}]

    def test_an_array_in_pieces(self):
        events = events_of(b'[{"n": 1}\n,', b'\r\n{"n": 2}', b"]", headers=JSON)
        assert [event.data for event in events if isinstance(event, Provider)] == [{"n": 1}, {"n": 2}]

    @pytest.mark.parametrize(("coding", "encode"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
    def test_codings_are_undone(self, coding, encode):
        body = encode(b"".join(sse(*WHOLE)))
        halves = (body[:20], body[20:])
        events = events_of(*halves, path=ANTHROPIC, headers=(*SSE, ("content-encoding", coding)))
        assert Transcript.of(events).choices[0].text == "Hello"
        assert (events[-1].outcome, events[-1].bytes) == ("complete", len(body))

    def test_a_coding_that_cannot_be_undone_fails_the_stream(self):
        events = events_of(b"no gzip at all", b"more", headers=(*SSE, ("content-encoding", "gzip")))
        assert (error_of(events).kind, events[-1].outcome) == ("undecodable", "error")

    def test_a_few_kilobytes_do_not_become_millions_of_events(self):
        bomb = gzip.compress(b":\n\n" * 3_000_000)
        assert len(bomb) < 64_000
        events = events_of(bomb, b"more", headers=(*SSE, ("content-encoding", "gzip")))
        assert (error_of(events).kind, events[-1].outcome) == ("undecodable", "error")
        assert "compressed bytes hold more than 32,768 frames" in error_of(events).message
        assert len(events) < 33_000

    def test_amazon_names_an_error_in_a_header(self):
        headers = (*JSON, ("x-amzn-ErrorType", "ThrottlingException:http://internal.amazon.com/"))
        events = events_of(b'{"message": "Slow down"}', status=429, headers=headers)
        assert (error_of(events).kind, error_of(events).message) == ("ThrottlingException", "Slow down")

    def test_a_page_where_a_stream_was_expected_is_told_once(self):
        events = events_of(b"<html>\n<p>Bad gateway: try again")
        (told,) = [event for event in events if isinstance(event, Provider)]
        assert told.data == {"<html>": "", "<p>Bad gateway": "try again"}
        assert told.problem == "cut off by the end of the body after 32 bytes"


class TestRaw:
    def test_each_frame_stands_on_its_first_event(self):
        chunks = [b": hi\n\n", b"event: error\n", b'data: {"error":\ndata: {"type": "x"}}\n\n', b"data: [DONE]\n\n"]
        events = events_of(*chunks, raw=True)
        assert [event.raw for event in events if event.raw] == [
            {"event": None, "data": None, "fields": [["", "hi"]]},
            {"event": "error", "data": '{"error":\n{"type": "x"}}'},
            {"event": None, "data": "[DONE]"},
        ]

    def test_bytes_that_are_no_text_are_base64(self):
        (raw,) = [event.raw for event in events_of(b"data: \xff\n\n", raw=True) if event.raw]
        assert raw == {"event": None, "base64": base64.b64encode(b"\xff").decode()}

    def test_a_frame_of_many_events_stands_on_the_first(self):
        events = events_of(*sse(*WHOLE), path=ANTHROPIC, raw=True)
        assert [event.src for event in events if event.raw] == [0, 1, 2, 3, 4, 5]
