import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.overlap import beginning, likeness, overlap


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        ("", "", (0, 0)),
        ("abc", "abc", (3, 0)),
        ("abc", "abxc", (2, 1)),
        ("aaa", "aaaa", (3, 0)),
        ("large-1", "small-1", (0, 2)),
    ],
)
def test_how_far_two_texts_agree(one: str, two: str, found: tuple[int, int]) -> None:
    assert overlap(one, two) == found
    assert overlap(one.encode(), two.encode()) == found


@given(st.text("ab"), st.text("ab"))
def test_it_is_the_most_and_nothing_counts_twice(one: str, two: str) -> None:
    before, after = overlap(one, two)
    assert before == beginning(one, two) == beginning(two, one)
    assert one[:before] == two[:before]
    assert one[len(one) - after :] == two[len(two) - after :]
    assert before + after <= min(len(one), len(two))
    assert one[before : before + 1] != two[before : before + 1] or before == min(len(one), len(two))
    assert (likeness(one, two) == 1) == (one == two)
