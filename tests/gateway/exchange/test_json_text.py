"""JSON as text: harmless to a terminal, and no text that is read can hurt."""

import json

import pytest

from gateway.exchange.cursor import Refused
from gateway.exchange.json_text import json_text, parsed


def test_it_is_readable_and_harmless():
    text = json_text({"a": "é 世\x7f\x1b\u202e\u2028\n"})
    assert text == '{"a":"é 世\\u007f\\u001b\\u202e\\u2028\\n"}'
    assert json.loads(text) == {"a": "é 世\x7f\x1b\u202e\u2028\n"}
    assert json_text({"a": 1}, indent=1) == '{\n "a": 1\n}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x: expected JSON; at column 1: Expecting value"),
        ('{"a": 1,\n 2}', "x: expected JSON; at line 2, column 2: Expecting property name enclosed in double quotes"),
        ('{"a": 1, "a": 2}', "x: expected JSON; the name 'a' stands twice in one object"),
        ("[" * 100_000, "x: expected JSON that is not nested thousands of levels deep"),
        ("[1] 2", "x: expected JSON; at column 5: Extra data"),
    ],
    ids=["empty", "broken", "twice", "deep", "more"],
)
def test_what_is_no_json_is_refused(text, message):
    with pytest.raises(Refused) as refused:
        parsed(text, "x")
    assert str(refused.value) == message


def test_a_number_without_end_is_refused():
    with pytest.raises(Refused, match="expected JSON; Exceeds the limit"):
        parsed("1" * 5000, "x")
