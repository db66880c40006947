import base64

import pytest

from gateway.unfolding.messages import Messages
from recorder.key_shapes import KEY_SHAPES
from recorder.paths import Paths
from recorder.secret_search import Search
from tests.gateway.eventstream import chunk, message, named, stream


def search() -> Search:
    return Search(KEY_SHAPES, Paths(), ())


BODY = stream(
    {"messageStart": {"role": "assistant"}}, chunk({"text": "Hi"}), {"internalServerException": {"message": "x"}}
)


def test_what_messages_say() -> None:
    assert Messages.of(BODY).texts() == [b'{"role": "assistant"}', b'{"text": "Hi"}', b'{"message": "x"}']


def test_the_same_texts_are_the_same_body() -> None:
    messages = Messages.of(BODY)
    assert messages.with_texts(messages.texts(), search()) == BODY


def test_another_text_gets_its_checksum() -> None:
    messages = Messages.of(BODY)
    changed = messages.with_texts([b'{"role": "nobodyyyy"}', b'{"text": "Ho"}', b'{"message": "y"}'], search())
    assert changed == stream(
        {"messageStart": {"role": "nobodyyyy"}}, chunk({"text": "Ho"}), {"internalServerException": {"message": "y"}}
    )


@pytest.mark.parametrize("end", range(1, len(BODY), 5))
def test_a_body_that_is_cut_off(end: int) -> None:
    messages = Messages.of(BODY[:end])
    assert messages.with_texts(messages.texts(), search()) == BODY[:end]
    upper = [text.swapcase() for text in messages.texts()]
    assert len(messages.with_texts(upper, search())) == end


def test_base64_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    whole = named(chunk({"text": "hello, this is the text"}))
    at = whole.index(base64.b64encode(b'{"text": "hel'[:12])) + 18
    assert Messages.of(whole[:at]).texts() == [b'{"text": "he']


def test_what_is_broken_is_one_text() -> None:
    broken = bytearray(named({"messageStop": {}}))
    broken[-1] ^= 1
    assert Messages.of(bytes(broken)).texts() == [bytes(broken)]


def test_what_only_looks_like_base64_is_a_text() -> None:
    payload = b'{"bytes": "ab==", "x": 1}'
    assert Messages.of(message({}, payload)).texts() == [payload]
