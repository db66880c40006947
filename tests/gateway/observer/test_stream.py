"""One stream: its numbers are those that its recording would have."""

import pytest

from gateway.measuring import measurement_of
from gateway.observer.stream import _MAX_KEPT, _MAX_READS
from gateway.tap.messages import Ended, Head, Sent
from tests.gateway.observer.streams import MS, SSE, began, board, failed, tell


@pytest.mark.parametrize("end", ["complete", "upstream_error", "client_closed", "gateway_closed"])
def test_the_numbers_are_those_of_the_recording(end):
    told = board()
    tell(told, 1, "a", "b", "c", end=end)
    (stream,) = told
    recording = stream.interaction()
    recording.facts["connection"] = "new"
    assert stream.measurement() == measurement_of(recording)
    assert stream.measurement().ttfb == 100_000
    assert stream.measurement().token_at == (200_000, 250_000, 300_000)


def test_the_request_is_sent_when_it_is_sent():
    told = board()
    tell(told, 1)
    (stream,) = told
    assert (stream.started, stream.overhead_request) == (1000.01, 2000)


@pytest.mark.parametrize(
    ("reused", "mode", "source", "new"),
    [(True, "all", "live", False), (False, "all", "live", True), (None, "once", "replay", None)],
    ids=["kept connection", "new connection", "replay"],
)
def test_what_the_request_went_out_on(reused, mode, source, new):
    told = board()
    tell(told, 1, "a", reused=reused, mode=mode)
    (stream,) = told
    assert stream.source == source
    assert (stream.measurement().replayed, stream.measurement().new_connection) == (source == "replay", new)


@pytest.mark.parametrize(
    ("reused", "exact", "known"),
    [(None, True, True), (None, False, False), (True, False, True)],
    ids=["replay in its times", "replay in other times", "live"],
)
def test_how_late_a_write_was_says_something_unless_a_replay_has_times_of_its_own(reused, exact, known):
    told = board()
    tell(told, 1, "a", reused=reused, exact=exact)
    (stream,) = told
    assert stream.finished(("h", 1)).overhead_chunks == ((500, 500, 500) if known else ())


def test_a_request_without_a_response_has_failed():
    told = board()
    failed(told, 1, mode="replay")
    (stream,) = told
    finished = stream.finished(("h", 1))
    assert (stream.state, stream.source, finished.failed) == ("error", "replay", True)
    measured = finished.measurement
    assert (measured.status, measured.http_status, measured.error) == ("error", 404, "cassette_miss")
    assert (measured.provider, measured.api, measured.model) == ("anthropic", "anthropic.messages", "asked")


def test_a_client_that_does_not_wait_for_the_head_has_aborted():
    told = board()
    told.began(1, began(1))
    told.sent(1, Sent(10 * MS, True, None))
    told.ended(1, Ended(20 * MS, "client_closed", ""))
    (stream,) = told
    assert (stream.state, stream.measurement().status) == ("aborted", "aborted")


def test_of_a_stream_that_is_not_told_to_its_end_nothing_is_measured():
    told = board()
    tell(told, 1, "a", end=None)
    told.lost(3, (1, 99))
    told.ended(1, Ended(900 * MS, "complete", ""))
    (stream,) = told
    assert (stream.state, stream.broken, told.unobserved) == ("incomplete", True, 5)


def test_what_is_kept_of_a_stream_is_bounded_and_its_numbers_are_not_cut():
    told = board()
    tell(told, 1, "a", end=None)
    (stream,) = told
    for number in range(12):
        told.chunk(1, (300 + number) * MS, (300 + number) * MS, b": " + b"x" * (1 << 20) + b"\n\n")
    assert stream.truncated
    assert stream.kept <= _MAX_KEPT + 1000
    assert stream.size > 12 << 20


def test_a_stream_without_end_is_no_longer_read():
    told = board()
    tell(told, 1, end=None)
    (stream,) = told
    for _ in range(_MAX_READS):
        stream.chunk(400 * MS, 400 * MS, b"")
    assert stream.broken


def test_head_and_first_bytes_may_be_all_that_came():
    told = board()
    tell(told, 1, end=None)
    (stream,) = told
    assert stream.state == "running"
    assert stream.measurement().model == "answering"
    told.head(99, Head(1, 200, SSE))  # of nobody
