"""What we read in Ollama's responses is what its own client reads in the same bytes."""

import httpx
import ollama
import pytest

from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

STREAMS = of_wire("ollama.chat", "ollama.generate")
DOCUMENTS = of_wire("ollama.chat", "ollama.generate", streams=False)

by_id = {"ids": lambda sample: sample.id}


def answered(sample, stream):
    """What the client makes of this response: its parts, or the one that is all."""
    headers = [(name, value) for name, value in sample.response.headers if name.lower() != "transfer-encoding"]
    answer = httpx.Response(sample.response.status, headers=headers, content=sample.body)
    client = ollama.Client(host="http://127.0.0.1:9", transport=httpx.MockTransport(lambda _request: answer))
    if sample.wire == "ollama.chat":
        return client.chat("m", [{"role": "user", "content": "hi"}], stream=stream)
    return client.generate("m", "hi", stream=stream)


def assert_same(sample, parts):
    transcript = Transcript.of(read(sample.interaction((64, 1, 300))))
    [message] = transcript.choices
    chat = sample.wire == "ollama.chat"
    said = [part.message for part in parts] if chat else parts
    calls = [call.function for part in said for call in (part.tool_calls if chat and part.tool_calls else ())]

    assert message.text == "".join((part.content if chat else part.response) or "" for part in said)
    assert message.thinking == "".join(part.thinking or "" for part in said)
    assert [(call.name, call.parsed_arguments()) for call in message.tool_calls] == [
        (call.name, call.arguments) for call in calls
    ]
    last = parts[-1]
    assert message.provider_reason == last.done_reason
    assert message.reason == ("tool_calls" if calls else last.done_reason)
    assert (transcript.usage.input, transcript.usage.output) == (last.prompt_eval_count, last.eval_count)
    for name in ("total_duration", "load_duration", "prompt_eval_duration", "eval_duration", "created_at"):
        assert transcript.usage.provider[name] == getattr(last, name)
    assert (message.model, message.role) == (last.model, last.message.role if chat else None)
    assert transcript.outcome == "complete"


@pytest.mark.parametrize("sample", STREAMS, **by_id)
def test_a_stream_is_what_the_client_makes_of_it(sample):
    assert_same(sample, list(answered(sample, stream=True)))


@pytest.mark.parametrize("sample", DOCUMENTS, **by_id)
def test_an_answer_in_one_piece_is_what_the_client_makes_of_it(sample):
    assert_same(sample, [answered(sample, stream=False)])


def test_an_error_in_a_line_is_the_one_that_the_client_raises():
    lines = b'{"model":"m","message":{"role":"assistant","content":"Hi"},"done":false}\n{"error":"out of memory"}\n'
    sample = type(STREAMS[0])(**{**vars(STREAMS[0]), "body": lines, "wire": "ollama.chat"})
    with pytest.raises(ollama.ResponseError) as raised:
        list(answered(sample, stream=True))
    error = Transcript.of(read(sample.interaction())).error
    assert error.message == raised.value.error == "out of memory"
