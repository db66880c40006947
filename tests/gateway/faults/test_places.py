"""Places become bytes: by time, bytes, chunks, frames and events, in every wire format."""

import gzip
from dataclasses import replace

import pytest

from gateway.faults.places import START, Beyond, Places, plain
from gateway.faults.spec import Place
from recorder.interaction import Chunk
from tests.gateway.faults.answers import STREAMS, WORDS, answer, frames_of


@pytest.mark.parametrize("wire", STREAMS)
def test_frames_are_counted_whatever_the_reads(wire):
    frames = frames_of(wire)
    places = Places(answer(wire))
    assert places.offset(Place("frame", 0)) == 0
    assert places.offset(Place("frame", 3)) == len(b"".join(frames[:3]))


@pytest.mark.parametrize("wire", STREAMS)
def test_chunks_and_times_are_those_of_the_recording(wire):
    interaction = answer(wire)
    places = Places(interaction)
    two = sum(len(chunk.data) for chunk in interaction.chunks[:2])
    assert places.offset(Place("chunk", 2)) == two
    assert places.offset(Place("time", 200)) == two
    assert places.offset(Place("time", 299)) == two
    assert places.offset(Place("time", 50)) == 0
    assert places.offset(Place("time", 49)) == START
    assert places.offset(Place("start")) == START


def test_an_event_ends_with_the_frame_that_it_came_from():
    places, frames = Places(answer("sse")), frames_of("sse")
    # stream.start, then message.start and usage of the first frame, block.start, a delta
    offsets = [places.offset(Place("event", number)) for number in range(6)]
    one, two, three = (len(b"".join(frames[:count])) for count in (1, 2, 3))
    assert offsets == [0, 0, one, one, two, three]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (Place("frame", 12), "the answer has 11 frames"),
        (Place("chunk", 7), "the answer has 6 chunks"),
        (Place("byte", 10**6), r"the answer has 1,\d{3} bytes"),
        (Place("event", 99), r"the answer has 1\d events"),
        (Place("time", 10_000), "the answer had ended after 600ms"),
    ],
)
def test_beyond_the_end_it_is_said_what_there_is(place, message):
    with pytest.raises(Beyond, match=message):
        Places(answer("sse")).offset(place)


def test_a_document_is_one_frame():
    places = Places(answer("document"))
    assert places.offset(Place("frame", 1)) == len(places.body)
    with pytest.raises(Beyond, match=r"the answer has 1 frame$"):
        places.offset(Place("frame", 2))


def test_values_are_those_of_the_frames_before_a_place():
    places, frames = Places(answer("ndjson")), frames_of("ndjson")
    first, last = places.values(len(b"".join(frames[:3])))
    assert (first["message"]["content"], last["message"]["content"]) == (WORDS[0], WORDS[2])
    assert places.values(0) == ({}, {})


def test_values_that_are_no_object_are_none():
    assert Places(answer("ndjson", reads=[b"[1]\n", b"nothing\n"])).values(12) == ({}, {})


def test_a_compressed_answer_is_inflated_chunk_by_chunk():
    interaction = answer("sse", ("Content-Encoding", "gzip"), ("Content-Length", "9"))
    packed = gzip.compress(interaction.body, mtime=0)
    chunks = (Chunk(100_000, packed[:20]), Chunk(200_000, packed[20:]))
    found = plain(replace(interaction, chunks=chunks))
    assert found.body == interaction.body
    assert [chunk.at for chunk in found.chunks] == [100_000, 200_000]
    assert found.response.header("content-encoding") is None
    assert found.response.header("content-length") is None
    assert Places(found).frame_ends == Places(answer("sse")).frame_ends


def test_a_coding_that_cannot_be_read_leaves_bytes_and_chunks():
    interaction = answer("sse", ("Content-Encoding", "br"))
    assert plain(interaction) is interaction
    places = Places(interaction)
    assert places.offset(Place("byte", 5)) == 5
    with pytest.raises(Beyond, match="the answer has 0 frames"):
        places.offset(Place("frame", 1))
