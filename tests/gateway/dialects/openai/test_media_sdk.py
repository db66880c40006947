"""What we read in OpenAI's small streams is what its own SDK makes of the same bytes."""

import base64

import pytest

from gateway.reader import read
from gateway.transcript import Transcript
from tests.corpus import CORPUS, REASON, of_wire
from tests.gateway.dialects.openai.client import client

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

by_id = {"ids": lambda sample: sample.id}


def transcript(sample):
    return Transcript.of(list(read(sample.interaction((100, 7)))))


def used(ours, theirs):
    assert ours.provider == theirs.to_dict()
    assert (ours.input, ours.output, ours.total) == (theirs.input_tokens, theirs.output_tokens, theirs.total_tokens)


@pytest.mark.parametrize("sample", of_wire("openai.transcription"), **by_id)
def test_a_streamed_transcription(sample):
    *_, last = client(sample).audio.transcriptions.create(model="m", file=("a.mp3", b"..."), stream=True)
    ours = transcript(sample)

    assert last.type == "transcript.text.done"
    assert ours.choices[0].text.strip() == last.text
    used(ours.usage, last.usage)


@pytest.mark.parametrize("sample", of_wire("openai.transcription", streams=False), **by_id)
def test_a_transcription_in_one_piece(sample):
    theirs = client(sample).audio.transcriptions.create(model="m", file=("a.mp3", b"..."))

    assert transcript(sample).choices[0].text == theirs.text
    used(transcript(sample).usage, theirs.usage)


@pytest.mark.parametrize("sample", of_wire("openai.images"), **by_id)
def test_streamed_images(sample):
    *_, last = client(sample).images.generate(prompt="a tree", stream=True)
    [image] = transcript(sample).choices[0].blocks

    assert last.type == "image_generation.completed"
    padded = last.b64_json + "=" * (-len(last.b64_json) % 4)
    assert image.data == (base64.b64decode(padded) if len(last.b64_json) % 4 != 1 else b"")
    assert image.mime == f"image/{last.output_format}"
    used(transcript(sample).usage, last.usage)


@pytest.mark.parametrize("sample", of_wire("openai.images", streams=False), **by_id)
def test_images_in_one_piece(sample):
    theirs = client(sample).images.edit(prompt="a tree", image=("a.png", b"..."))

    assert [block.provider["url"] for block in transcript(sample).choices[0].blocks] == [i.url for i in theirs.data]
