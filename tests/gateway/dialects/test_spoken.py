"""A text in pieces, and its repetition."""

import pytest

from gateway.dialects.spoken import Spoken
from tests.scaling import assert_linear


def spoken(*pieces):
    said = Spoken()
    for piece in pieces:
        said.add(piece)
    return said


def test_it_is_its_pieces_joined_whenever_it_is_asked():
    said = spoken("Hel", "lo")
    assert str(said) == "Hello"
    said.add(" there")
    assert str(said) == "Hello there"


def test_nothing_was_said_until_there_is_text():
    assert not spoken()
    assert not spoken("", "")
    assert str(spoken("")) == ""
    assert spoken("", "a")


@pytest.mark.parametrize(
    ("whole", "more"), [("Hello", ""), ("Hello there", " there"), ("Hell", None), ("Bye", None), ("", None)]
)
def test_a_repetition_may_go_on(whole, more):
    assert spoken("Hel", "lo").beyond(whole) == more


def test_of_nothing_everything_is_new():
    assert spoken().beyond("Hello") == "Hello"


def test_many_pieces_take_linear_time():
    assert_linear(lambda count: str(spoken(*["x" * 100] * count)), 5_000)
