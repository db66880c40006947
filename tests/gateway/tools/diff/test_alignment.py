"""Which interaction belongs to which: the same request first, then what is most alike; and what has moved."""

import pytest

from gateway.tools.diff.alignment import moved, paired


def asks(text, answer="same", path="/chat"):
    """One side's interaction: a request and its answer."""
    asked = {"upstream": "openai", "method": "POST", "path": path, "body": {"model": "m", "prompt": text}}
    return asked, answer


LONG = "Tell me about the history of the town of {}, and of the people that live in it"
PARIS, ROME = LONG.format("Paris"), LONG.format("Rome")


@pytest.mark.parametrize(
    ("one", "two", "pairs"),
    [
        ([], [], []),
        ([asks("a")], [asks("a")], [(0, 0)]),
        ([asks("a")], [], [(0, None)]),
        ([], [asks("a")], [(None, 0)]),
        ([asks("a"), asks("b")], [asks("b"), asks("a")], [(1, 0), (0, 1)]),
        ([asks("a"), asks("b")], [asks("a"), asks("x" * 50), asks("b")], [(0, 0), (None, 1), (1, 2)]),
        ([asks("a", "429"), asks("a", "200")], [asks("a", "200")], [(1, 0), (0, None)]),
        ([asks("a", "1"), asks("a", "2")], [asks("a", "3"), asks("a", "4")], [(0, 0), (1, 1)]),
        ([asks(PARIS)], [asks("unlike anything else"), asks(ROME)], [(None, 0), (0, 1)]),
        ([asks("a", path="/one")], [asks("a", path="/two")], [(None, 0), (0, None)]),
    ],
    ids=[
        *("nothing", "same", "removed", "added", "swapped", "between", "retry-gone", "answers-changed"),
        *("most-alike", "other-endpoint"),
    ],
)
def test_pairs(one, two, pairs):
    assert paired(one, two) == pairs


@pytest.mark.parametrize(
    ("pairs", "elsewhere"),
    [
        ([], set()),
        ([(0, 0), (1, 1), (None, 2), (2, None)], set()),
        ([(1, 0), (0, 1)], {(1, 0)}),
        ([(0, 0), (3, 1), (1, 2), (2, 3)], {(3, 1)}),
        ([(None, 0), (0, 1), (1, 2)], set()),
    ],
    ids=["nothing", "in-order", "swapped", "one-forward", "behind-an-added-one"],
)
def test_what_moved(pairs, elsewhere):
    assert moved(pairs) == elsewhere


def test_a_thousand_interactions_are_paired_at_once():
    one = [asks(f"{number}") for number in range(1000)]
    assert paired(one, one[::-1]) == [(999 - place, place) for place in range(1000)]
