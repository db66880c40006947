import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.json_walk import leaves, path_text, paths_at
from tests.scaling import assert_linear

BODY = b'{"a": [1, {"b": "x\\"y"}, "z"], "c d": {"e": null}, "\\u0041": -1.5e3, "f": ""}'


def test_the_leaves_and_their_places() -> None:
    found = [(path_text(leaf.path), BODY[leaf.start : leaf.end], leaf.is_string) for leaf in leaves(BODY)]
    assert found == [
        ("a[0]", b"1", False),
        ("a[1].b", b'x\\"y', True),
        ("a[2]", b"z", True),
        ('"c d".e', b"null", False),
        ("A", b"-1.5e3", False),
        ("f", b"", True),
    ]


def test_a_part_of_a_text() -> None:
    assert [leaf.path for leaf in leaves(b'xx{"a":1}{"b":2}', 2, 9)] == [("a",)]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (b'{"a":"cut o', [("a",)]),
        (b'{"a', []),
        (b'{"a":1}}}{"b":2}', [("a",)]),
        (b'"alone"', [()]),
        (b"no json", [()]),
        (b"", []),
        (b"}", [()]),
    ],
)
def test_what_is_cut_off_or_no_json(text: bytes, paths: list[tuple[str, ...]]) -> None:
    assert [leaf.path for leaf in leaves(text)] == paths


def test_the_paths_at_places() -> None:
    assert list(paths_at(BODY, [BODY.index(b"x"), 0, BODY.index(b"z")])) == ["a[0]", "a[1].b", "a[2]"]
    assert list(paths_at(b'{"a":1}', [50])) == ["byte 50"]
    assert list(paths_at(b"text", [1])) == ["byte 1"]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_every_leaf_of_any_document(value: object) -> None:
    def expected(value: object, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], object]]:
        if isinstance(value, dict):
            return [found for name, inner in value.items() for found in expected(inner, (*path, name))]
        if isinstance(value, list):
            return [found for index, inner in enumerate(value) for found in expected(inner, (*path, index))]
        return [(path, value)]

    data = json.dumps(value).encode()
    found = []
    for leaf in leaves(data):
        text = data[leaf.start : leaf.end]
        found.append((leaf.path, json.loads(b'"' + text + b'"' if leaf.is_string else text)))
    assert found == expected(value, ())


@given(st.binary())
def test_nothing_is_an_error(data: bytes) -> None:
    for leaf in leaves(data):
        assert 0 <= leaf.start <= leaf.end <= len(data)


@pytest.mark.parametrize("piece", [b"[", b'{"a":', b'"', b"\\", b'["x",', b"]", b"x"])
def test_the_time_is_linear(piece: bytes) -> None:
    assert_linear(lambda size: sum(1 for _ in leaves(b"[" + piece * size)), 4000)
