"""What we read in Gemini's interactions is what Google's own SDK reads in the same bytes."""

import httpx2
import pytest
from google import genai
from google.genai import types

from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire

pytestmark = [
    pytest.mark.skipif(not CORPUS.exists(), reason=REASON),
    pytest.mark.filterwarnings("ignore::UserWarning:google.genai"),
]

STREAMS = of_wire("gemini.interactions")
DOCUMENTS = of_wire("gemini.interactions", streams=False)

by_id = {"ids": lambda sample: sample.id}


def interactions(sample):
    """The SDK, to which this response comes."""
    headers = [(name, value) for name, value in sample.response.headers if name.lower() != "transfer-encoding"]
    answer = httpx2.Response(sample.response.status, headers=headers, content=sample.body)
    transport = httpx2.MockTransport(lambda _request: answer)
    options = types.HttpOptions(httpx_client=httpx2.Client(transport=transport))
    return genai.Client(api_key="none", http_options=options).interactions


def told(sample):
    return Transcript.of(read(sample.interaction((64, 1, 300))))


def counted(usage):
    return {
        "input": usage.total_input_tokens + usage.total_tool_use_tokens,
        "output": usage.total_output_tokens + usage.total_thought_tokens,
        "total": usage.total_tokens,
        "cache_read": usage.total_cached_tokens,
        "reasoning": usage.total_thought_tokens,
    }


def assert_same_end(transcript, interaction):
    [message] = transcript.choices
    assert (message.id, message.model) == (interaction.id, interaction.model)
    assert message.provider_reason == interaction.status
    assert {name: getattr(transcript.usage, name) for name in counted(interaction.usage)} == counted(interaction.usage)
    assert transcript.outcome == "complete"


@pytest.mark.parametrize("sample", STREAMS, **by_id)
def test_a_stream_is_what_the_sdk_makes_of_it(sample):
    events = list(interactions(sample).create(model="m", input="hi", stream=True))
    starts = [event for event in events if event.event_type == "step.start"]
    deltas = [event for event in events if event.event_type == "step.delta"]
    transcript = told(sample)
    [message] = transcript.choices

    def joined(kind, field, index=None):
        mine = [each.delta for each in deltas if each.delta.type == kind and index in (None, each.index)]
        return "".join(getattr(delta, field) for delta in mine)

    assert message.text == joined("text", "text")
    assert [(call.id, call.name, call.arguments) for call in message.tool_calls] == [
        (start.step.id, start.step.name, joined("arguments_delta", "arguments", start.index))
        for start in starts
        if start.step.type == "function_call"
    ]
    assert [block.provider_type for block in message.blocks] == [start.step.type for start in starts]
    assert "".join(block.signature or "" for block in message.blocks) == joined("thought_signature", "signature")
    assert_same_end(transcript, events[-1].interaction)


@pytest.mark.parametrize("sample", DOCUMENTS, **by_id)
def test_an_answer_in_one_piece_is_what_the_sdk_makes_of_it(sample):
    interaction = interactions(sample).create(model="m", input="hi")
    transcript = told(sample)
    [message] = transcript.choices
    contents = [content for step in interaction.steps if step.type == "model_output" for content in step.content]

    assert message.text == "".join(content.text for content in contents)
    assert [block.provider_type for block in message.blocks] == [step.type for step in interaction.steps]
    citations = [citation for block in message.blocks for citation in block.citations]
    assert [(each["url"], each["title"], each["start"], each["end"]) for each in citations] == [
        (each.url, each.title, each.start_index, each.end_index)
        for content in contents
        for each in content.annotations or ()
    ]
    asked = [(step.id, step.arguments.model_dump()) for step in interaction.steps if step.type.endswith("_call")]
    calls = [block for block in message.blocks if block.kind == "tool_call"]
    assert [(block.id, block.parsed_arguments()) for block in calls] == asked
    assert_same_end(transcript, interaction)
