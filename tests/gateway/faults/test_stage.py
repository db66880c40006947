"""Whose turn a fault is: counted for each request, reported, and the stored answer keeps its turn where it should."""

import gzip
import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.faults import FaultStage, FaultTally, parse_faults
from recorder.interaction import COMPLETE, Chunk
from recorder.pacing import Pacing
from tests.gateway.faults.answers import FORMATS, answer
from tests.gateway.faults.test_spec import all_faults

INSTANT = Pacing("instant")


def stage(text):
    tally = FaultTally()
    return FaultStage(parse_faults(text), tally), tally


def acted(staged, fingerprint="a", interaction=None):
    """What is told in the head, the status, whether the answer is whole, and whether it keeps its turn."""
    interaction = interaction or answer("sse")
    act = staged.act(fingerprint, interaction, INSTANT)
    cues = list(act.cues)
    whole = b"".join(cue.data for cue in cues) == interaction.body and cues[-1].end == COMPLETE
    return cues[0].head.header("x-tokentape-fault"), cues[0].head.status, whole, act.keeps_turn


def test_a_status_so_many_times_and_then_the_answer():
    staged, tally = stage("status=429*2")
    assert acted(staged) == ("status 429 (1 of 2)", 429, False, True)
    assert acted(staged) == ("status 429 (2 of 2)", 429, False, True)
    assert acted(staged) == (None, 200, True, False)
    assert (tally.count, tally.texts) == (2, ["status 429 (1 of 2)", "status 429 (2 of 2)"])


def test_each_request_is_counted_for_itself():
    staged, _ = stage("status=429*1")
    assert [acted(staged, name)[1] for name in "abab"] == [429, 429, 200, 200]


def test_statuses_come_one_after_the_other_and_then_the_rest():
    staged, _ = stage("status=429*1; status=529*1; cut*1@frame=2")
    told = [acted(staged)[0] for _ in range(4)]
    assert told == ["status 429 (1 of 1)", "status 529 (1 of 1)", "cut at frame 2", None]


def test_a_fault_without_a_number_strikes_all_and_takes_the_turn():
    staged, _ = stage("cut@frame=2")
    assert [acted(staged)[3] for _ in range(3)] == [False] * 3


def test_a_counted_fault_that_breaks_an_answer_off_leaves_it_its_turn():
    staged, _ = stage("cut*1@frame=2")
    assert [acted(staged) for _ in range(2)] == [("cut at frame 2", 200, False, True), (None, 200, True, False)]


def test_a_counted_fault_that_only_delays_does_not():
    staged, _ = stage("stall*1@frame=2 for=1s")
    assert acted(staged) == ("stall of 1s at frame 2", 200, True, False)


def test_boundaries_are_for_all_answers():
    staged, _ = stage("cut*1@frame=2; boundaries=frame")
    assert [acted(staged)[0] for _ in range(2)] == ["boundaries frame; cut at frame 2", "boundaries frame"]


def test_what_could_not_be_applied_is_told_and_does_not_count(caplog):
    staged, tally = stage("cut@frame=99")
    told = "not applied: cut at frame 99: the answer has 11 frames"
    assert acted(staged) == (told, 200, True, False)
    assert (tally.count, tally.texts) == (0, [told])
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("WARNING", f"fault for POST /v1/messages: {told}")
    ]


def test_what_was_applied_is_no_warning(caplog):
    with caplog.at_level(logging.INFO):
        acted(stage("cut@frame=2")[0])
    assert [record.levelname for record in caplog.records] == ["INFO"]


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("status=429", (None, None)),
        ("status=429 retry-after=1", ("1", "1000")),
        ("status=429 retry-after=50ms", ("1", "50")),
        ("status=429 retry-after=2.5", ("3", "2500")),
    ],
)
def test_when_to_try_again(text, headers):
    head = next(stage(text)[0].act("a", answer("sse"), INSTANT).cues).head
    assert (head.header("retry-after"), head.header("retry-after-ms")) == headers


def test_a_status_for_a_request_that_wants_no_body():
    interaction = answer("sse")
    interaction = replace(interaction, request=replace(interaction.request, method="HEAD"))
    cues = list(stage("status=503")[0].act("a", interaction, INSTANT).cues)
    assert [(cue.head.status, cue.data, cue.end) for cue in cues] == [(503, b"", COMPLETE)]


def test_a_compressed_answer_is_played_plain():
    interaction = answer("sse", ("Content-Encoding", "gzip"))
    packed = replace(interaction, chunks=(Chunk(100_000, gzip.compress(interaction.body, mtime=0)),))
    cues = list(stage("boundaries=frame")[0].act("a", packed, INSTANT).cues)
    assert b"".join(cue.data for cue in cues) == interaction.body
    assert cues[0].head.header("content-encoding") is None


def test_an_endless_loop_is_only_counted():
    staged, tally = stage("cut@frame=2")
    for _ in range(150):
        acted(staged)
    assert (tally.count, len(tally.texts)) == (150, 100)


@given(faults=all_faults(), wire=st.sampled_from(sorted(FORMATS)), pacing=st.sampled_from(["recorded", "instant"]))
def test_whatever_is_asked_of_whatever_answer_the_rules_of_cues_are_kept(faults, wire, pacing):
    staged = FaultStage(faults, FaultTally())
    for _ in range(3):
        cues = list(staged.act("a", answer(wire), Pacing(pacing)).cues)
        assert [cue.due for cue in cues] == sorted(cue.due for cue in cues)
        assert [cue.head is not None for cue in cues[1:]] == [False] * (len(cues) - 1)
        assert cues[0].head is not None or (len(cues) == 1 and cues[0].end.kind == "upstream_error")
        assert [cue.end is None for cue in cues] == [True] * (len(cues) - 1) + [False]
