"""What we read in Cohere's chat streams is what its own SDK reads in the same bytes, joined event by event."""

import cohere
import httpx
import pytest

from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

by_id = {"ids": lambda sample: sample.id}

STREAMS = of_wire("cohere.v2.chat")
DOCUMENTS = [sample for sample in of_wire("cohere.v2.chat", streams=False) if sample.response.status == 200]


def client(sample):
    headers = [(name, value) for name, value in sample.response.headers if name.lower() != "transfer-encoding"]
    answer = httpx.Response(200, headers=headers, content=sample.body)
    transport = httpx.MockTransport(lambda _request: answer)
    return cohere.ClientV2(api_key="none", httpx_client=httpx.Client(transport=transport))


class Joined:
    """The message that the SDK's events are of."""

    def __init__(self, events):
        self.text = self.thinking = self.plan = ""
        self.calls, self.citations = {}, []
        for event in events:
            getattr(self, f"_{event.type.replace('-', '_')}", lambda _event: None)(event)

    def _message_start(self, event):
        self.id, self.role = event.id, event.delta.message.role

    def _content_start(self, event):
        self._content_delta(event)

    def _content_delta(self, event):
        content = event.delta.message.content
        self.text += content.text or ""
        self.thinking += content.thinking or ""

    def _tool_plan_delta(self, event):
        self.plan += event.delta.message.tool_plan

    def _tool_call_start(self, event):
        call = event.delta.message.tool_calls
        self.calls[event.index] = [call.id, call.function.name, call.function.arguments]

    def _tool_call_delta(self, event):
        self.calls[event.index][2] += event.delta.message.tool_calls.function.arguments

    def _citation_start(self, event):
        self.citations.append(event.delta.message.citations)

    def _message_end(self, event):
        self.finish_reason, self.usage = event.delta.finish_reason, event.delta.usage


def cited(citation):
    return {"text": citation.text, "start": citation.start, "end": citation.end}


def agrees(transcript, finish_reason, usage):
    """What stream and document have in common at their end."""
    assert transcript.outcome == "complete"
    assert transcript.choices[0].provider_reason == finish_reason
    said = transcript.usage
    assert (said.input, said.output) == (usage.tokens.input_tokens, usage.tokens.output_tokens)
    assert said.cache_read == usage.cached_tokens
    assert said.reasoning == getattr(usage.tokens, "reasoning_tokens", None)
    assert said.provider["billed_units"]["input_tokens"] == usage.billed_units.input_tokens


@pytest.mark.parametrize("sample", STREAMS, **by_id)
def test_a_stream_is_what_the_sdk_reads_in_it(sample):
    theirs = Joined(client(sample).chat_stream(model="m", messages=[]))
    ours = Transcript.of(read(sample.interaction((1000, 1, 13))))
    message = ours.choices[0]

    assert (message.id, message.role, message.text) == (theirs.id, theirs.role, theirs.text)
    assert message.thinking == theirs.plan + theirs.thinking
    assert [[call.id, call.name, call.arguments] for call in message.tool_calls] == list(theirs.calls.values())
    citations = [citation for block in message.blocks for citation in block.citations]
    assert [{**citation, "provider": None} for citation in citations] == [
        {**cited(citation), "provider": None} for citation in theirs.citations
    ]
    agrees(ours, theirs.finish_reason, theirs.usage)


@pytest.mark.parametrize("sample", DOCUMENTS, **by_id)
def test_a_document_is_what_the_sdk_reads_in_it(sample):
    theirs = client(sample).chat(model="m", messages=[])
    ours = Transcript.of(read(sample.interaction()))
    message = ours.choices[0]

    assert (message.id, message.role) == (theirs.id, theirs.message.role)
    assert message.text == "".join(content.text for content in theirs.message.content)
    assert [citation["text"] for citation in message.blocks[0].citations] == [
        citation.text for citation in theirs.message.citations
    ]
    agrees(ours, theirs.finish_reason, theirs.usage)
