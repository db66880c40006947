"""What we read in Gemini's responses is what Google's own SDK reads in the same bytes."""

import base64
import json
import warnings

import httpx2
import pytest
from google import genai
from google.genai import errors, types

from gateway.events import StreamError
from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

STREAMS = of_wire("gemini.generateContent")
DOCUMENTS = of_wire("gemini.generateContent", streams=False)

# What the SDK fails on, as it should: we report these events as not read.
NO_JSON = {"gemini.generateContent--prism--81d4433ed1": "its events have no empty line between them"}

READ = [sample for sample in STREAMS if sample.response.status == 200 and sample.id not in NO_JSON]
FAILED = [sample for sample in STREAMS + DOCUMENTS if sample.response.status >= 400 or b'"error"' in sample.body]

by_id = {"ids": lambda sample: sample.id}


def client(sample, body=None):
    """The SDK, to which this response comes."""
    headers = [(name, value) for name, value in sample.response.headers if name.lower() != "transfer-encoding"]
    content = sample.body if body is None else body
    answer = httpx2.Response(sample.response.status, headers=headers, content=content)
    transport = httpx2.MockTransport(lambda _request: answer)
    options = types.HttpOptions(httpx_client=httpx2.Client(transport=transport))
    return genai.Client(api_key="none", http_options=options).models


def streamed(sample):
    """The SDK's chunks, until an error. It only ever asks for SSE: an array's objects come to it as that."""
    body = sample.body
    if sample.stream_kind == "json-array":
        body = b"".join(b"data: %b\n\n" % json.dumps(value).encode() for value in json.loads(body))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield from client(sample, body).generate_content_stream(model="m", contents="hi")
        except errors.APIError:
            return


def content(chunks):
    """What the SDK has, part by part, without the empty texts that say nothing."""
    for chunk in chunks:
        for candidate in chunk.candidates or ():
            for part in (candidate.content and candidate.content.parts) or ():
                if part.text or part.thought_signature or part.text is None:
                    yield part


def summary(parts):
    """Text, thoughts, calls and signatures of parts."""
    return {
        "text": "".join(part.text or "" for part in parts if not part.thought),
        "thinking": "".join(part.text or "" for part in parts if part.thought),
        "calls": [
            (part.function_call.id, part.function_call.name, part.function_call.args or {})
            for part in parts
            if part.function_call
        ],
        "server": [(part.tool_call.id, part.tool_call.tool_type.value) for part in parts if part.tool_call],
        "results": [
            (part.tool_response.id, part.tool_response.tool_type.value) for part in parts if part.tool_response
        ],
        "signatures": [part.thought_signature for part in parts if part.thought_signature],
    }


def ours(transcript):
    """The same of our blocks."""
    messages = transcript.choices
    blocks = [block for message in messages for block in message.blocks]
    return {
        "text": "".join(message.text for message in messages),
        "thinking": "".join(message.thinking for message in messages),
        "calls": [
            (block.id, block.name, block.parsed_arguments()) for message in messages for block in message.tool_calls
        ],
        "server": [(block.id, block.name) for block in blocks if block.by == "server"],
        "results": [(block.ref, block.name) for block in blocks if block.kind == "tool_result"],
        "signatures": [base64.b64decode(block.signature) for block in blocks if block.signature],
    }


def last(chunks, field):
    """The last word on it."""
    words = [getattr(candidate, field) for chunk in chunks for candidate in chunk.candidates or ()]
    return next((word for word in reversed(words) if word), None)


def counted(usage):
    """Our totals of what the SDK counted."""
    count = {name: value or 0 for name, value in usage.model_dump().items() if isinstance(value, int | None)}
    return {
        "input": count["prompt_token_count"] + count["tool_use_prompt_token_count"],
        "output": count["candidates_token_count"] + count["thoughts_token_count"],
        "total": usage.total_token_count,
        "cache_read": usage.cached_content_token_count,
        "reasoning": usage.thoughts_token_count,
    }


def totals(usage):
    return {name: getattr(usage, name) for name in ("input", "output", "total", "cache_read", "reasoning")}


def assert_same(sample, chunks):
    transcript = Transcript.of(read(sample.interaction((64, 1, 300))))
    assert ours(transcript) == summary(list(content(chunks)))
    counts = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert (transcript.usage and totals(transcript.usage)) == (counts[-1] and counted(counts[-1]) if counts else None)
    reason = last(chunks, "finish_reason")
    if transcript.outcome == "complete":
        assert [message.provider_reason for message in transcript.choices] == [reason.value]
        assert [message.id for message in transcript.choices] == [chunks[0].response_id]
        assert [message.model for message in transcript.choices] == [chunks[0].model_version]
    else:
        assert reason is None or transcript.error


@pytest.mark.parametrize("sample", READ, **by_id)
def test_a_stream_is_what_the_sdk_makes_of_it(sample):
    assert_same(sample, list(streamed(sample)))


@pytest.mark.parametrize("sample", [each for each in DOCUMENTS if each.response.status == 200], **by_id)
def test_an_answer_in_one_piece_is_what_the_sdk_makes_of_it(sample):
    assert_same(sample, [client(sample).generate_content(model="m", contents="hi")])


@pytest.mark.parametrize("sample", FAILED, **by_id)
def test_an_error_is_the_one_that_the_sdk_raises(sample):
    models = client(sample)
    with pytest.raises(errors.APIError) as raised:
        list(models.generate_content_stream(model="m", contents="hi"))
    [error] = [event for event in read(sample.interaction()) if isinstance(event, StreamError)]
    assert (error.status, error.kind, error.message) == (raised.value.code, raised.value.status, raised.value.message)


@pytest.mark.parametrize("sample", [each for each in STREAMS if each.id in NO_JSON], **by_id)
def test_what_we_cannot_read_the_sdk_cannot_read_either(sample):
    with pytest.raises(errors.UnknownApiResponseError):
        list(client(sample).generate_content_stream(model="m", contents="hi"))
    assert Transcript.of(read(sample.interaction())).outcome == "truncated"


@pytest.mark.parametrize("sample", [each for each in READ if "citations" in each.features], **by_id)
def test_citations_have_the_sources_that_the_sdk_has(sample):
    chunks = list(streamed(sample))
    grounding, citing = last(chunks, "grounding_metadata"), last(chunks, "citation_metadata")
    [message] = Transcript.of(read(sample.interaction())).choices
    citations = [citation for block in message.blocks for citation in block.citations]
    if grounding:
        [support] = grounding.grounding_supports
        assert [(each.get("start"), each.get("end")) for each in citations] == [(None, support.segment.end_index)]
        [chunk] = grounding.grounding_chunks
        assert [each["text"] for each in citations] == [chunk.retrieved_context.text]
    else:
        assert [(each["url"], each["start"], each["end"]) for each in citations] == [
            (source.uri, source.start_index, source.end_index) for source in citing.citations
        ]
