"""One text for all ways in; what is wrong with it is said by what was expected, what came and where."""

import pytest

from gateway.faults import Faults, parse_faults
from gateway.faults.spec import Boundaries, Fault, Place


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", Faults()),
        (" none ", Faults()),
        ("cut@event=4; boundaries=split:7", Faults((Fault("cut", Place("event", 4)),), Boundaries("split", 7))),
        ("stall@time=1.5 for=30", Faults((Fault("stall", Place("time", 1500), wait=30_000),))),
        ("stall@time=50ms for=1.25s", Faults((Fault("stall", Place("time", 50), wait=1250),))),
        ("status=429*2 retry-after=1", Faults((Fault("status", times=2, status=429, wait=1000),))),
        ("error@event=3 kind=rate_limit", Faults((Fault("error", Place("event", 3), failure="rate_limit"),))),
        ("reset*1@byte=1000", Faults((Fault("reset", Place("byte", 1000), times=1),))),
        ("end@chunk=2;", Faults((Fault("end", Place("chunk", 2)),))),
        ("trickle=16/50ms", Faults((Fault("trickle", size=16, wait=50),))),
        ("cut ;  seed=7", Faults((Fault("cut"),), seed=7)),
        ("boundaries=coalesced", Faults(boundaries=Boundaries("coalesced"))),
    ],
)
def test_what_can_be_said(text, faults):
    assert parse_faults(text) == faults


FAULT = "a fault (cut, reset, end, error, stall, trickle, status, boundaries, seed), such as cut@frame=4"
CUT = "cut[*TIMES][@PLACE]"
STATUS = "status=STATUS[*TIMES] [retry-after=TIME]"
TRICKLE = "trickle=BYTES/TIME[*TIMES][@PLACE]"
TIME = "a time such as 1.5s or 50ms"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cat@event=3", FAULT),
        ("CUT", FAULT),
        ("boundaries", FAULT),
        ("cut@line=3", f"{CUT}: after the @ start, time=SECONDS, byte=N, chunk=N, frame=N or event=N"),
        ("cut@start=3", f"{CUT}: after the @ start, time=SECONDS, byte=N, chunk=N, frame=N or event=N"),
        ("cut@event", f"{CUT}: after event= a number"),
        ("cut@event=-1", f"{CUT}: after event= a number"),
        ("cut@event=٣", f"{CUT}: after event= a number"),
        ("cut*0", f"{CUT}: after the * a number of answers, 1 or more"),
        ("cut=3", f"{CUT}: no value"),
        ("cut for=3", f"{CUT}: nothing after a space"),
        ("status", f"{STATUS}: a value after the ="),
        ("status=200", f"{STATUS}: a status from 400 to 599"),
        ("status=429@byte=3", f"{STATUS}: no place"),
        ("status=429 after=3", f"{STATUS}: retry-after after a space"),
        ("stall@time=x", f"stall[*TIMES][@PLACE] [for=TIME]: {TIME}"),
        (
            "error kind=bad",
            "error[*TIMES][@PLACE] [kind=KIND]: a kind of overloaded, rate_limit, server, timeout",
        ),
        ("trickle=0/50ms", f"{TRICKLE}: a number of bytes, 1 or more"),
        ("trickle=16", f"{TRICKLE}: {TIME}"),
    ],
)
def test_what_cannot(text, expected):
    with pytest.raises(ValueError) as refused:
        parse_faults(f"boundaries=frame; {text}")
    assert str(refused.value) == f"expected {expected}; got {text!r}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("boundaries=half", "expected boundaries=frame, coalesced, split:SEED or recorded; got 'half'"),
        ("boundaries=split:x", "expected boundaries=split:SEED, a number; got 'x'"),
        ("seed=x", "expected seed=NUMBER; got 'x'"),
        ("seed=1; seed=2", "seed: expected once; got it twice in 'seed=1; seed=2'"),
        ("cut; end@byte=3", "expected one fault that ends an answer; got cut and end@byte=3"),
        ("trickle=1/1ms; trickle=2/2ms", "expected one trickle; got two in 'trickle=1/1ms; trickle=2/2ms'"),
    ],
)
def test_what_cannot_be_together(text, message):
    with pytest.raises(ValueError) as refused:
        parse_faults(text)
    assert str(refused.value) == message


def test_an_endless_text_is_not_repeated():
    with pytest.raises(ValueError, match=r"x{80}\.\.\.'$"):
        parse_faults("x" * 10_000)
    with pytest.raises(ValueError, match="after byte= a number"):
        parse_faults(f"cut@byte={'9' * 5_000}")
