"""Cues as they are directed: the bytes stay, their pieces and times are what was asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.faults.performance import Directions, Trickle, perform
from gateway.faults.places import START
from recorder.interaction import COMPLETE, End, Response
from recorder.staging import Cue, StagedEnd

HEAD = Response(200)
READS = [
    Cue(50, 50, HEAD, b"", None),
    Cue(100, 100, None, b"abcd", None),
    Cue(200, 200, None, b"efgh", None),
    Cue(300, 300, None, b"ij", COMPLETE),
]
CUT = StagedEnd("upstream_error", "cut")


def performed(**directions):
    return list(perform(iter(READS), Directions(HEAD, **directions)))


def shown(cues):
    return [(cue.due, cue.data) for cue in cues]


def test_without_directions_it_is_the_recording():
    assert performed() == READS


def test_pieces_are_due_with_their_last_byte():
    assert shown(performed(ends=[3, 6, 9, 10])) == [(50, b""), (100, b"abc"), (200, b"def"), (300, b"ghi"), (300, b"j")]


def test_all_at_once_is_when_the_last_byte_came_the_head_with_it():
    assert performed(ends=()) == [Cue(300, 300, HEAD, b"abcdefghij", COMPLETE)]


def test_all_at_once_up_to_a_pause():
    assert shown(performed(ends=(), pauses=((6, 1000),))) == [(200, b"abcdef"), (1300, b"ghij")]


def test_a_pause_after_the_head_leaves_the_head_where_it_was():
    assert shown(performed(ends=(), pauses=((0, 1000),))) == [(50, b""), (1300, b"abcdefghij")]


def test_a_pause_moves_all_that_follows():
    cues = performed(pauses=((6, 1000),))
    assert shown(cues) == [(50, b""), (100, b"abcd"), (200, b"ef"), (1200, b"gh"), (1300, b"ij")]
    assert [cue.at for cue in cues] == [50, 100, 200, 200, 300]  # when it was recorded is not changed by that
    assert cues[-1].end == COMPLETE


def test_a_pause_before_the_head_moves_all():
    assert [cue.due for cue in performed(pauses=((START, 1000),))] == [1050, 1100, 1200, 1300]


def test_a_pause_after_the_last_byte_moves_the_end():
    assert performed(pauses=((10, 1000),))[-2:] == [
        Cue(300, 300, None, b"ij", None),
        Cue(1300, 300, None, b"", COMPLETE),
    ]


def test_a_stop_is_the_end_at_once():
    assert performed(stop=6, end=CUT)[-1] == Cue(200, 200, None, b"ef", CUT)


def test_a_stop_after_the_head():
    assert performed(stop=0, end=CUT) == [Cue(50, 50, HEAD, b"", CUT)]


def test_a_stop_before_the_head_has_none():
    assert performed(stop=START, end=CUT) == [Cue(0, 0, None, b"", CUT)]


def test_a_pause_at_the_stop_is_before_the_end():
    assert performed(stop=4, end=CUT, pauses=((4, 1000),))[-2:] == [
        Cue(100, 100, None, b"abcd", None),
        Cue(1100, 100, None, b"", CUT),
    ]


def test_what_is_added_comes_by_itself_before_the_end():
    assert performed(stop=4, added=b"!", end=CUT)[-2:] == [
        Cue(100, 100, None, b"abcd", None),
        Cue(100, 100, None, b"!", CUT),
    ]


def test_a_trickle_is_so_many_bytes_and_a_pause():
    cues = performed(trickle=Trickle(4, 2, 500))
    assert shown(cues) == [(50, b""), (100, b"abcd"), (200, b"ef"), (700, b"gh"), (1200, b"ij")]
    assert cues[-1].end == COMPLETE


def test_a_trickle_is_no_faster_than_the_recording():
    assert [cue.due for cue in performed(trickle=Trickle(0, 4, 1))] == [50, 100, 200, 300]


OFFSETS = st.integers(0, 10)


@given(
    ends=st.one_of(st.none(), st.lists(OFFSETS, max_size=10).map(sorted)),
    trickle=st.one_of(st.none(), st.builds(Trickle, OFFSETS, st.integers(1, 10), st.integers(0, 999))),
    pauses=st.lists(st.tuples(st.integers(START, 10), st.integers(0, 999)), max_size=3).map(tuple),
    stop=st.one_of(st.none(), OFFSETS),
)
def test_whatever_is_directed_the_rules_of_cues_are_kept(ends, trickle, pauses, stop):
    end = None if stop is None else CUT
    pauses = tuple(pause for pause in pauses if stop is None or pause[0] <= stop)
    cues = performed(ends=ends, trickle=trickle, pauses=pauses, stop=stop, end=end)
    assert b"".join(cue.data for cue in cues) == b"abcdefghij"[:stop]
    assert [cue.due for cue in cues] == sorted(cue.due for cue in cues)
    assert [cue.head for cue in cues] == [HEAD] + [None] * (len(cues) - 1)
    assert [cue.end for cue in cues] == [None] * (len(cues) - 1) + [CUT if end else COMPLETE]
    assert all(cue.data for cue in cues[1:-1])


@pytest.mark.parametrize("end", [COMPLETE, End("upstream_error", "reset")])
def test_an_answer_without_a_body(end):
    assert list(perform([Cue(5, 5, HEAD, b"", end)], Directions(HEAD, ends=[]))) == [Cue(5, 5, HEAD, b"", end)]
