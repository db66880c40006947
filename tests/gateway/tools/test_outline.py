"""Trees as lines: texts break where a change moves nothing else, nothing is long that no person reads."""

import base64

import pytest
from hypothesis import given
from hypothesis.strategies import text

from gateway.tools.outline import outline, text_lines
from recorder.canonical import CallId, Number

LONG = "This sentence is one of a text that would not fit on one line of a page. " * 2 + "Is it? Yes."


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        ("hello", ['x: "hello"']),
        ("", ['x: ""']),
        (None, ["x: null"]),
        (True, ["x: true"]),
        (Number("1.0"), ["x: 1.0"]),
        ("1.0", ['x: "1.0"']),
        (CallId(0), ["x: tool call 1"]),
        ({}, ["x: {}"]),
        ([], ["x: []"]),
        (b"plain", ['x: "plain"']),
        (b"\xff\x00", ["x: <2 bytes, sha256 ea5dbf9596d1>"]),
        ("\x1b[2J\t", ['x: "\\x1b[2J\\t"']),
        ("a\nb\n", ["x:", "  | a", "  | b", "  |"]),
        (b"a\nb", ["x:", "  | a", "  | b"]),
        (
            {"b": "1", "role": "2", "a": {"c": [None]}},
            ["x:", '  role: "2"', '  b: "1"', "  a:", "    c:", "      - null"],
        ),
        ([{"a": "1", "b": ["2"]}], ["x:", '  - a: "1"', "    b:", '      - "2"']),
        ([["1"], "a\nb"], ["x:", '  - - "1"', "  - | a", "    | b"]),
        ({"a\nb": "1"}, ["x:", '  a\\nb: "1"']),
        ("\ud800", ['x: "\\ud800"']),
    ],
)
def test_a_tree(tree, lines):
    assert list(outline("x", tree)) == lines


def test_a_long_line_breaks_behind_sentences():
    assert list(text_lines(f"{LONG}\nshort. line")) == [
        "| This sentence is one of a text that would not fit on one line of a page.",
        "  This sentence is one of a text that would not fit on one line of a page.",
        "  Is it?",
        "  Yes.",
        "| short. line",
    ]


@given(text(alphabet="a .!。\n|", max_size=60).map(lambda end: "b" * 100 + end))
def test_no_two_texts_have_the_same_lines(text):
    read = ""
    for line in text_lines(text):
        if line.startswith("|"):
            read += "\n" + line[2:]
        else:
            read += (" " if read[-1] in ".!?;:" else "") + line[2:]
    assert read[1:] == text


def test_a_change_in_a_long_text_changes_one_line():
    before, after = list(text_lines(LONG)), list(text_lines(LONG.replace("Is it?", "Is this so?")))
    assert [one == two for one, two in zip(before, after, strict=True)] == [True, True, False, True]


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_base64_is_its_size_and_hash(prefix):
    one, two = (prefix + base64.b64encode(bytes([number]) * 300).decode() for number in (1, 2))
    (first,), (second,) = outline("x", one), outline("x", two)
    assert first.startswith(f"x: <base64, {len(one)} characters, sha256 ")
    assert first != second
    assert len(first) < 70
