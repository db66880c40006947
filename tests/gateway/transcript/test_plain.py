"""A transcript as JSON values."""

import json

from gateway.transcript import Transcript, transcript_json
from tests.gateway.transcript.conversation import block, end, error, message, say, start, stop, usage


def plain(*lines):
    value = transcript_json(Transcript.of(say(*lines)))
    assert json.loads(json.dumps(value)) == value
    return value


def test_all_that_was_said_and_nothing_else():
    assert plain(
        start(model=None),
        message(id="msg_1"),
        block(0, "text", "Hi", ("citation", {"citation": {"url": "https://a.example"}})),
        block(1, "tool_call", ("json", {"text": '{"a":1}'}), id="t1", name="f", by="client"),
        block(2, "audio", ("data", {"base64": "AAE=", "mime": "audio/wav"})),
        usage(input=3, output=4, provider={"in": 3}),
        stop("stop", "end", details={"why": "done"}),
        end(ttft=0.0),
    ) == {
        "provider": "acme",
        "api": "acme.chat",
        "choices": [
            {
                "choice": 0,
                "role": "assistant",
                "id": "msg_1",
                "blocks": [
                    {
                        "index": 0,
                        "kind": "text",
                        "text": "Hi",
                        "citations": [{"url": "https://a.example"}],
                        "closed": True,
                    },
                    {
                        "index": 1,
                        "kind": "tool_call",
                        "id": "t1",
                        "name": "f",
                        "by": "client",
                        "arguments": '{"a":1}',
                        "closed": True,
                        "parsed_arguments": {"a": 1},
                    },
                    {"index": 2, "kind": "audio", "mime": "audio/wav", "data": "AAE=", "closed": True},
                ],
                "reason": "stop",
                "provider_reason": "end",
                "details": {"why": "done"},
            }
        ],
        "usage": {"t": 12.0, "input": 3, "output": 4, "provider": {"in": 3}},
        "outcome": "complete",
        "ttft": 0.0,
    }


def test_arguments_that_are_no_json_stay_a_text():
    call = block(0, "tool_call", ("json", {"text": '{"a":'}), name="f", closed=False)
    (said,) = plain(start(), message(), call)["choices"][0]["blocks"]
    assert said == {"index": 0, "kind": "tool_call", "name": "f", "arguments": '{"a":', "closed": False}


def test_how_it_failed():
    value = plain(start(), error("overloaded_error", "Overloaded"), end("error"))
    assert value["error"] == {"t": 1.0, "source": "provider", "kind": "overloaded_error", "message": "Overloaded"}
    assert value["outcome"] == "error"
