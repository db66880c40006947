"""No text from outside reaches a terminal or a log raw."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.escaping import escaped, escaped_json


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢 👩‍🚀", "plain é 漢 👩‍🚀"),
        ("a\nERROR forged", "a\\nERROR forged"),
        ("\x1b]0;title\x07\x1b[31m", "\\x1b]0;title\\x07\\x1b[31m"),
        ("\x7f\x9b\t\r", "\\x7f\\x9b\\t\\r"),
        ("ab\u202egnp.exe\u2066", "ab\\u202egnp.exe\\u2066"),
        ("a\u2028b", "a\\u2028b"),
        ("\udcff", "\\udcff"),
        ("x" * 300, "x" * 200 + "..."),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out(text, shown):
    assert escaped(text) == shown


@given(st.text())
def test_any_text_is_one_line_that_can_be_printed(text):
    shown = escaped(text, 1000)
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")  # no lone surrogate is left


def test_the_limit_can_be_chosen():
    assert escaped("x" * 300, 2000) == "x" * 300


def test_json_stays_the_same_json_and_its_lines_stay_lines():
    value = {"text": "\x9b31m \u2028 \u202e \x7f é 👩‍🚀"}
    shown = escaped_json(json.dumps(value, ensure_ascii=False) + "\n")
    assert json.loads(shown) == value
    assert shown == '{"text": "\\u009b31m \\u2028 \\u202e \\u007f é 👩‍🚀"}\n'
