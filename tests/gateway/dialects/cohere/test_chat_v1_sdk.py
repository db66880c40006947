"""What we read in the streams of Cohere's first API is what its own SDK reads in the same bytes."""

import cohere
import httpx
import pytest

from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

by_id = {"ids": lambda sample: sample.id}

# One line of a generation, without an end: made up by those who recorded it.
CUT = "cohere.generate--kong--2b28d5ee72"


def client(sample):
    headers = [(name, value) for name, value in sample.response.headers if name.lower() != "transfer-encoding"]
    answer = httpx.Response(200, headers=headers, content=sample.body)
    transport = httpx.MockTransport(lambda _request: answer)
    return cohere.Client(api_key="none", httpx_client=httpx.Client(transport=transport))


@pytest.mark.parametrize("sample", of_wire("cohere.v1.chat"), **by_id)
def test_a_chat_is_what_the_sdk_reads_in_it(sample):
    events = list(client(sample).chat_stream(message="hi"))
    theirs = events[-1]
    ours = Transcript.of(read(sample.interaction((500, 1, 13))))
    message = ours.choices[0]

    assert message.text == "".join(event.text for event in events if event.event_type == "text-generation")
    assert message.text == theirs.response.text
    assert message.id == theirs.response.generation_id
    assert message.provider_reason == theirs.finish_reason
    tokens = theirs.response.meta.tokens
    assert (ours.usage.input, ours.usage.output) == (tokens.input_tokens, tokens.output_tokens)
    assert ours.outcome == "complete"


@pytest.mark.parametrize("sample", of_wire("cohere.generate"), **by_id)
def test_a_generation_is_what_the_sdk_reads_in_it(sample):
    theirs = list(client(sample).generate_stream(prompt="hi"))
    ours = Transcript.of(read(sample.interaction()))

    assert ours.choices[0].text == "".join(event.text for event in theirs if event.event_type == "text-generation")
    assert (sample.id, ours.outcome, theirs[-1].is_finished) == (CUT, "truncated", False)


@pytest.mark.parametrize("sample", of_wire("cohere.generate", streams=False), **by_id)
def test_a_document_is_what_the_sdk_reads_in_it(sample):
    theirs = client(sample).generate(prompt="hi")
    ours = Transcript.of(read(sample.interaction()))
    [generation] = theirs.generations

    assert (ours.choices[0].id, ours.choices[0].text) == (generation.id, generation.text)
    billed = theirs.meta.billed_units
    assert (ours.usage.input, ours.usage.output) == (billed.input_tokens, billed.output_tokens)
    assert ours.outcome == "complete"
