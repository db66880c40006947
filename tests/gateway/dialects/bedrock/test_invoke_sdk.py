"""What we read in InvokeModel's streams is what Anthropic's and Amazon's own clients read in the same bytes."""

import json

import anthropic
import httpx2
import pytest
from botocore.exceptions import EventStreamError

from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire
from tests.gateway.dialects.bedrock.client import bedrock
from tests.gateway.dialects.bedrock.conversation import events_of
from tests.gateway.dialects.kinds.bedrock_converse import EXCEPTIONS
from tests.gateway.dialects.kinds.bedrock_invoke import KINDS, PATH
from tests.gateway.eventstream import MEDIA_TYPE, stream

with_corpus = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

by_id = {"ids": lambda sample: sample.id}

STREAMS = of_wire("bedrock.invoke-stream")
CLAUDE = [sample for sample in STREAMS if "anthropic" in sample.request.path]
OTHERS = [sample for sample in STREAMS if sample not in CLAUDE]


def claude(sample):
    """The message that Anthropic's SDK makes of the stream."""
    answer = httpx2.Response(200, headers=list(sample.response.headers), content=sample.body)
    http = httpx2.Client(transport=httpx2.MockTransport(lambda _request: answer))
    client = anthropic.AnthropicBedrock(api_key="none", aws_region="us-east-1", http_client=http)
    with client.messages.stream(model="m", max_tokens=1, messages=[]) as stream:
        return stream.get_final_message()


def objects(headers, body):
    """What the model said, as Amazon's client hands it over."""
    client = bedrock(200, headers, body)
    events = client.invoke_model_with_response_stream(modelId="m", body=b"{}")["body"]
    return [json.loads(event["chunk"]["bytes"]) for event in events]


@with_corpus
@pytest.mark.parametrize("sample", CLAUDE, **by_id)
def test_claude_says_what_the_sdk_accumulates(sample):
    theirs = claude(sample)
    ours = Transcript.of(read(sample.interaction((900, 1, 13))))
    message = ours.choices[0]

    assert message.text == "".join(block.text for block in theirs.content if block.type == "text")
    assert [(call.id, call.name, call.parsed_arguments()) for call in message.tool_calls] == [
        (block.id, block.name, block.input) for block in theirs.content if block.type == "tool_use"
    ]
    assert (message.id, message.model, message.provider_reason) == (theirs.id, theirs.model, theirs.stop_reason)
    assert (ours.usage.input, ours.usage.output) == (theirs.usage.input_tokens, theirs.usage.output_tokens)
    assert ours.outcome == "complete"


@with_corpus
@pytest.mark.parametrize("sample", OTHERS, **by_id)
def test_others_say_what_is_in_their_objects(sample):
    said = objects(sample.response.headers, sample.body)
    texts = [value.get("outputText") or value.get("text") or "" for value in said]
    texts += [generation["text"] for value in said for generation in value.get("generations", ())]
    ours = Transcript.of(read(sample.interaction((900, 1, 13))))

    assert ours.choices[0].text == "".join(texts)
    assert ours.outcome == "complete"


@with_corpus
@pytest.mark.parametrize("sample", STREAMS, **by_id)
def test_bedrocks_counts_are_kept(sample):
    name = "amazon-bedrock-invocationMetrics"
    ours = Transcript.of(read(sample.interaction()))
    assert ours.usage.provider[name] == objects(sample.response.headers, sample.body)[-1][name]


@with_corpus
@pytest.mark.parametrize("sample", of_wire("bedrock.invoke", streams=False), **by_id)
def test_a_document_says_what_it_says(sample):
    theirs = json.loads(sample.body)
    ours = Transcript.of(read(sample.interaction()))
    assert ours.choices[0].text == theirs["output"]["message"]["content"][0]["text"]
    assert ours.choices[0].provider_reason == theirs["stopReason"]
    assert ours.usage.total == theirs["usage"]["totalTokens"]


@pytest.mark.parametrize("kind", EXCEPTIONS)
def test_an_exception_is_what_amazons_client_raises(kind):
    body = stream(*KINDS[kind])
    with pytest.raises(EventStreamError) as raised:
        objects([("content-type", MEDIA_TYPE)], body)
    ours = Transcript.of(events_of(PATH, MEDIA_TYPE, body)).error
    assert raised.value.response["Error"] == {"Code": ours.kind, "Message": ours.message}
