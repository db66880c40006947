"""The board: the last streams, within bounds; what is shown of them holds no secret."""

from gateway.tap.messages import Ended
from tests.gateway.observer.streams import KEY, MS, board, failed, tell


class Count:
    """A listener that remembers."""

    def __init__(self):
        self.begun, self.ended = [], []

    def began(self, source):
        self.begun.append(source)

    def finished(self, stream):
        self.ended.append(stream)


def test_the_newest_is_first():
    told = board()
    for number in (1, 2, 3):
        tell(told, number)
    assert [stream.id for stream in told] == ["s-3", "s-2", "s-1"]
    assert told.find("s-2") is not None
    assert told.find("s-9") is None


def test_no_more_streams_than_the_limit():
    told = board(streams=2)
    for number in (1, 2, 3):
        tell(told, number, "a")
    assert [stream.id for stream in told] == ["s-3", "s-2"]
    assert told.gone == ["s-1"]
    assert told.kept == sum(stream.kept for stream in told)
    assert "s-1" not in told.changed


def test_no_more_bytes_than_the_limit():
    told = board(kept=10_000)
    for number in range(1, 21):
        tell(told, number, "a" * 500)
    assert told.kept <= 10_000
    assert told.kept == sum(stream.kept for stream in told)
    newest, oldest = next(iter(told)), list(told)[-1]
    assert (newest.truncated, oldest.truncated) == (False, True)
    assert oldest.chunks == []
    assert oldest.shown["ttft"] == 0.2  # the numbers stay


def test_a_stream_that_runs_and_is_gone_still_ends():
    told, count = board(streams=1), Count()
    told.listeners.append(count)
    tell(told, 1, "a", end=None)
    tell(told, 2, "a")
    told.ended(1, Ended(900 * MS, "complete", ""))
    assert [stream.id for stream in count.ended] == ["s-2", "s-1"]
    assert told.kept == sum(stream.kept for stream in told)
    assert list(told.changed) == ["s-2"]


def test_listeners_are_told_of_each_stream():
    told, count = board(), Count()
    told.listeners.append(count)
    tell(told, 1, "a", "b")
    failed(told, 2)
    tell(told, 3, reused=None)
    assert count.begun == ["live", "replay"]
    first, second, _ = count.ended
    assert (first.server_address, first.server_port, first.operation) == ("api.test", 443, "chat")
    assert (first.measurement.ttft, first.cassette, second.failed) == (200_000, "tape", True)
    assert KEY not in repr(first.target)


def test_what_is_not_whole_is_counted_by_nobody():
    told, count = board(), Count()
    told.listeners.append(count)
    tell(told, 1, "a", end=None)
    told.lost(1, (1,))
    told.ended(1, Ended(900 * MS, "complete", ""))
    assert count.ended == []
    assert told.active["live"] == 0


def test_targets_are_shown_without_secrets():
    told = board()
    tell(told, 1)
    assert next(iter(told)).target == "/v1/messages?key=REDACTED"
