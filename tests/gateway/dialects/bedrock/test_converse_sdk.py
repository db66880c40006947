"""What we read in Converse's streams is what Amazon's own client reads in the same bytes, joined event by event."""

import json
from collections import defaultdict

import pytest
from botocore.exceptions import EventStreamError

from gateway.events import StreamError
from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire
from tests.gateway.dialects.bedrock.client import bedrock
from tests.gateway.dialects.bedrock.conversation import events_of
from tests.gateway.dialects.kinds.bedrock_converse import EXCEPTIONS, KINDS, PATH
from tests.gateway.eventstream import MEDIA_TYPE, stream

with_corpus = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)
by_id = {"ids": lambda sample: sample.id}

DOCUMENTS = [sample for sample in of_wire("bedrock.converse", streams=False) if sample.response.status == 200]
ERRORS = [sample for sample in of_wire("bedrock.converse-stream", streams=False) if sample.response.status >= 400]

# Members that are still in no shape of the client, which reads them as SDK_UNKNOWN_MEMBER or not at all.
UNKNOWN = [label for label in KINDS if "hologram" in label or "nobody" in label]


def client(sample):
    return bedrock(sample.response.status, sample.response.headers, sample.body)


def streamed(status, headers, body):
    return bedrock(status, headers, body).converse_stream(modelId="m", messages=[])["stream"]


class Joined:
    """The message that the client's events are of."""

    def __init__(self, events):
        self.blocks = defaultdict(lambda: defaultdict(str))
        self.usage = self.stop_reason = self.role = None
        for event in events:
            self._add(event)

    def _add(self, event):
        match event:
            case {"messageStart": said}:
                self.role = said["role"]
            case {"contentBlockStart": said}:
                start = said["start"]
                self.blocks[said["contentBlockIndex"]] |= start.get("toolUse") or start.get("toolResult") or {}
            case {"contentBlockDelta": said}:
                self._more(self.blocks[said["contentBlockIndex"]], said["delta"])
            case {"messageStop": said}:
                self.stop_reason = said["stopReason"]
            case {"metadata": said}:
                self.usage = said["usage"]

    def _more(self, block, delta):
        reasoning = delta.get("reasoningContent", {})
        block["text"] += delta.get("text", "")
        block["input"] += delta.get("toolUse", {}).get("input", "")
        block["thinking"] += reasoning.get("text", "")
        block["signature"] += reasoning.get("signature", "")
        block["result"] += "".join(part["text"] for part in delta.get("toolResult", ()))
        block["urls"] += delta.get("citation", {}).get("location", {}).get("web", {}).get("url", "")

    def each(self):
        """The blocks that anything was in, as `shown` shows ours."""
        for _, block in sorted(self.blocks.items()):
            id_ = block["toolUseId"]
            yield {
                "text": block["text"] or block["thinking"] or block["result"],
                "arguments": block["input"],
                "signature": block["signature"] or None,
                "name": block["name"] or None,
                "id": id_ if block["name"] else None,
                "ref": id_ or None if not block["name"] else None,
                "urls": block["urls"],
            }


def shown(block):
    return {
        **{name: getattr(block, name) for name in ("text", "arguments", "signature", "name", "id", "ref")},
        "urls": "".join(citation.get("url", "") for citation in block.citations),
    }


def counts_agree(ours, theirs):
    read_, written = theirs.get("cacheReadInputTokens"), theirs.get("cacheWriteInputTokens")
    assert ours.input == theirs["inputTokens"] + (read_ or 0) + (written or 0)
    assert (ours.output, ours.total) == (theirs["outputTokens"], theirs["totalTokens"])
    assert ours.total == ours.input + ours.output
    assert (ours.cache_read, ours.cache_write) == (read_, written)


@with_corpus
@pytest.mark.parametrize("sample", of_wire("bedrock.converse-stream"), **by_id)
def test_a_stream_is_what_the_client_reads_in_it(sample):
    theirs = Joined(streamed(200, sample.response.headers, sample.body))
    ours = Transcript.of(read(sample.interaction((700, 1, 13))))
    message = ours.choices[0]

    assert [shown(block) for block in message.blocks] == list(theirs.each())
    assert (message.role, message.provider_reason) == (theirs.role, theirs.stop_reason)
    counts_agree(ours.usage, theirs.usage)
    assert ours.outcome == "complete"


@with_corpus
@pytest.mark.parametrize("sample", DOCUMENTS, **by_id)
def test_a_document_is_what_the_client_reads_in_it(sample):
    theirs = client(sample).converse(modelId="m", messages=[])
    ours = Transcript.of(read(sample.interaction()))
    message = ours.choices[0]
    calls = [content["toolUse"] for content in theirs["output"]["message"]["content"] if "toolUse" in content]

    assert [(call.id, call.name, json.loads(call.arguments or "{}")) for call in message.tool_calls] == [
        (call["toolUseId"], call["name"], call["input"]) for call in calls
    ]
    assert message.provider_reason == theirs["stopReason"]
    counts_agree(ours.usage, theirs["usage"])


@with_corpus
@pytest.mark.parametrize("sample", ERRORS, **by_id)
def test_an_error_in_the_place_of_a_stream(sample):
    with pytest.raises(Exception, match=json.loads(sample.body)["message"]):
        client(sample).converse_stream(modelId="m", messages=[])
    assert Transcript.of(read(sample.interaction())).error.message == json.loads(sample.body)["message"]


@pytest.mark.parametrize("kind", sorted(EXCEPTIONS.keys() - {"modelTimeoutException"}))  # which only InvokeModel has
def test_an_exception_is_what_the_client_raises(kind):
    body = stream(*KINDS[kind])
    with pytest.raises(EventStreamError) as raised:
        list(streamed(200, [("content-type", MEDIA_TYPE)], body))
    [ours] = [event for event in events_of(PATH, MEDIA_TYPE, body) if isinstance(event, StreamError)]

    assert raised.value.response["Error"] == {"Code": ours.kind, "Message": ours.message}


@pytest.mark.parametrize("label", [label for label in KINDS if label not in EXCEPTIONS and label not in UNKNOWN])
def test_the_client_reads_every_kind(label):
    """So what is made up here is as Amazon would send it."""
    *_, last = streamed(200, [("content-type", MEDIA_TYPE)], stream(*KINDS[label]))
    ((name, said),) = last.items()
    assert name == next(iter(KINDS[label][-1]))
    assert "SDK_UNKNOWN_MEMBER" not in json.dumps(said, default=repr)
