"""What is asked for is a value, and its text says all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.faults import Faults, parse_faults
from gateway.faults.spec import Boundaries, Fault, Place, duration

COUNTS = st.integers(0, 10**6)
MILLISECONDS = st.integers(0, 10**8)
PLACES = st.one_of(
    st.none(),
    st.just(Place("start")),
    st.builds(Place, st.just("time"), MILLISECONDS),
    st.builds(Place, st.sampled_from(["byte", "chunk", "frame", "event"]), COUNTS),
)
KINDS = st.sampled_from(["overloaded", "rate_limit", "server", "timeout"])
ENDING = st.one_of(
    st.builds(Fault, st.sampled_from(["cut", "reset", "end", "stall"]), PLACES, COUNTS),
    st.builds(Fault, st.just("error"), PLACES, COUNTS, failure=KINDS),
)
GOING_ON = st.one_of(
    st.builds(Fault, st.just("stall"), PLACES, COUNTS, wait=MILLISECONDS),
    st.builds(
        Fault,
        st.just("status"),
        times=COUNTS,
        status=st.integers(400, 599),
        wait=st.one_of(st.none(), MILLISECONDS),
    ),
)
TRICKLE = st.builds(Fault, st.just("trickle"), PLACES, COUNTS, wait=MILLISECONDS, size=st.integers(1, 10**6))
BOUNDARIES = st.one_of(
    st.builds(Boundaries, st.sampled_from(["recorded", "frame", "coalesced"])),
    st.builds(Boundaries, st.just("split"), COUNTS),
)


@st.composite
def all_faults(draw):
    faults = draw(st.lists(GOING_ON, max_size=3)) + draw(st.lists(ENDING, max_size=1))
    return Faults(tuple(faults + draw(st.lists(TRICKLE, max_size=1))), draw(BOUNDARIES), draw(COUNTS))


@given(all_faults())
def test_what_is_written_is_read_as_the_same(faults):
    assert parse_faults(str(faults)) == faults


def test_nothing_asked_for_is_none():
    assert not Faults()
    assert str(Faults()) == "none"
    assert Faults((Fault("cut"),))
    assert Faults(boundaries=Boundaries("frame"))


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(0, "0s"), (50, "50ms"), (1000, "1s"), (1500, "1.5s"), (30_000, "30s"), (61_001, "61.001s")],
)
def test_a_time_is_written_as_people_do(milliseconds, text):
    assert duration(milliseconds) == text


@pytest.mark.parametrize("text", ["cut", "reset@start", "end@byte=3", "error", "stall"])
def test_an_answer_goes_no_further(text):
    assert parse_faults(text).faults[0].breaks_off


@pytest.mark.parametrize("text", ["stall for=1s", "trickle=1/1ms", "status=429"])
def test_an_answer_goes_on(text):
    assert not parse_faults(text).faults[0].breaks_off


def test_a_place_in_words():
    assert Place("time", 1500).words == "time 1.5s"
    assert Place("start").words == "start"
