from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.canonical import CallId, Number, canonical_text
from recorder.difference import Difference, Nothing, differences
from tests.scaling import assert_linear

NOTHING = Nothing.NOTHING


def found(one: Any, two: Any) -> list[tuple[Any, ...]]:
    return [(each.path, each.one, each.two) for each in differences(one, two)]


@pytest.mark.parametrize(
    ("one", "two", "expected"),
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
def test_the_smallest_parts_that_differ(one: Any, two: Any, expected: list[Any]) -> None:
    assert found(one, two) == expected


TOOLS = [{"name": name, "strict": True} for name in ("area", "population", "weather", "time")]


def test_an_item_put_in_is_one_difference() -> None:
    assert found({"tools": [TOOLS[0], *TOOLS[2:]]}, {"tools": TOOLS}) == [("tools[1]", NOTHING, TOOLS[1])]
    assert found({"tools": TOOLS}, {"tools": TOOLS[1:]}) == [("tools[0]", TOOLS[0], NOTHING)]


def test_several_in_a_row_are_one_difference() -> None:
    assert found(TOOLS[:1], TOOLS) == [("[1..3]", NOTHING, TOOLS[1:])]
    assert found(TOOLS, TOOLS[2:]) == [("[0..1]", TOOLS[:2], NOTHING)]


def test_what_stands_at_another_place_has_both_places() -> None:
    changed = {"name": "weather", "strict": False}
    assert list(differences({"t": TOOLS}, {"t": [*TOOLS[1:2], changed, TOOLS[3]]})) == [
        Difference("t[0]", TOOLS[0], NOTHING),
        Difference("t[1].strict", True, False, was="t[2].strict"),
    ]


def test_the_same_items_in_another_order_are_one_difference() -> None:
    one, two = {"tools": ["a", "b", "b", "c"]}, {"tools": ["b", "c", "a", "b"]}
    assert list(differences(one, two)) == [Difference("tools", one["tools"], two["tools"], order=(1, 3, 0, 2))]


def test_items_with_nothing_in_common_are_told_as_a_whole() -> None:
    text, image = {"type": "text", "text": "Hi"}, {"kind": "image", "data": "abc"}
    assert found([text], [image]) == [("[0]", text, image)]
    assert found([{"text": "Hi"}], [{"text": "Ho there"}]) == [("[0].text", "Hi", "Ho there")]


def test_tool_call_ids_may_be_numbered_in_another_way() -> None:
    def history(first: int, second: int, result: int) -> list[Any]:
        return [{"id": CallId(first)}, {"id": CallId(second), "more": True}, {"result": CallId(result)}]

    assert found(history(0, 1, 0), history(5, 3, 5)) == []
    assert found(history(0, 1, 0), history(5, 3, 3)) == [("[2].result", CallId(0), CallId(3))]
    earlier = [{"id": CallId(0), "name": "first"}]
    assert found(history(0, 1, 1), [*earlier, *history(1, 2, 2)]) == [("[0]", NOTHING, earlier[0])]


trees: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.sampled_from("abc"),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from("xyz"), inner),
    max_leaves=12,
)


@given(trees, trees)
def test_there_is_a_difference_exactly_if_the_trees_are_not_equal(one: Any, two: Any) -> None:
    assert bool(found(one, two)) == (canonical_text(one) != canonical_text(two))


def test_it_takes_time_in_proportion() -> None:
    def work(size: int) -> None:
        one = [{"role": "user", "content": [{"text": f"{number}"}]} for number in range(size)]
        two = [{"role": "user", "content": [{"text": f"-{number}"}]} for number in range(size)]
        assert len(found({"messages": one}, {"messages": two})) >= size

    assert_linear(work, 300)
