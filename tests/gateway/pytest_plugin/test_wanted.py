"""The marker's arguments."""

import pytest

from gateway.pytest_plugin.wanted import Wanted


def wanted(*markers):
    return Wanted.of(markers)


def test_nothing_is_wanted():
    assert wanted() == wanted(((), {})) == Wanted()


def test_the_nearest_marker_that_says_something_says_it():
    test, module = (("near",), {"mode": "all"}), (("far",), {"mode": "once", "pacing": "recorded"})
    assert wanted(test, module) == Wanted(name="near", mode="all", pacing="recorded")
    assert wanted(((), {"match": {}}), ((), {"name": "far"})) == Wanted(name="far", match={})


@pytest.mark.parametrize(
    ("positional", "keywords", "complaint"),
    [
        (
            (),
            {"mod": "once"},
            "unknown keyword 'mod'; the nearest is 'mode' .*name, mode, pacing, match, faults, misses",
        ),
        (("a", "b"), {}, "expected one name, the others by keyword .*; got .'a', 'b'."),
        (("a",), {"name": "b"}, "expected one name"),
        ((1,), {}, "name: expected a text; got 1"),
        ((), {"mode": "twice"}, "mode: expected one of replay, .*; got 'twice'"),
        ((), {"pacing": "slow"}, "expected recorded, .*; got 'slow'"),
        ((), {"match": ["x"]}, "match: expected a dict of rules, .*"),
        ((), {"faults": None}, "faults: expected a text; got None"),
        ((), {"misses": True}, "misses: expected a number of requests, or 'any'; got True"),
        ((), {"misses": -1}, "misses: .*; got -1"),
    ],
)
def test_what_makes_no_sense_is_said(positional, keywords, complaint):
    with pytest.raises(ValueError, match=complaint):
        wanted((positional, keywords))


@pytest.mark.parametrize(("misses", "allowed"), [(0, {0}), (2, {2}), ("any", {0, 1, 2, 3})])
def test_as_many_misses_as_expected_are_allowed(misses, allowed):
    assert {count for count in range(4) if Wanted(misses=misses).allows(count)} == allowed
