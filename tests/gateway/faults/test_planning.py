"""Each fault at each kind of place, in every wire format; what cannot be done is said."""

import gzip
import itertools
import json
import re
from dataclasses import replace

import pytest

from gateway.events import StreamEnd, StreamError
from gateway.faults import parse_faults
from gateway.faults.performance import perform
from gateway.faults.planning import FOREVER, plan
from gateway.reader import read
from gateway.wire import decoder_for
from recorder.interaction import COMPLETE, Chunk, Interaction
from recorder.pacing import Pacing
from recorder.staging import StagedEnd, cues_of
from tests.gateway.faults.answers import STREAMS, answer, frames_of


def played(interaction, text, pacing="instant"):
    """The cues and the reports."""
    faults = parse_faults(text)
    planned = plan(interaction, faults.faults, faults.boundaries, faults.seed)
    return list(perform(cues_of(interaction, Pacing.parse(pacing)), planned.directions)), planned.reports


def body(cues):
    return b"".join(cue.data for cue in cues)


PLACES = ["byte=101", "chunk=2", "frame=3", "event=5", "time=250ms", "start"]
ENDS = {"cut": ("upstream_error", False), "reset": ("upstream_error", True), "end": ("complete", False)}


@pytest.mark.parametrize("wire", STREAMS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["cut", "reset", "end", "stall"])
def test_an_answer_goes_to_its_place_and_no_further(wire, place, kind):
    interaction = answer(wire)
    cues, reports = played(interaction, f"{kind}@{place}")
    if (kind, place) == ("end", "start"):
        assert reports == ("not applied: end at start: an answer cannot end well before its head",)
        assert body(cues) == interaction.body
        return
    assert reports == (f"{kind} at {place.replace('=', ' ')}",)
    assert interaction.body.startswith(body(cues))
    assert (body(cues) == b"") == (place == "start")
    assert len(body(cues)) < len(interaction.body)
    how, reset = ENDS.get(kind, ("upstream_error", False))
    assert cues[-1].end == StagedEnd(how, reports[0], reset=reset)
    assert (cues[-1].due >= FOREVER) == (kind == "stall")


def test_the_places_are_where_they_are_said_to_be():
    frames = frames_of("sse")
    assert body(played(answer("sse"), "cut@frame=3")[0]) == b"".join(frames[:3])
    assert body(played(answer("sse"), "cut@chunk=2")[0]) == b"".join(frames[:4])
    assert body(played(answer("sse"), "cut@time=250ms", "capped=1")[0]) == b"".join(frames[:4])


@pytest.mark.parametrize("kind", ["cut", "reset", "stall"])
def test_after_the_last_byte_there_is_still_the_end_to_be_kept_back(kind):
    cues, reports = played(answer("sse"), f"{kind}@frame=11")
    assert body(cues) == answer("sse").body
    assert cues[-1].end.kind == "upstream_error"
    assert reports == (f"{kind} at frame 11",)


def test_a_stall_that_passes_delays_what_follows():
    interaction = answer("sse")
    recorded = list(cues_of(interaction, Pacing("instant")))
    cues, reports = played(interaction, "stall@chunk=2 for=1.5")
    assert [cue.data for cue in cues] == [cue.data for cue in recorded]
    assert [cue.due for cue in cues] == [0, 0, 0] + [1_500_000] * 5
    assert reports == ("stall of 1.5s at chunk 2",)


def test_a_trickle_is_played_at_any_pacing():
    cues, reports = played(answer("document"), "trickle=50/10ms")
    assert [len(cue.data) for cue in cues if cue.data] == [50, 50, 12]
    assert [cue.due for cue in cues if cue.data] == [0, 10_000, 20_000]
    assert reports == ("trickle of 50 bytes every 10ms from the beginning",)


@pytest.mark.parametrize("wire", STREAMS)
def test_an_error_amid_a_stream_is_one_of_the_api(wire):
    interaction = answer(wire)
    cues, reports = played(interaction, "error@frame=3 kind=rate_limit")
    assert reports == ("error rate_limit at frame 3",)
    assert body(cues).startswith(b"".join(frames_of(wire)[:3]))
    assert cues[-1].end.kind == "complete"
    seen = Interaction(interaction.request, interaction.response, 0, (Chunk(0, body(cues)),), COMPLETE, 0)
    errors = [event for event in read(seen) if isinstance(event, StreamError)]
    assert [error.source for error in errors] == ["provider"]
    assert "simulated by tokentape" in errors[0].message
    assert [event.outcome for event in read(seen) if isinstance(event, StreamEnd)] == ["error"]


@pytest.mark.parametrize("wire", STREAMS)
def test_an_error_stands_between_frames_wherever_it_is_asked_for(wire):
    interaction = answer(wire)
    frames = frames_of(wire)
    cues, _ = played(interaction, f"error@byte={len(frames[0]) + 3}")
    assert body(cues).startswith(frames[0] + frames[1])
    decoder = decoder_for(interaction.response.header("content-type"), body(cues))
    kinds = {frame.kind for frame in (*decoder.feed(body(cues), 0), *decoder.close(0))}
    assert kinds <= {"data", "idle"}


