"""Cues are the reads of a recording; an end that was staged is an end like others that knows it."""

import pytest

from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.pacing import Pacing
from recorder.staging import Cue, StagedEnd, cues_of

HEAD = Response(200)
STORED = Interaction(
    Request("provider", "POST", "/"), HEAD, 100, (Chunk(100, b"a"), Chunk(150, b""), Chunk(200, b"b")), COMPLETE, 200
)


@pytest.mark.parametrize(("pacing", "due"), [("recorded", (100, 200)), ("instant", (0, 0)), ("scaled=2", (200, 400))])
def test_a_cue_is_what_one_read_brought(pacing, due):
    assert list(cues_of(STORED, Pacing.parse(pacing))) == [
        Cue(due[0], 100, HEAD, b"a", None),
        Cue(due[1], 200, None, b"b", COMPLETE),
    ]


def test_an_end_on_purpose_is_not_taken_for_one_that_happened():
    staged = StagedEnd("upstream_error", "cut at frame 4")
    assert isinstance(staged, End)
    assert staged != End("upstream_error", "cut at frame 4")
    assert staged != StagedEnd("upstream_error", "cut at frame 4", reset=True)
