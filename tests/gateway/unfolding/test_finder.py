import json
import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.unfolding import Unfolding
from recorder.errors import Unredactable
from recorder.key_shapes import KEY_SHAPES
from recorder.paths import Paths
from recorder.secret_search import Search
from tests.corpus import REASON, samples
from tests.gateway.eventstream import MEDIA_TYPE, message
from tests.gateway.unfolding.streams import WAYS
from tests.scaling import assert_linear

KEY = "sk-" + "ant-api03-" + "aB3dE5gH9kLmN0pQrS7uVwXyZ1" * 4  # put together at run time, for secret scanners
unfold = Unfolding()
VALUE = "c0rrect/horse+Battery9staple&x=y"


def search(*secrets: str, paths: tuple[str, ...] = ()) -> Search:
    return Search(KEY_SHAPES, Paths.parse(paths), tuple(secret.encode() for secret in secrets))


def in_pieces(text: str, count: int) -> list[str]:
    bounds = [number * len(text) // count for number in range(count + 1)]
    return [text[start:end] for start, end in pairwise(bounds)]


@pytest.mark.parametrize("count", [2, 10, 108])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
class TestASecretInPieces:
    def assert_redacted(self, way, pieces: Sequence[str], found: Search, secret: str) -> str:  # type: ignore[no-untyped-def]
        body = way.body(pieces)
        assert way.read(body) == "".join(pieces), "the test reads its own streams"
        clean = unfold(body, way.media_type, found)
        assert len(clean) == len(body)
        said: str = way.read(clean)
        assert len(said) == len("".join(pieces))
        assert not any(secret[at : at + 12] in said for at in range(len(secret) - 11))
        assert unfold(clean, way.media_type, found) == clean
        return said

    def test_by_its_shape(self, way, count: int) -> None:  # type: ignore[no-untyped-def]
        pieces = ["Your key is ", *in_pieces(KEY, count), ", keep it."]
        said = self.assert_redacted(way, pieces, search(), KEY)
        assert said == f"Your key is {('REDACTED-' * 20)[: len(KEY)]}, keep it."

    def test_by_its_value(self, way, count: int) -> None:  # type: ignore[no-untyped-def]
        pieces = ["It is ", *in_pieces(VALUE, min(count, len(VALUE))), "!"]
        assert "REDACTED-" in self.assert_redacted(way, pieces, search(VALUE), VALUE)

    def test_by_its_name(self, way, count: int) -> None:  # type: ignore[no-untyped-def]
        text = json.dumps({"path": "/", "api_key": VALUE, "n": 5})
        said = self.assert_redacted(way, in_pieces(text, min(count, len(text))), search(), VALUE)
        read = json.loads(said)
        assert set(read.pop("api_key")) <= set("REDACTED-")
        assert read == {"path": "/", "n": 5}


def test_the_bytes_of_tokens_are_redacted_with_them() -> None:
    way = WAYS["openai logprobs"]
    clean = unfold(way.body(["a ", *in_pieces(KEY, 40), " b"]), way.media_type, search())
    lines = clean.decode().splitlines()
    tokens = [json.loads(line[6:])["choices"][0]["logprobs"]["content"][0] for line in lines if line]
    told = "".join(map(chr, (byte for token in tokens for byte in token["bytes"])))
    assert "dE5gH9kLmN" not in told
    assert "dE5gH9kLmN" not in "".join(token["token"] for token in tokens)
    assert len(told) == len(KEY) + 4


def test_a_document_with_the_tokens_of_its_answer() -> None:
    tokens = [{"token": piece, "logprob": -1.5} for piece in in_pieces(KEY, 30)]
    body = json.dumps({"choices": [{"logprobs": {"content": tokens}}]}).encode()
    clean = unfold(body, "application/json", search())
    told = "".join(token["token"] for token in json.loads(clean)["choices"][0]["logprobs"]["content"])
    assert told == ("REDACTED-" * 20)[: len(KEY)]


def test_paths_are_those_of_each_frame() -> None:
    for name in ("openai chat", "ollama", "gemini array", "bedrock invoke"):
        way = WAYS[name]
        body = way.body(["one", "two"])
        clean = unfold(body, way.media_type, search(paths=("**.content", "**.text")))
        assert way.read(clean) == "REDRED", name
        assert len(clean) == len(body)


def test_frames_over_several_lines_and_with_other_ends_of_lines() -> None:
    frames = [{"i": number, "text": piece} for number, piece in enumerate(in_pieces(KEY, 9))]
    for end in ("\n", "\r\n", "\r"):
        body = "".join(
            "data: " + json.dumps(frame, indent=1).replace("\n", f"{end}data: ") + end + end for frame in frames
        ).encode()
        clean = unfold(body, "text/event-stream", search()).decode()
        lines = clean.replace("data: ", "").split(end * 2)
        assert (
            "".join(json.loads(line.replace(end, ""))["text"] for line in lines if line)
            == ("REDACTED-" * 20)[: len(KEY)]
        )


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_clean_stream_stays_as_it_is(way) -> None:  # type: ignore[no-untyped-def]
    body = way.body(["Use sk-", "learn, ", "not sk-", "learn-contrib. ", '{"max_tokens": ', '"5"}', "e\\u0301\n\"'"])
    assert unfold(body, way.media_type, search(VALUE)) == body


@pytest.mark.skipif(not samples(), reason=REASON)
def test_what_providers_really_sent_stays_as_it_is() -> None:
    changed = []
    for sample in samples():
        content_type = sample.response.header("content-type") or ""
        looking = search()
        clean = unfold(sample.body, content_type, looking)
        assert len(clean) == len(sample.body), sample.id
        if clean != sample.body and b"REDACTED" not in sample.body:
            changed.append(sample.id)
    assert changed == []


def test_a_header_that_holds_a_message_together_is_not_overwritten() -> None:
    body = WAYS["bedrock converse"].body(["a", "b"])
    everything = Search((re.compile(rb"[\x00-\xff]{9,}"),), Paths(), ())
    with pytest.raises(Unredactable, match="without breaking it"):
        unfold(body, WAYS["bedrock converse"].media_type, everything)


def test_a_message_whose_header_holds_a_secret_has_right_checksums() -> None:
    body = message({":exception-type": "Denied", "why": f"bad {KEY}"}, b'{"message":"no ' + KEY.encode() + b'"}')
    clean = unfold(body, MEDIA_TYPE, search())
    way = WAYS["bedrock converse"]
    assert KEY[:20].encode() not in clean
    assert way.read(clean) == ""  # the checksums are right
    assert len(clean) == len(body)


words = st.sampled_from(
    [KEY, KEY[:30], VALUE, '"password":"', '{"text":"', '"}', "\n\n", "data: ", "\r", "[", "]", ",", "\\", "é", "1"]
)


@given(
    st.sampled_from([way.media_type for way in WAYS.values()] + ["", "x/y"]),
    st.lists(words, max_size=20).map("".join).map(str.encode) | st.binary(),
)
def test_nothing_is_an_error_and_lengths_stay(media_type: str, body: bytes) -> None:
    assert len(unfold(body, media_type, search(VALUE))) == len(body)


@given(st.sampled_from(sorted(WAYS)), st.data())
def test_a_stream_that_is_damaged_is_no_error(name: str, data: st.DataObject) -> None:
    way = WAYS[name]
    body = bytearray(way.body(["x", *in_pieces(KEY, 9), VALUE]))
    for _ in range(data.draw(st.integers(0, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(body[: data.draw(st.integers(0, len(body)))])
    assert len(unfold(cut, way.media_type, search(VALUE))) == len(cut)


@pytest.mark.parametrize(
    "name", ["anthropic text", "openai arguments by turns", "openai logprobs", "gemini array", "bedrock invoke"]
)
def test_the_time_is_linear(name: str) -> None:
    way = WAYS[name]
    bodies = {size: way.body(["Hello", " wor", "ld"] * size) for size in (100, 800)}
    assert_linear(lambda size: unfold(bodies[size], way.media_type, search(VALUE)), 100)


@pytest.mark.parametrize("media_type", ["text/event-stream", "application/x-ndjson", MEDIA_TYPE, ""])
def test_the_time_is_linear_in_runs_of_any_byte(media_type: str) -> None:
    bodies = {size: b"".join(bytes([byte]) * size for byte in range(256)) for size in (256, 2048)}
    assert_linear(lambda size: unfold(bodies[size], media_type, search(VALUE)), 256)


@pytest.mark.parametrize("piece", ['{"a":' * 40, '{"index":1,"text":"a"}', '"', "[", "{}", '{"id":"a","type":"b"},'])
def test_the_time_is_linear_for_odd_streams(piece: str) -> None:
    def work(size: int) -> None:
        unfold("".join(f"data: {piece * (number % 9)}\n\n" for number in range(size)).encode(), "", search(VALUE))

    assert_linear(work, 50)


def test_a_secret_in_a_long_stream_is_found_wherever_it_is() -> None:
    way = WAYS["ollama"]
    for before in (0, 14_300, 16_380, 30_000):
        said = way.read(unfold(way.body(["a "] * before + in_pieces(KEY, 108)), way.media_type, search()))
        assert said == "a " * before + ("REDACTED-" * 20)[: len(KEY)]