def test_an_error_before_the_first_frame_of_an_array_opens_it():
    cues, _ = played(answer("array"), "error@byte=0")
    assert [list(element) for element in json.loads(body(cues))] == [["error"]]


@pytest.mark.parametrize(
    ("wire", "text", "report"),
    [
        ("document", "error@byte=3", "error overloaded at byte 3: the answer is no stream; use status=500"),
        ("sse", "cut@frame=99", "cut at frame 99: the answer has 11 frames"),
        ("sse", "end@frame=11", "end at frame 11: the answer ends there by itself"),
        ("sse", "cut@frame=2; stall@frame=5 for=1s", "stall of 1s at frame 5: the answer has been broken off before"),
    ],
)
def test_what_cannot_be_done_is_said_and_left_out(wire, text, report):
    assert played(answer(wire), text)[1][-1] == f"not applied: {report}"


def test_an_api_without_errors_in_its_streams():
    interaction = answer("sse")
    unknown = replace(interaction, request=replace(interaction.request, target="/v9/unheard-of"))
    cues, reports = played(unknown, "error@frame=2")
    assert reports == ("not applied: error overloaded at frame 2: no error in mid-stream is known of this API",)
    assert body(cues) == interaction.body


def test_an_answer_without_a_body_has_no_places_to_choose():
    interaction = replace(answer("sse"), chunks=())
    assert played(interaction, "cut")[1] == ("not applied: cut: the answer has no body to choose a place in",)


@pytest.mark.parametrize("kind", ["cut", "reset", "stall", "end", "error"])
def test_a_place_left_out_is_chosen_by_the_seed(kind):
    chosen = {seed: played(answer("sse"), f"{kind}; seed={seed}") for seed in range(6)}
    assert chosen == {seed: played(answer("sse"), f"{kind}; seed={seed}") for seed in range(6)}
    reports = {reports for _, reports in chosen.values()}
    assert len(reports) > 1
    assert all(re.search(r" at byte \d+ \(chosen by the seed\)$", report) for (report,) in reports)


def test_a_chosen_end_is_between_frames_where_nobody_sees_it():
    ends = {len(b"".join(frames_of("sse")[:count])) for count in range(1, 11)}
    assert {len(body(played(answer("sse"), f"end; seed={seed}")[0])) for seed in range(20)} <= ends


def test_boundaries_are_frames():
    cues, reports = played(answer("sse"), "boundaries=frame")
    assert [cue.data for cue in cues if cue.data] == frames_of("sse")
    assert reports == ("boundaries frame",)


def test_boundaries_are_none_at_all():
    cues, _ = played(answer("sse"), "boundaries=coalesced", "recorded")
    assert [(cue.due, cue.data) for cue in cues if cue.data] == [(600_000, answer("sse").body)]


def test_boundaries_are_anywhere_inside_characters_and_line_ends_too():
    interaction = answer("sse")
    inside = set()
    for seed in range(30):
        cues, _ = played(interaction, f"boundaries=split:{seed}")
        assert body(cues) == interaction.body
        assert cues == played(interaction, f"boundaries=split:{seed}")[0]
        assert all(len(cue.data) <= 12 for cue in cues)
        for cue, following in itertools.pairwise(cues):
            if cue.data.endswith(b"\r") and following.data.startswith(b"\n"):
                inside.add("line end")
            if following.data[:1] and following.data[0] & 0xC0 == 0x80:
                inside.add("character")
    assert inside == {"line end", "character"}


@pytest.mark.parametrize("text", ["end@byte=40", "error@byte=0", "cut@byte=112"])
def test_a_length_that_would_hide_the_fault_is_not_said(text):
    wire = "ndjson" if text.startswith("error") else "document"
    interaction = answer(wire, *[("Content-Length", "112")] * (wire == "ndjson"))
    assert played(interaction, text)[0][0].head.header("content-length") is None


@pytest.mark.parametrize("text", ["cut@byte=40", "stall@byte=3 for=1s", "boundaries=frame", "cut@byte=999"])
def test_a_length_that_is_still_true_is_said(text):
    assert played(answer("document"), text)[0][0].head.header("content-length") == "112"


def test_faults_of_a_compressed_body_are_those_of_its_bytes():
    """The stage inflates what it can; of what it cannot, these are compressed ones."""
    interaction = answer("sse", ("Content-Encoding", "br"))
    packed = replace(interaction, chunks=(Chunk(100_000, gzip.compress(interaction.body, mtime=0)),))
    cues, reports = played(packed, "cut@byte=20; boundaries=frame")
    assert body(cues) == packed.body[:20]
    assert reports == ("boundaries frame", "cut at byte 20")
