"""A stream in numbers: what the paper streams cannot show, and what holds of every stream however its reads were cut.

The streams that were worked out by hand are in test_streams.py.
"""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.events import BlockDelta, BlockStart, Ping, Provider, StreamEnd, StreamStart
from gateway.measuring import measurement_of
from gateway.metrics import Measurement, Meter
from gateway.reader import read
from gateway.wire import decoder_for
from recorder.interaction import Chunk, End
from tests.corpus import CORPUS, REASON, samples
from tests.gateway.metrics.paper import on_paper
from tests.gateway.metrics.worked_example import EXAMPLES

STREAMS = [pytest.param(stream.interaction, id=stream.name) for stream in on_paper()]


def measured(**values):
    usual = {"provider": "p", "api": "a", "model": "m", "status": "ok", "http_status": 200, "ttfb": 0, "duration": 9}
    return Measurement(**{**usual, **values})


def measure(events, **known):
    meter = Meter(**known)
    for event in events:
        meter.feed(event)
    return meter.measurement()


class TestAStreamThatStillRuns:
    def test_before_its_first_event_there_is_nothing(self):
        nothing = Meter().measurement()
        assert (nothing.provider, nothing.api, nothing.http_status, nothing.ttfb, nothing.duration) == ("", "", 0, 0, 0)
        assert (nothing.ttfc, nothing.ttft, nothing.e2e, nothing.itl, nothing.stall_max) == (None,) * 5
        assert nothing.status == "incomplete"

    def test_has_what_was_measured_so_far_and_no_time_per_token(self):
        meter = Meter(new_connection=True)
        ends = []
        for event in read(EXAMPLES["openai.chat"].interaction):
            meter.feed(event)
            ends.append(meter.measurement())
        running, last = ends[-2], ends[-1]
        assert (running.ttft, running.ttfo, running.e2e, running.tokens_out) == (500_000, 2_000_000, 4_000_000, 100)
        assert (running.status, running.itl, running.tps_user) == ("incomplete", None, None)
        assert last.itl == pytest.approx(35_353.5, abs=0.1)
        assert last.new_connection
        assert [numbers.ttft for numbers in ends].count(None) == 3  # the head, the role, a block's start

    def test_the_duration_is_that_of_its_last_event(self):
        meter = Meter()
        meter.feed(StreamStart(seq=0, t=1.0, provider="p", api="a", status=200))
        meter.feed(Ping(seq=1, t=2.5, src=0))
        assert meter.measurement().duration == 2500


class TestTheFirstChunk:
    def start(self):
        return StreamStart(seq=0, t=1.0, provider="p", api="a", status=200)

    def test_is_not_a_ping_that_has_a_field_of_its_own(self):
        ping = Chunk(290_000, b'data: {"type":"ping","cost":"0"}\n\n')
        stream = EXAMPLES["anthropic.messages"].interaction
        assert measurement_of(replace(stream, chunks=(ping, *stream.chunks))).ttfc == 300_000

    def test_is_not_a_ping_whatever_else_its_frame_says(self):
        told = [
            self.start(),
            Ping(seq=1, t=2.0, src=0),
            Provider(seq=2, t=2.0, src=0, name="ping", data={"cost": "0"}),
            Provider(seq=3, t=3.0, src=1, name="chunk", data={}),
        ]
        assert measure(told).ttfc == 3000

    def test_is_not_made_up(self):
        assert measure([self.start(), Provider(seq=1, t=2.0, name="note", data={})]).ttfc is None

    def test_may_be_one_of_which_a_part_could_not_be_read(self):
        unread = Provider(seq=1, t=2.0, src=0, name="chunk", data={}, problem="not read as p.a: KeyError: 'text'")
        assert measure([self.start(), unread]).ttfc is None
        assert measure([self.start(), unread, BlockStart(seq=2, t=2.0, src=0, index=0, kind="text")]).ttfc == 2000


TWO = {"token_at": (1_000_000, 3_000_000), "tokens_out": 5, "choices": 1}


class TestTimePerToken:
    def test_is_the_time_over_the_tokens_after_the_first(self):
        assert measured(**TWO).itl == 500_000.0
        assert measured(**TWO).tps_user == 2.0

    @pytest.mark.parametrize(
        "but",
        [
            {"tokens_out": None},
            {"tokens_out": 1},
            {"tokens_out": 0},
            {"token_at": ()},
            {"token_at": (1_000_000,)},
            {"token_at": (1_000_000, 1_000_000)},
            {"choices": 2},
            {"status": "error"},
            {"status": "incomplete"},
            {"status": "aborted"},
            {"tokens_reasoning": 4},
            {"tokens_reasoning": 7},
        ],
        ids=str,
    )
    def test_is_not_told_where_it_would_be_a_guess(self, but):
        assert measured(**{**TWO, **but}).itl is None
        assert measured(**{**TWO, **but}).tps_user is None

    def test_leaves_out_reasoning_that_was_not_shown(self):
        assert measured(**TWO, tokens_reasoning=3).itl == 2_000_000.0
        assert measured(**TWO, tokens_reasoning=3, thinking=True).itl == 500_000.0


