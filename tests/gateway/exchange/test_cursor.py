"""A value from outside: what is not as expected is refused by place, expectation and what came."""

import pytest

from gateway.exchange.cursor import Cursor, Refused


def value():
    return Cursor({"a": [{"b": 7, "c": None}], "t": "text"}, "line 3")


def test_what_is_there_is_given():
    assert [each["b"].whole() for each in value()["a"]] == [7]
    assert value()["t"].text() == "text"
    assert value().names() == ["a", "t"]
    value().only("a", "t")


def test_bytes_come_as_text_or_as_base64():
    assert Cursor("é", "x").encoded() == "é".encode()
    assert Cursor("\udcff", "x").encoded("surrogateescape") == b"\xff"
    assert Cursor("/w==", "x").decoded() == b"\xff"


def test_null_and_nothing_are_not_here():
    inner = next(iter(value()["a"]))
    assert (inner["b"].here, inner["c"].here, inner["d"].here) == (True, False, False)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (value()["a"].text, "line 3: a: expected text; got a list of 1"),
        (value()["b"].text, "line 3: b: expected text; got nothing"),
        (value()["t"].whole, "line 3: t: expected a whole number; got 'text'"),
        (lambda: value()["t"]["u"], "line 3: t: expected an object; got 'text'"),
        (lambda: list(value()), "line 3: expected a list; got an object of 2"),
        (next(iter(value()["a"]))["b"].text, "line 3: a[0].b: expected text; got 7"),
        (lambda: value().only("a"), "line 3: expected only a; got 't'"),
        (lambda: Cursor(True, "x").whole(), "x: expected a whole number; got True"),
        (lambda: Cursor(1.0, "x").whole(), "x: expected a whole number; got 1.0"),
        (Cursor("\ud800", "x").encoded, "x: expected text without halves of surrogate pairs; got '\\ud800'"),
        (Cursor("?", "x").decoded, "x: expected base64; got '?'"),
        (lambda: Cursor(10**5000, "x").text(), "x: expected text; got a huge number"),
        (lambda: Cursor("x" * 1000, "x").whole(), f"x: expected a whole number; got '{'x' * 59}"),
    ],
)
def test_anything_else_is_refused(wrong, message):
    with pytest.raises(Refused) as refused:
        wrong()
    assert str(refused.value) == message
