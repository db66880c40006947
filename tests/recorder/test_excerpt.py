from typing import Any

import pytest

from recorder.canonical import CallId, Number
from recorder.difference import Nothing
from recorder.excerpt import excerpt, excerpts, printable, shown
from recorder.interaction import Request
from tests.scaling import assert_linear


@pytest.mark.parametrize(
    ("one", "two", "shown"),
    [
        ("a", "b", ('"a"', '"b"')),
        (Number("1"), Number("1.0"), ("1", "1.0")),
        ("1", Number("1"), ('"1"', "1")),
        (None, Nothing.NOTHING, ("null", "nothing")),
        (CallId(0), CallId(1), ("the id of tool call 1", "the id of tool call 2")),
        ({"a": [True, "é"], "b": None}, [], ('{"a": [true, "é"], "b": null}', "[]")),
        ({}, [{}, []], ("{}", "[{}, []]")),
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
    one, two = excerpts(b"x" * 500 + b"1", b"x" * 500 + b"2")
    assert (one, two) == ("…" + "x" * 40 + '1"', "…" + "x" * 40 + '2"')


def test_a_value_that_goes_on_where_the_other_ends() -> None:
    assert excerpts("x" * 100, "x" * 100 + "yz") == ("…" + "x" * 40 + '"', "…" + "x" * 40 + 'yz"')


def test_of_a_long_value_its_beginning() -> None:
    assert excerpt({"data": "x" * 500}) == '{"data": "' + "x" * 110 + "…"
    assert excerpt(["x"] * 500) == ('["x", ' + '"x", ' * 100)[:120] + "…"


def test_a_request_in_a_few_words() -> None:
    assert shown(Request("acme", "POST", "/" + "a" * 300)) == f"POST /{'a' * 198}… (upstream acme)"


def test_nothing_that_a_terminal_obeys() -> None:
    assert (
        printable("a\x1b[2Jb\x7f\x9b\u202e\u2028\ud800é世😀") == "a\\u001b[2Jb\\u007f\\u009b\\u202e\\u2028\\ud800é世😀"
    )


def test_a_large_value_costs_no_more_than_what_is_shown() -> None:
    def work(size: int) -> None:
        excerpt({"data": "x" * size, "more": ["y" * size]})
        excerpts("x" * size + "1", "x" * size + "2")

    assert_linear(work, 100_000)


def test_what_kind_of_thing_an_object_is_comes_first() -> None:
    image = {"source": {"data": "AAEC" * 100, "type": "base64"}, "type": "image"}
    assert excerpt([image]).startswith('[{"type": "image", "source": {"type": "base64", "data": "AAEC')
