"""What we read in Anthropic's streams is what its own SDK makes of the same bytes: a whole Message, block by block."""

import json

import anthropic
import httpx2
import pytest
from jiter import from_json

from gateway.events import BlockDelta, BlockStart, MessageStart, Usage
from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

# The SDK takes OpenRouter's last event, `event: data` with [DONE], for an event of its own, and fails.
NOT_READ = {"anthropic.messages--rig--1169a4d49d": b"event: data\ndata: [DONE]\n\n"}

STREAMS = of_wire("anthropic.messages")
DOCUMENTS = [sample for sample in of_wire("anthropic.messages", streams=False) if sample.response.status == 200]

# Blocks that only the beta half of the SDK puts together: the other leaves out the deltas of a compaction, the
# arguments of an MCP call, and the model that took over.
BETA_ONLY = {
    "anthropic.messages--ai--0498421b5b": "fallback",
    "anthropic.messages--anthropic-sdk-python--51285df663": "compaction",
    "anthropic.messages--anthropic-sdk-python--6eca28a06f": "fallback",
    "anthropic.messages--pydantic-ai--87e08a020a": "compaction",
    "anthropic.messages--pydantic-ai--f086ffe8ba": "mcp_tool_use",
}
# Of the usage in message_delta, these are the fields that the SDK takes over into the Message.
TAKEN_OVER = (
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "server_tool_use",
    "output_tokens_details",
)
ASKED = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "hi"}]}

by_id = {"ids": lambda sample: sample.id}


def client(sample, body=None):
    """The SDK, to which this response comes; without what it cannot read at the end."""
    body = sample.body.removesuffix(NOT_READ.get(sample.id, b"")) if body is None else body
    headers = [(name, value) for name, value in sample.response.headers if name.lower() != "transfer-encoding"]
    answer = httpx2.Response(sample.response.status, headers=headers, content=body)
    transport = httpx2.MockTransport(lambda _request: answer)
    return anthropic.Anthropic(api_key="none", max_retries=0, http_client=httpx2.Client(transport=transport))


def accumulated(messages):
    with messages.stream(**ASKED) as stream:
        return stream.get_final_message().to_dict(mode="json", warnings=False)


def plain(value):
    """Without nulls, and without what is empty at the top: they say nothing."""
    return {name: field for name, field in value.items() if field not in (None, "", [])}


def rebuilt(events):
    """The content of the Message, as Anthropic writes it, from our events alone."""
    transcript = Transcript.of(events)
    starts = {event.index: event for event in events if isinstance(event, BlockStart)}
    deltas = [event for event in events if isinstance(event, BlockDelta) and event.kind == "provider"]
    for block in transcript.choices[0].blocks:
        start = starts[block.index]
        said = {"type": start.provider_type or start.kind, **(start.provider or {})}
        for delta in deltas:
            if delta.index == block.index:
                said |= delta.payload["provider"] | {"type": said["type"]}
        said |= {"id": block.id, "name": block.name, "tool_use_id": block.ref, "signature": block.signature}
        said[block.kind if block.kind in ("text", "thinking") else "nothing"] = block.text
        if block.kind == "tool_call":
            said["input"] = from_json(block.arguments.encode() or b"{}", partial_mode=True)
        said["citations"] = [cited(citation) for citation in block.citations]
        yield plain(said)


def cited(citation):
    kind = citation["provider"]["type"]
    title = "title" if kind in ("web_search_result_location", "search_result_location") else "document_title"
    names = {"url": "url", "title": title, "text": "cited_text"}
    return {**citation["provider"], **{names[name]: citation[name] for name in names if name in citation}}


