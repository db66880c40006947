"""What we read in streams of the responses API is what OpenAI's own SDK makes of the same bytes."""

import base64

import openai
import pytest
from openai import omit
from openai.lib.streaming.responses._responses import ResponseStreamState

from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire
from tests.gateway.dialects.openai.client import client

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

DOCUMENTS = [sample for sample in of_wire("openai.responses", streams=False) if sample.response.status == 200]

# An `error` object inside an event is what the SDK raises, before it could give a response.
RAISES = {"openai.responses--ai--501de15e94", "openai.responses--prism--50adcd5e36"}

# The SDK's accumulator refuses these, though its stream gives all their events.
NOT_ACCUMULATED = {
    "bedrock.openai-responses--ruby_llm--a04ae911f5": "list index out of range",  # counts parts from 1
    "copilot.responses--rig--d51b101fa5": "identity changed",  # has another id in every event
    "openai.responses--pydantic-ai--e5ebb69791": "before `response.queued`",  # a response that is asked for again
}

# Recordings whose events do not fit each other: the image was shortened; deltas were left out in the middle of a text,
# or at the end of each, where we say what is missing.
EDITED = {
    "openai.responses--agentgateway--de26d27a06": "image",
    "openai.responses--ai--0c12a6497a": "text",
    "openai.responses--ai--85e909d493": "deltas",
}


def streams(of=None, but=()):
    """The corpus' streams, those of these ids or but these."""
    return [s for s in of_wire("openai.responses") if s.id not in but and (of is None or s.id in of)]


by_id = {"ids": lambda sample: sample.id}


def streamed(sample):
    """The events that the SDK gives."""
    return list(client(sample).responses.create(model="m", input="hi", stream=True))


def accumulated(sample):
    """The items that the SDK gathers from all events but the last, which brings everything again."""
    state = ResponseStreamState(text_format=omit, input_tools=omit)
    for event in streamed(sample)[:-1]:
        state.handle_event(event)
    return list(state._output_items.values())


def transcript(sample):
    return Transcript.of(list(read(sample.interaction((100, 7)))))


def agrees(ours, theirs, edited=None):
    """Everything that a Response says which a transcript says too."""
    message = ours.choices[0]
    items = {kind: [item for item in theirs.output if item.type == kind] for kind in {i.type for i in theirs.output}}
    reasoning = items.get("reasoning", [])

    assert (message.id, message.model) == (theirs.id, theirs.model) or "REDACTED" in theirs.id
    if edited != "text":
        assert message.text == theirs.output_text
    assert message.refusal == "".join(parts(items.get("message", []), "refusal", "refusal"))
    thoughts = [part.text for item in reasoning for part in [*item.summary, *(item.content or [])]]
    assert message.thinking == "".join(thoughts)
    assert len([b for b in message.blocks if b.signature]) == len([i for i in reasoning if i.encrypted_content])
    annotated = [part for item in items.get("message", []) for part in item.content if part.type == "output_text"]
    assert [citation["provider"] for block in message.blocks for citation in block.citations] == [
        annotation.to_dict() for part in annotated for annotation in part.annotations
    ]
    agrees_in_calls(message, theirs, edited)
    agrees_in_usage(ours.usage, theirs.usage)
    incomplete = theirs.incomplete_details and theirs.incomplete_details.reason
    assert message.provider_reason == (incomplete or theirs.status)


def parts(items, kind, field):
    return [getattr(part, field) for item in items for part in item.content if part.type == kind]


def agrees_in_calls(message, theirs, edited):
    calls = [item for item in theirs.output if item.type in ("function_call", "mcp_call")]
    ours = [block for block in message.blocks if block.provider_type in ("function_call", "mcp_call")]
    assert [(b.id, b.name, b.arguments) for b in ours] == [
        (call.call_id if call.type == "function_call" else call.id, call.name, call.arguments) for call in calls
    ]
    assert [block.text for block in message.blocks if block.provider_type == "code_interpreter_call"] == [
        item.code for item in theirs.output if item.type == "code_interpreter_call"
    ]
    assert [block.text for block in message.blocks if block.provider_type == "apply_patch_call"] == [
        item.operation.diff for item in theirs.output if item.type == "apply_patch_call"
    ]
    if edited != "image":
        images = [item.result for item in theirs.output if item.type == "image_generation_call"]
        assert [base64.b64encode(b.data or b"").decode()[:300] for b in message.blocks if b.kind == "image"] == [
            base64.b64encode(base64.b64decode(image + "=" * (-len(image) % 4))).decode()[:300] for image in images
        ]
    waits = any(item.type in ("function_call", "apply_patch_call") for item in theirs.output)
    assert message.reason == ("tool_calls" if waits else {"completed": "stop", "incomplete": "length"}[theirs.status])


def agrees_in_usage(ours, theirs):
    assert (ours.input, ours.output, ours.total) == (theirs.input_tokens, theirs.output_tokens, theirs.total_tokens)
    assert ours.cache_read == theirs.input_tokens_details.cached_tokens
    assert ours.reasoning == theirs.output_tokens_details.reasoning_tokens
    assert ours.provider == theirs.to_dict()


@pytest.mark.parametrize("sample", streams(but=RAISES), **by_id)
def test_every_stream_says_what_the_sdk_has_in_the_end(sample):
    agrees(transcript(sample), streamed(sample)[-1].response, EDITED.get(sample.id))


@pytest.mark.parametrize("sample", streams(but={*RAISES, *NOT_ACCUMULATED}), **by_id)
def test_every_stream_says_what_the_sdk_accumulates_before_the_last_event(sample):
    message, items = transcript(sample).choices[0], accumulated(sample)
    texts = parts([item for item in items if item.type == "message"], "output_text", "text")

    assert (message.text == "".join(texts)) == (EDITED.get(sample.id) != "deltas")
    assert [block.arguments for block in message.tool_calls if block.provider_type == "function_call"] == [
        item.arguments for item in items if item.type == "function_call"
    ]


@pytest.mark.parametrize("sample", streams(of=NOT_ACCUMULATED), **by_id)
def test_what_the_sdk_does_not_accumulate(sample):
    with pytest.raises((IndexError, RuntimeError), match=NOT_ACCUMULATED[sample.id]):
        accumulated(sample)


@pytest.mark.parametrize("sample", streams(of=RAISES), **by_id)
def test_an_error_that_the_sdk_raises_is_ours(sample):
    with pytest.raises(openai.APIError) as raised:
        streamed(sample)

    error = transcript(sample).error
    assert error.message == raised.value.message
    assert error.kind in (raised.value.type, raised.value.code)


@pytest.mark.parametrize("sample", DOCUMENTS, **by_id)
def test_a_response_in_one_piece_says_what_the_sdk_has(sample):
    agrees(transcript(sample), client(sample).responses.create(model="m", input="hi"))
