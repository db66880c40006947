"""What we read in streams of text completions is what OpenAI's own SDK makes of the same bytes."""

import pytest

from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire
from tests.gateway.dialects.openai.client import client

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

STREAMS = of_wire("openai.completions")
DOCUMENTS = [sample for sample in of_wire("openai.completions", streams=False) if sample.response.status == 200]
WRITER = "writer.completions--openllmetry--39c509ca56"  # frames of Writer's own

by_id = {"ids": lambda sample: sample.id}


def completions(sample):
    """The SDK, which drops a last event without an empty line: so it gets one."""
    return client(sample, end=b"\n\n").completions


def transcript(sample):
    return Transcript.of(read(sample.interaction()))


def assert_same(ours, choices, usage):
    for message in ours.choices:
        theirs = [choice for choice in choices if choice.index == message.choice]
        reasons = [choice.finish_reason for choice in theirs if choice.finish_reason]
        assert "".join(block.text for block in message.blocks) == "".join(choice.text for choice in theirs)
        assert [message.provider_reason] == (reasons or [None])
    assert {message.choice for message in ours.choices} == {choice.index for choice in choices}
    assert (ours.usage and ours.usage.provider) == (usage and usage.to_dict(exclude_none=True))


@pytest.mark.parametrize("sample", [sample for sample in STREAMS if sample.id != WRITER], **by_id)
def test_says_what_the_sdk_says(sample):
    chunks = list(completions(sample).create(model="m", prompt="", stream=True))
    choices = [choice for chunk in chunks for choice in chunk.choices]
    usages = [chunk.usage for chunk in chunks if chunk.usage]

    assert_same(transcript(sample), choices, usages[-1] if usages else None)


@pytest.mark.parametrize("sample", DOCUMENTS, **by_id)
def test_an_answer_in_one_piece_says_what_the_sdk_says(sample):
    value = completions(sample).create(model="m", prompt="")

    assert_same(transcript(sample), value.choices, value.usage)


def test_the_sdk_has_no_text_of_writers_frames_but_we_have():
    [sample] = [sample for sample in STREAMS if sample.id == WRITER]
    chunks = list(completions(sample).create(model="m", prompt="", stream=True))
    [message] = transcript(sample).choices

    assert not any(chunk.choices for chunk in chunks)
    assert message.blocks[0].text == "".join(chunk.to_dict()["value"] for chunk in chunks)
