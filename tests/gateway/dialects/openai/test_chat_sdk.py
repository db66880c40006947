"""What we read in streams of chat completions is what the SDKs of OpenAI and Mistral make of the same bytes."""

import json
from collections import defaultdict

import httpx
import openai
import pytest
from mistralai.client import Mistral
from openai.lib.streaming.chat import ChatCompletionStreamState

from gateway.events import BlockDelta
from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire
from tests.gateway.dialects.openai.client import client

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

STREAMS = of_wire("openai.chat", "mistral.fim", "mistral.agents")
DOCUMENTS = [sample for sample in of_wire("openai.chat", streams=False) if sample.response.status == 200]
MISTRAL = [sample for sample in STREAMS if sample.provider == "mistral"]

# Streams that OpenAI's SDK does not get to the end of, and what it raises.
NOT_READ = {
    "openai-compatible.chat--ai--50d22593ea": (IndexError, "list index"),  # the only tool call has index 1
    "openrouter.chat--pydantic-ai--7a80c3dd72": (RuntimeError, "index"),  # annotations have none
    "openai.chat--agentgateway--39e2b00b77": (KeyError, "choices"),  # {} for a chunk
}
# An error that it does not see, as the line that it stands in does not begin with `data`.
OVERLOOKED = {"gpustack.chat--ruby_llm--7d3eb3f07b"}
# It joins the pieces of all texts, ids too, which some servers send with every piece.
ID_TWICE = {"dashscope.chat--loongsuite-python-agent--6624e98205"}

by_id = {"ids": lambda sample: sample.id}


def accumulated(sample):
    """What the SDK has put together at the end, or when it raised an error of the provider; and that error."""
    state, error = ChatCompletionStreamState(), None
    try:
        for chunk in client(sample).chat.completions.create(model="m", messages=[], stream=True):
            state.handle_chunk(chunk)
    except openai.APIError as raised:
        error = raised.message
    return state.current_completion_snapshot.to_dict(warnings=False), error


def transcript(sample):
    return Transcript.of(read(sample.interaction()))


def joined(message, kind):
    return "".join(block.text for block in message.blocks if block.kind == kind)


def calls(message):
    blocks = [block for block in message.blocks if block.kind == "tool_call" and block.by == "client"]
    return [(block.id, block.name, block.arguments) for block in blocks]


def calls_of(value, repeated):
    values = value.get("tool_calls") or []
    found = [(call["id"], call["function"]["name"], call["function"].get("arguments") or "") for call in values]
    return [(call_id[: len(call_id) // (1 + repeated)], *rest) for call_id, *rest in found]


def plain(value):
    """Without nulls: they say nothing."""
    return {
        name: plain(field) if isinstance(field, dict) else field for name, field in value.items() if field is not None
    }


def assert_same_choices(sample, ours, values):
    for message, value in zip(ours.choices, values, strict=True):
        theirs = value["message"]
        assert message.choice == value["index"]
        assert joined(message, "text") == (theirs.get("content") or "")
        assert joined(message, "refusal") == (theirs.get("refusal") or "")
        assert joined(message, "thinking") == (theirs.get("reasoning_content") or theirs.get("reasoning") or "")
        assert calls(message) == calls_of(theirs, sample.id in ID_TWICE)
        if ours.outcome == "complete":
            assert message.provider_reason == value.get("finish_reason")


@pytest.mark.parametrize("sample", [sample for sample in STREAMS if sample.id not in NOT_READ], **by_id)
def test_says_what_the_sdk_says(sample):
    value, error = accumulated(sample)
    ours = transcript(sample)

    assert_same_choices(sample, ours, value["choices"])
    if value.get("usage"):
        assert plain(ours.usage.provider) == plain(value["usage"])
        assert (ours.usage.input, ours.usage.total) == (value["usage"]["prompt_tokens"], value["usage"]["total_tokens"])
    if sample.id not in OVERLOOKED:
        assert (ours.error.message if ours.outcome == "error" else None) == error


@pytest.mark.parametrize("sample", [sample for sample in STREAMS if "logprobs" in sample.features], **by_id)
def test_has_the_log_probabilities_that_the_sdk_has(sample):
    [choice] = accumulated(sample)[0]["choices"]
    ours = defaultdict(list)
    for event in read(sample.interaction()):
        if isinstance(event, BlockDelta) and event.kind == "logprobs":
            for name, values in event.payload["logprobs"].items():
                ours[name] += values

    assert ours == {name: values for name, values in choice["logprobs"].items() if values}


@pytest.mark.parametrize("sample", [sample for sample in STREAMS if sample.id in NOT_READ], **by_id)
def test_reads_what_the_sdk_does_not(sample):
    kind, says = NOT_READ[sample.id]
    with pytest.raises(kind, match=says):
        accumulated(sample)

    whole = transcript(sample).outcome == "complete"
    assert whole is (sample.id != "openai.chat--agentgateway--39e2b00b77")


@pytest.mark.parametrize("sample", DOCUMENTS, **by_id)
def test_an_answer_in_one_piece_says_what_the_sdk_says(sample):
    value = client(sample).chat.completions.create(model="m", messages=[]).to_dict(warnings=False)
    ours = transcript(sample)

    assert ours.outcome == "complete"
    assert_same_choices(sample, ours, value["choices"])
    assert ours.usage.provider == plain(value["usage"])


@pytest.mark.parametrize("sample", MISTRAL, **by_id)
def test_says_what_the_sdk_of_mistral_says(sample):
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=sample.body)
    http = httpx.Client(transport=httpx.MockTransport(lambda _request: answer))
    with Mistral(api_key="none", client=http).chat.stream(model="m", messages=[]) as stream:
        chunks = [event.data for event in stream]
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    [message] = transcript(sample).choices

    assert joined(message, "text") == "".join(delta.content for delta in deltas if delta.content)
    assert calls(message) == [
        (call.id, call.function.name, call.function.arguments) for delta in deltas for call in delta.tool_calls or []
    ]
    assert message.provider_reason == chunks[-1].choices[0].finish_reason
    usage = json.loads(chunks[-1].usage.model_dump_json())
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (
        transcript(sample).usage.input,
        transcript(sample).usage.output,
    )
