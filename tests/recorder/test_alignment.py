from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.alignment import Pair, Shapes, aligned, similarity
from recorder.canonical import CallId, Number
from tests.scaling import assert_linear


def pairs(one: list[Any], two: list[Any]) -> list[Pair]:
    return list(aligned(one, two, Shapes()))


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        ([], [], []),
        (["a", "b"], ["a", "b"], [(0, 0), (1, 1)]),
        (["a", "b"], ["a", "x", "b"], [(0, 0), (None, 1), (1, 2)]),
        (["a", "b", "c"], ["a", "c"], [(0, 0), (1, None), (2, 1)]),
        (["a"], ["b"], [(0, 0)]),
        (["a", "b"], ["x", "b", "c"], [(0, 0), (1, 1), (None, 2)]),
        (["a", "a", "a"], ["a", "a"], [(0, 0), (1, 1), (2, None)]),
        (["x", "a", "y", "b"], ["a", "b", "z"], [(0, None), (1, 0), (2, None), (3, 1), (None, 2)]),
        (["b", "a", "c"], ["a", "b", "c"], [(None, 0), (0, 1), (1, None), (2, 2)]),
    ],
)
def test_items_that_belong_together(one: list[Any], two: list[Any], found: list[Pair]) -> None:
    assert pairs(one, two) == found


def message(role: str, text: str) -> dict[str, str]:
    return {"role": role, "content": text}


def test_an_item_that_was_changed_is_paired_beside_one_that_was_put_in() -> None:
    one = [message("user", "What is the capital of France?")]
    two = [message("assistant", "Hello"), message("user", "What is the capital of Peru?")]
    assert pairs(one, two) == [(None, 0), (0, 1)]


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_every_item_is_there_once_and_in_order(one: list[Any], two: list[Any]) -> None:
    found = pairs(one, two)
    assert [first for first, _ in found if first is not None] == list(range(len(one)))
    assert [second for _, second in found if second is not None] == list(range(len(two)))
    if one == two:
        assert found == [(place, place) for place in range(len(one))]


def test_shapes_are_equal_for_equal_trees_only() -> None:
    trees: list[Any] = ["1", Number("1"), CallId(1), True, None, b"1", [], {}, ["1"], [["1"]], {"a": "1"}, {"b": "1"}]
    shapes = Shapes()
    assert len({shapes.number(tree) for tree in trees}) == len(trees)
    assert shapes.number({"a": [CallId(1)]}) == shapes.number({"a": [CallId(7)]})


@pytest.mark.parametrize(
    ("one", "two", "low", "high"),
    [
        ("a", "a", 1, 1),
        ("a", Number("1"), 0, 0),
        (message("user", "abc"), message("user", "xyz"), 0.5, 0.7),
        (message("user", "abc"), message("assistant", "xyz"), 0, 0.2),
        (["a", "b"], ["a"], 0.5, 0.5),
        ({"a": "x"}, {"b": "x"}, 0, 0),
        (True, False, 0, 0),
    ],
)
def test_how_alike_two_trees_are(one: Any, two: Any, low: float, high: float) -> None:
    assert low <= similarity(one, two, Shapes()) <= high


def test_it_takes_time_in_proportion() -> None:
    def work(size: int) -> None:
        one = [message("user", f"question {number}") for number in range(size)]
        pairs(one, [message("user", f"another {number}") for number in range(size + 5)])
        pairs(one, [*one[1:], one[0]])

    assert_linear(work, 500)
