"""What makes two cassettes differ, and what does not."""

from gateway.tools.diff import compare, side_of
from recorder.matching import Matcher
from tests.gateway.tools.samples import interaction

WEATHER = ("weather", {"city": "Paris"})


def compared(one, two, **rules):
    sides = ([side_of(index, each, Matcher(**rules)) for index, each in enumerate(side)] for side in (one, two))
    return compare(("one", "two"), *sides)


def places(differences):
    return [difference.path for difference in differences]


def test_times_ids_and_order_do_not_count():
    one = [interaction("a", "x", WEATHER), interaction("b", "y")]
    two = [interaction("b", "y", tempo=4, tag="2"), interaction("a", "x", WEATHER, tempo=3, tag="3", recorded="2030")]
    comparison = compared(one, two)
    assert comparison.same
    assert [each.moved for each in comparison.interactions] == [True, False]
    assert [each.timing.ttft for each in (comparison.interactions[0].one, comparison.interactions[0].two)] == [
        300,
        1200,
    ]


def test_what_was_asked_and_said():
    comparison = compared([interaction("hi", "x", WEATHER)], [interaction("ho", "y", ("weather", {"city": "Rome"}))])
    (only,) = comparison.interactions
    assert (comparison.same, only.kind, only.moved) == (False, "changed", False)
    assert places(only.request) == ["body.messages[0].content"]
    assert places(only.answer) == ["choices[0].blocks[0].text", "choices[0].blocks[1].arguments.city"]


def test_kinds():
    one = [interaction("a", "x"), interaction("only one", "x", temperature=1, tools=[], top_p=1, stop=["x"])]
    two = [interaction("a", "x"), interaction("b", "x")]
    comparison = compared(one[:1], two)
    assert [each.kind for each in comparison.interactions] == ["same", "added"]
    assert [each.kind for each in compared(two, one[:1]).interactions] == ["same", "removed"]
    assert len(comparison.of("added")) == 1


def test_what_is_ignored_does_not_count():
    one, two = [interaction("a", "x", user="1")], [interaction("a", "x", user="2")]
    assert not compared(one, two).same
    assert compared(one, two, ignore=("user",)).same


def test_two_empty_cassettes_are_the_same():
    assert compared([], []).same
