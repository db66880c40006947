"""What holds of every stream that a provider ever gave us, however its bytes were cut.

The rules themselves are in tests/gateway/stream_rules.py. A stream with a frame that cannot be read is in EXPLAINED.
"""

import json
import re
from functools import cache
from itertools import takewhile
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.events import StreamEnd, event_sse
from gateway.reader import read
from gateway.transcript import Transcript, transcript_json, transcript_lines
from recorder.interaction import COMPLETE, End
from tests.corpus import CORPUS, REASON, samples
from tests.gateway.stream_rules import broken, order, problems, shape, timeless

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=REASON)

EVERY = [pytest.param(sample, id=sample.id) for sample in samples()]
BYTE_BY_BYTE = 15_000  # bytes of a body
SMALL = 3_000

# What cannot be read, by the stream's id: a pattern for each problem, and why it is right to report it.
EXPLAINED = {
    "gemini.generateContent--prism--81d4433ed1": (
        "cut off by the end of the body",
        "its blank lines were removed: by the standard it is one unfinished event",
    ),
    "openai.chat--agentgateway--39e2b00b77": (
        "expected a JSON object|cut off by the end of the body",
        "made to be wrong: its events are no JSON",
    ),
    "openai.responses--agentgateway--de26d27a06": (
        "another image than the one before its end",
        "its image was shortened by hand, differently in two places",
    ),
    "openai.responses--ai--0c12a6497a": (
        "the whole text is not what its deltas said",
        "its text was rewritten by hand in some of the places",
    ),
}


def smallest_of_each_wire():
    """The smallest body of each API and framing, if it is small enough to be cut everywhere."""
    smallest = {}
    for sample in sorted(samples(), key=lambda sample: len(sample.body)):
        if sample.body and sample.stream_kind != "none" and len(sample.body) < SMALL:
            smallest.setdefault((sample.wire, sample.stream_kind), sample)
    return [pytest.param(sample, id=sample.id) for sample in smallest.values()]


def events_of(sample, sizes=(), end=COMPLETE):
    return list(read(sample.interaction(sizes, end)))


@cache
def in_one_piece(sample_id):
    """What a stream says if nobody cuts it."""
    return timeless(events_of(next(sample for sample in samples() if sample.id == sample_id)))


@pytest.mark.parametrize("sample", EVERY)
class TestEveryStream:
    def test_keeps_the_rules(self, sample):
        assert broken(sample.interaction()) == []

    def test_can_be_read_or_it_is_known_why_not(self, sample):
        pattern, _ = EXPLAINED.get(sample.id, (None, ""))
        found = problems(events_of(sample))
        assert all(pattern and re.match(pattern, problem) for problem in found), found
        assert bool(found) == (sample.id in EXPLAINED)

    def test_gives_the_same_bytes_again(self, sample):
        first, second = (b"".join(map(event_sse, read(sample.interaction((100, 7))))) for _ in range(2))
        assert first == second

    def test_has_a_transcript_for_programs_and_for_people(self, sample):
        transcript = Transcript.of(events_of(sample))
        assert json.loads(json.dumps(transcript_json(transcript)))["outcome"] == transcript.outcome
        assert all(line.isprintable() or not line.isascii() for line in transcript_lines(transcript))

    def test_says_the_same_byte_by_byte(self, sample):
        if len(sample.body) > BYTE_BY_BYTE:
            pytest.skip("a large one; it is cut at random below")
        in_bytes = events_of(sample, [1] * len(sample.body))
        assert timeless(in_bytes) == in_one_piece(sample.id)
        assert list(order(in_bytes)) == []

    def test_says_the_same_however_it_is_cut(self, sample):
        random = Random(sample.id)
        for _ in range(3):
            longest = random.randint(2, max(len(sample.body) // 3, 2))
            cut = events_of(sample, [random.randint(1, longest) for _ in range(30)])
            assert timeless(cut) == in_one_piece(sample.id)
            assert list(order(cut)) == []


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    sample=st.sampled_from([sample for sample in samples() if len(sample.body) < SMALL] or [None]),
    sizes=st.lists(st.integers(1, SMALL // 2), max_size=40),
)
def test_a_small_stream_says_the_same_however_it_is_cut(sample, sizes):
    cut = events_of(sample, sizes)
    assert timeless(cut) == in_one_piece(sample.id)
    assert list(order(cut)) == []


@pytest.mark.parametrize("end", [COMPLETE, End("upstream_error", "reset")], ids=lambda end: end.kind)
@pytest.mark.parametrize("sample", smallest_of_each_wire())
def test_a_stream_that_ends_anywhere_says_what_had_come(sample, end):
    whole = events_of(sample)
    builds = {}
    for length in range(len(sample.body)):
        events = list(read(truncated(sample, length, end)))
        assert list(order(events)) == [], length
        clean = before_the_cut(events)
        assert clean == whole[: len(clean)], length
        builds |= {
            (event.type, getattr(event, "kind", None), getattr(event, "outcome", None)): event for event in events
        }
    assert list(shape(builds.values())) == []


def truncated(sample, length, end):
    """The first `length` bytes in one chunk."""
    return type(sample)(**{**vars(sample), "body": sample.body[:length]}).interaction(end=end)


def before_the_cut(events):
    """The events of the frames before the last one, which may be half."""
    last = max((event.src for event in events if event.src is not None), default=0)
    first, *rest = events
    return [first, *takewhile(lambda event: event.src is not None and event.src < last, rest)]


@pytest.mark.parametrize("sample", EVERY)
def test_a_lost_connection_is_no_complete_stream_unless_all_had_come(sample):
    half = list(read(truncated(sample, len(sample.body) // 2, End("upstream_error", "reset"))))
    assert isinstance(half[-1], StreamEnd)
    assert half[-1].outcome in ("truncated", "error", "complete")
    assert list(order(half)) == []
