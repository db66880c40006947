from typing import Any

import pytest

from recorder.canonical import CallId, Number
from recorder.difference import Nothing, differences, excerpts, printable

NOTHING = Nothing.NOTHING


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        ({"a": "b"}, {"a": "b"}, []),
        ({"a": "b"}, {"a": "c"}, [("a", "b", "c")]),
        ({"a": {"b": ["x", {"c": True}]}}, {"a": {"b": ["x", {"c": False}]}}, [("a.b[1].c", True, False)]),
        ({"a": "b"}, {}, [("a", "b", NOTHING)]),
        ({}, {"a": None}, [("a", NOTHING, None)]),
        ([["x"]], [["x", "y"]], [("[0][1]", NOTHING, "y")]),
        ({"a": []}, {"a": {}}, [("a", [], {})]),
        ({"a": "1"}, {"a": Number("1")}, [("a", "1", "1")]),
        ({"a": CallId(1)}, {"a": True}, [("a", 1, True)]),
        (
            {"a b": "x", "": "x", "c-d": "x"},
            {},
            [('["a b"]', "x", NOTHING), ('[""]', "x", NOTHING), ("c-d", "x", NOTHING)],
        ),
    ],
)
def test_the_smallest_parts_that_differ(one: Any, two: Any, found: list[Any]) -> None:
    assert list(differences(one, two)) == found


@pytest.mark.parametrize(
    ("one", "two", "shown"),
    [
        ("a", "b", ('"a"', '"b"')),
        (Number("1"), Number("1.0"), ("1", "1.0")),
        ("1", Number("1"), ('"1"', "1")),
        (None, NOTHING, ("null", "nothing")),
        (CallId(0), CallId(1), ("tool call 1", "tool call 2")),
        ({"a": [True, "é"]}, [], ('{"a": [true, "é"]}', "[]")),
        (b"a\xffb", b"", ('"a\\\\xffb"', '""')),
        ("line\nbreak", "tab\t", ('"line\\nbreak"', '"tab\\t"')),
    ],
)
def test_how_values_are_shown(one: Any, two: Any, shown: tuple[str, str]) -> None:
    assert excerpts(one, two) == shown


def test_both_long_values_show_the_place_that_differs() -> None:
    one, two = excerpts("x" * 500 + "one" + "y" * 500, "x" * 500 + "two" + "y" * 500)
    assert one == "…" + "x" * 40 + "one" + "y" * 77 + "…"
    assert two == "…" + "x" * 40 + "two" + "y" * 77 + "…"


def test_a_value_that_goes_on_where_the_other_ends() -> None:
    assert excerpts("x" * 100, "x" * 100 + "yz") == ("…" + "x" * 40 + '"', "…" + "x" * 40 + 'yz"')


def test_nothing_that_a_terminal_obeys() -> None:
    assert (
        printable("a\x1b[2Jb\x7f\x9b\u202e\u2028\ud800é世😀") == "a\\u001b[2Jb\\u007f\\u009b\\u202e\\u2028\\ud800é世😀"
    )
