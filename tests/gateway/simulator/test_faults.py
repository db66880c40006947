"""Instructions in the model's name and in the header."""

import pytest

from gateway.simulator.faults import BadInstruction, Fault, instructed, shortened
from gateway.simulator.simulation import Simulation

PLAIN = Simulation()


@pytest.mark.parametrize(
    ("model", "header", "fault"),
    [
        ("gpt-4o", "", None),
        ("simulate-haiku", "", None),
        ("simulate-429", "", Fault("error", 429)),
        ("simulate-529;times=1", "", Fault("error", 529, times=1)),
        ("simulate-error-mid-stream", "after=2", Fault("error-mid-stream", after=2)),
        ("simulate-cut", "", Fault("cut")),
        ("any", "error=500;times=3", Fault("error", 500, times=3)),
        ("any", " stall ; after=0 ", Fault("stall", after=0)),
        ("any", "429;retry=7", Fault("error", 429, retry_ms=7)),
        ("any", "times=3", None),
    ],
)
def test_what_is_asked_for(model, header, fault):
    assert instructed(model, header, PLAIN) == (PLAIN, fault)


def test_options_of_one_request():
    asked, fault = instructed("any", "ttft=1.5;gap=0;spread=0.5;words=9;seed=4;separators", PLAIN)

    assert asked == Simulation(seed=4, ttft_ms=1.5, gap_ms=0, spread=0.5, words=9, separators=True)
    assert fault is None


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("explode", "no instruction 'explode'; known: after, cut, eof, error-mid-stream, error=STATUS"),
        ("words=many", "words expects a number, got 'many'"),
        ("error=200", "error expects a status from 400 to 599, got 200"),
        ("gap=-1", "gap_ms: expected a number from 0 to 1e9, got -1.0"),
        ("cut;after=-1", "after expects 0 or more, got -1"),
    ],
)
def test_nonsense_is_named(header, says):
    with pytest.raises(BadInstruction, match="x-simulate: ") as wrong:
        instructed("any", header, PLAIN)

    assert says in str(wrong.value)


def test_what_still_leaves():
    frames = (b"one", b"two", b"three")

    assert shortened(frames, None) == frames
    assert shortened(frames, Fault("cut", after=2)) == (b"one", b"two")
    assert shortened(frames, Fault("cut", after=0)) == ()
    assert shortened(frames, Fault("cut", after=99)) == (b"one", b"two")
    assert shortened((b"whole",), Fault("cut")) == (b"wh",)
    assert shortened((b"whole",), Fault("stall", after=0)) == ()