class TestStalls:
    @pytest.mark.parametrize(
        ("gaps", "stalls"),
        [
            ([], 0),
            ([1_000_000], 0),  # not over a second
            ([1_000_001], 0),  # nor ten times itself
            ([1, 1, 1_000_001], 1),
            ([100_000, 100_000, 1_000_001], 1),
            ([100_001, 100_001, 1_000_001], 0),  # ten times the median is more
            ([0, 0, 0, 2_000_000, 3_000_000], 2),
        ],
    )
    def test_are_over_a_second_and_over_ten_times_the_median(self, gaps, stalls):
        at = [5_000_000]
        for gap in gaps:
            at.append(at[-1] + gap)
        assert measured(token_at=tuple(at)).stalls == stalls
        assert measured(token_at=tuple(at)).stall_max == max(gaps, default=None)


def test_deltas_of_one_frame_are_one_point_in_time_though_others_of_its_read_are_more():
    deltas = [BlockDelta(seq=1, t=2.0, src=src, index=0, kind="text", payload={"text": "a"}) for src in (0, 0, 1)]
    assert measure([BlockStart(seq=0, t=1.0, src=0, index=0, kind="text"), *deltas]).token_at == (2000, 2000)


def test_a_replay_says_so():
    assert measure(read(EXAMPLES["openai.chat"].interaction), replayed=True).replayed


# What holds of every stream.


def cut(interaction, points):
    """The same bytes at the same times, its chunks cut at these places of the body."""
    chunks, start = [], 0
    for chunk in interaction.chunks:
        inside = sorted({point - start for point in points if start < point < start + len(chunk.data)})
        bounds = [0, *inside, len(chunk.data)]
        chunks += [Chunk(chunk.at, chunk.data[a:b]) for a, b in pairwise(bounds)]
        start += len(chunk.data)
    return replace(interaction, chunks=tuple(chunks))


def joined(interaction):
    """The same bytes at the same times, all that came at one time in one chunk."""
    at = dict.fromkeys(chunk.at for chunk in interaction.chunks)
    together = {time: b"".join(chunk.data for chunk in interaction.chunks if chunk.at == time) for time in at}
    return replace(interaction, chunks=tuple(Chunk(*each) for each in together.items()))


def framewise(interaction):
    """The same stream with a frame every millisecond."""
    body = interaction.body
    decoder = decoder_for(interaction.response.header("content-type") or "", body)
    frames = decoder.feed(body, 0) + decoder.close(0)
    chunks = tuple(Chunk(1000 * (number + 60), body[frame.start : frame.end]) for number, frame in enumerate(frames))
    return replace(interaction, chunks=chunks, end_at=1000 * (len(frames) + 60))


def prefix(interaction, count):
    """The same stream, of which only so many chunks were read."""
    chunks = interaction.chunks[:count]
    return replace(interaction, chunks=chunks, end=End("client_closed"), end_at=chunks[-1].at if chunks else 60_000)


def cuts_of(interaction):
    return st.lists(st.integers(0, len(interaction.body)), max_size=20)


@pytest.mark.parametrize("interaction", STREAMS)
class TestEveryStream:
    @given(data=st.data())
    @settings(max_examples=8, deadline=None, derandomize=True)
    def test_has_the_same_numbers_however_its_reads_are_cut(self, interaction, data):
        points = data.draw(cuts_of(interaction))
        assert measurement_of(cut(interaction, points)) == measurement_of(interaction)
        assert measurement_of(joined(cut(interaction, points))) == measurement_of(interaction)

    def test_has_the_same_numbers_byte_by_byte(self, interaction):
        assert measurement_of(cut(interaction, range(len(interaction.body)))) == measurement_of(interaction)

    def test_that_is_cut_off_has_the_numbers_of_its_beginning(self, interaction):
        framed = framewise(interaction)  # what is cut inside a frame may hold all of it, but for its blank line
        holds_of_its_beginnings(framed, range(len(framed.chunks)))


def holds_of_its_beginnings(interaction, counts):
    whole = measurement_of(interaction)
    for count in counts:
        part = measurement_of(prefix(interaction, count))
        assert part.token_at == whole.token_at[: len(part.token_at)] or not whole.streamed
        assert part.ttfb == whole.ttfb
        assert part.ttfc in (whole.ttfc, None)
        assert part.ttfo in (whole.ttfo, None)
        assert part.status in ("aborted", "error", whole.status)
        assert part.itl is None or part.status == "ok"


@cache
def of_the_corpus():
    """Streams that real providers sent, a frame at a time."""
    return [framewise(sample.interaction()) for sample in samples() if sample.stream_kind != "none"]


@pytest.mark.skipif(not CORPUS.exists(), reason=REASON)
class TestWhatProvidersSent:
    def test_has_the_same_numbers_however_its_reads_are_cut(self):
        dice = Random(1)
        for interaction in of_the_corpus():
            points = [dice.randrange(len(interaction.body) + 1) for _ in range(30)]
            assert measurement_of(cut(interaction, points)) == measurement_of(interaction)

    def test_that_is_cut_off_has_the_numbers_of_its_beginning(self):
        dice = Random(2)
        for interaction in of_the_corpus():
            holds_of_its_beginnings(interaction, dice.sample(range(len(interaction.chunks)), 1))

    def test_has_the_ttft_of_its_last_event_and_times_that_are_in_order(self):
        for interaction in of_the_corpus():
            numbers, *_, end = measurement_of(interaction), *read(interaction)
            assert isinstance(end, StreamEnd)
            assert numbers.ttft == (None if end.ttft is None else round(end.ttft * 1000))
            moments = (numbers.ttfb, numbers.ttfc, numbers.ttft, numbers.ttfo, numbers.e2e, numbers.duration)
            known = [moment for moment in moments if moment is not None]
            assert known == sorted(known)
            assert len(numbers.token_at) <= numbers.frames
