import json

import pytest

from gateway.unfolding.shapes import Shapes
from gateway.unfolding.strands import without_spread_secrets
from recorder.key_shapes import KEY_SHAPES
from recorder.paths import Paths
from recorder.secret_search import Search

KEY = "sk-" + "aB3dE5gH9kLmN0pQrS7uVwXyZ1"
A, B, C = KEY[:9], KEY[9:17], KEY[17:]


def cleaned(*values: object) -> list[object]:
    frames = [json.dumps(value).encode() for value in values]
    clean = without_spread_secrets(frames, Search(KEY_SHAPES, Paths(), ()), Shapes())
    assert list(map(len, clean)) == list(map(len, frames))
    return [json.loads(frame) for frame in clean]


@pytest.mark.parametrize(
    "frames",
    [
        [{"text": A}, {"text": B}, {"text": C}],
        [{"i": 0, "text": A}, {"i": 0, "text": B, "more": None}, {"i": 0, "text": C}],
        [{"start": {"text": A}}, {"delta": {"text": B}}, {"delta": {"text": C}}],
        [{"id": "1", "text": A}, {"id": "2", "text": B}, {"id": "3", "text": C}],
        [{"id": "1", "text": A}, {"text": B}, {"text": C}],
        [{"index": 0, "text": A}, {"index": 1, "text": "x"}, {"index": 0, "text": B}, {"index": 0, "text": C}],
        [{"id": name, "text": text} for name, text in zip("ababa", (A, "x", B, "y", C), strict=True)],
        [{"texts": [A, "x"]}, {"texts": [B, "y"]}, {"texts": [C, "z"]}],
        [{"parts": [{"text": A}, {"text": B}]}, {"parts": [{"text": C}]}],
        [{"parts": [{"text": A}, {"text": B}, {"text": C}]}],
        [{"a": {"contentBlockIndex": 0, "text": A}}, {"a": {"contentBlockIndex": 0, "text": B + C}}],
        [[{"text": A}], [{"text": B}], [{"text": C}]],
    ],
)  # fmt: skip
def test_what_goes_on_in_the_next_frame(frames: list[object]) -> None:
    left = json.dumps(cleaned(*frames))
    for part in (A, B, C):
        assert part not in left


@pytest.mark.parametrize(
    "frames",
    [
        [{"index": 0, "text": A}, {"index": 1, "text": B + C}],
        [{"text": A}, {"name": B + C}],
        [{"type": name, "text": text} for name, text in zip("abab", (A, B + C, " is", "!"), strict=True)],
        [{"text": A}, {"text": " "}, {"text": B + C}],
        [{"id": KEY[3:]}, {"id": KEY[3:]}, {"n": 7}, "text", None],
    ],
)  # fmt: skip
def test_what_does_not_go_on_stays(frames: list[object]) -> None:
    assert cleaned(*frames) == frames


def test_what_is_filled_in_goes_on_too() -> None:
    assert cleaned({"text": "a " + A}, {"text": B}, {"text": C + " b"}) == [
        {"text": "a REDACTED-"}, {"text": "REDACTED"}, {"text": "-REDACTED-RE b"},
    ]  # fmt: skip


def test_what_was_found_is_told_with_its_path() -> None:
    told = []
    search = Search(KEY_SHAPES, Paths(), ())
    search.note = lambda where, rule: told.append((where, rule))
    without_spread_secrets([b'{"delta":{"text":"%s"}}' % part.encode() for part in (A, B, C)], search, Shapes())
    assert told == [("delta.text", "key shape")]
    assert search.count == 1