def agrees(events, theirs):
    message = Transcript.of(events).choices[0]
    begun = next(event for event in events if isinstance(event, MessageStart))
    usage = [event for event in events if isinstance(event, Usage)][-1]
    fallbacks = [block["to"]["model"] for block in theirs["content"] if block["type"] == "fallback"]
    blocks = [plain(block) for block in theirs["content"]]
    for block in blocks:
        if block["type"] == "text" and "citations" in block:
            block["citations"] = [plain(citation) for citation in block["citations"]]

    assert list(rebuilt(events)) == blocks
    assert message.provider_reason == theirs["stop_reason"]
    assert message.stop_sequence == theirs["stop_sequence"]
    assert message.details == theirs.get("stop_details")
    assert (begun.id, begun.role) == (theirs["id"], theirs["role"])
    assert (fallbacks or [begun.model])[-1] == theirs["model"]
    told = theirs["usage"]
    read, written = told.get("cache_read_input_tokens"), told.get("cache_creation_input_tokens")
    assert usage.input == told["input_tokens"] + (read or 0) + (written or 0)
    assert (usage.output, usage.cache_read, usage.cache_write) == (told["output_tokens"], read, written)
    assert usage.reasoning == (told.get("output_tokens_details") or {}).get("thinking_tokens")
    for field in TAKEN_OVER:
        assert usage.provider.get(field) == told.get(field)


@pytest.mark.parametrize("sample", [each for each in STREAMS if each.id in NOT_READ], **by_id)
def test_the_end_that_the_sdk_cannot_read(sample):
    with pytest.raises(json.JSONDecodeError):
        accumulated(client(sample, sample.body).beta.messages)


@pytest.mark.parametrize("sample", STREAMS, **by_id)
def test_a_stream_is_the_message_that_the_beta_half_of_the_sdk_makes_of_it(sample):
    events = list(read(sample.interaction()))

    agrees(events, accumulated(client(sample).beta.messages))
    assert events[-1].outcome == "complete"


@pytest.mark.parametrize("sample", [each for each in STREAMS if each.id not in BETA_ONLY], **by_id)
def test_and_the_message_that_its_other_half_makes_of_it(sample):
    agrees(list(read(sample.interaction())), accumulated(client(sample).messages))


@pytest.mark.parametrize("sample", [each for each in STREAMS if each.id in BETA_ONLY], **by_id)
def test_which_does_not_put_beta_blocks_together(sample):
    events = list(read(sample.interaction()))

    assert any(getattr(event, "provider_type", None) == BETA_ONLY[sample.id] for event in events)
    with pytest.raises(AssertionError):
        agrees(events, accumulated(client(sample).messages))


@pytest.mark.parametrize("sample", STREAMS, **by_id)
def test_the_arguments_are_json_unless_the_model_was_cut_off_in_them(sample):
    message = Transcript.of(read(sample.interaction())).choices[0]
    for call in message.blocks:
        if call.kind == "tool_call" and message.reason != "length":
            assert isinstance(call.parsed_arguments(), dict)


@pytest.mark.parametrize("sample", DOCUMENTS, **by_id)
def test_a_response_that_is_no_stream_is_the_message_that_it_is(sample):
    events = list(read(sample.interaction()))

    agrees(events, client(sample).messages.create(**ASKED).to_dict(mode="json", warnings=False))
    assert events[-1].outcome == "complete"


@pytest.mark.parametrize("sample", STREAMS, **by_id)
def test_a_stream_says_what_the_whole_message_says(sample):
    """The Message that the SDK made of a stream, as a document, gives the same message, blocks and usage."""
    streamed = list(read(sample.interaction()))
    whole = accumulated(client(sample).beta.messages)
    document = list(read(as_document(sample, whole).interaction()))

    assert list(rebuilt(document)) == list(rebuilt(streamed))
    assert Transcript.of(document).choices[0].reason == Transcript.of(streamed).choices[0].reason


def as_document(sample, message):
    head = type(sample.response)(200, (("content-type", "application/json"),))
    return type(sample)(
        sample.id,
        sample.provider,
        sample.wire,
        "none",
        sample.features,
        sample.request,
        head,
        json.dumps(message).encode(),
    )
