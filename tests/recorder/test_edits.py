from hypothesis import given
from hypothesis import strategies as st

from recorder.edits import Edit, applied, filling, fillings, is_filling, merged


def test_spans_that_overlap_are_one() -> None:
    assert merged([(5, 9), (1, 3), (3, 4), (2, 3), (8, 12), (20, 20), (-1, -1)]) == [(1, 3), (3, 4), (5, 12)]


def test_what_is_filled_in_begins_anew_at_each_place() -> None:
    edits = fillings(b"one two three", [(8, 13), (0, 3)])
    assert edits == [Edit(0, 3, b"RED"), Edit(8, 13, b"REDAC")]
    assert applied(b"one two three", edits) == b"RED two REDAC"


def test_what_is_filled_is_not_filled_again() -> None:
    assert fillings(b"a REDACTED-RED b", [(2, 14), (5, 9)]) == []


@given(st.integers(0, 100), st.integers(0, 100))
def test_any_part_of_a_filling_is_one(length: int, start: int) -> None:
    assert len(filling(length)) == length
    assert is_filling(filling(length)[start:])
    assert not is_filling(filling(length) + b"x")
