from typing import Any

import pytest

from recorder.canonical import CallId, Number
from recorder.difference import Difference
from recorder.remark import remark
from tests.scaling import assert_linear

ID = "0e2c9f64-5f1c-4a39-9f1a-6f2f6a1c7d{}"
SAME_JSON = "both are the same JSON: only the order of members or the white space differs"


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        ("Paris", "Rome", ""),
        ('{"a":1,"b":[2]}', '{"b": [2], "a": 1}', SAME_JSON),
        ('{"a":["b","c"]}', '{"a":["c","b"]}', ""),
        ("It is 2026-11-20.", "It is 2026-11-21.", "differs only in dates or times"),
        ("now 2026-11-20T10:00:01.5Z ok", "now 2026-11-21T23:59:59+01:00 ok", "differs only in dates or times"),
        ("Today is Friday, 20 May.", "Today is Saturday, 21 June.", "differs only in dates or times and numbers"),
        (f"run {ID.format('00')}", f"run {ID.format('ff')}", "differs only in UUIDs"),
        (f"{ID.format('00')} at 10:00", f"{ID.format('ff')} at 10:01", "differs only in UUIDs and dates or times"),
        ("run 17", "run 18", "differs only in numbers"),
        ("a  b\n", "a b", "differs only in white space"),
        ("run 17 of Ann", "run 18 of Bob", ""),
        (Number("1"), Number("1.0"), "the same number, written in another way"),
        (Number("1"), Number("2"), ""),
        (Number("9" * 5000), Number("9" * 5000 + ".0"), ""),
        (Number("1"), "1", "a number on one side, a text on the other"),
        (True, "True", ""),
        (CallId(0), CallId(1), "tool-call ids may have any names, but this one belongs to another call"),
        ("Hi", [{"type": "text", "text": "Hi"}, {"type": "image"}], "the same text, as part of a list"),
        ([{"text": "Hi"}], "Hi", "the same text, as part of a list"),
        ("Hi", [{"text": "Ho"}], ""),
        ("{" * 100_000, "[" * 100_000, ""),
    ],
)  # fmt: skip
def test_what_is_said_about_a_difference(one: Any, two: Any, said: str) -> None:
    assert remark(Difference("body", one, two)) == said


@pytest.mark.parametrize("piece", ["1-", "2026-11-2", "10:0", "may ", "0e2c9f64-", " ", "{"])
def test_it_takes_time_in_proportion(piece: str) -> None:
    assert_linear(lambda size: remark(Difference("", piece * size, piece * size + "x")), 5000)
