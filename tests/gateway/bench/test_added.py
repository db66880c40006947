"""What an SDK adds: its events paired with the frames that they came from."""

from gateway.bench.added import added_by
from gateway.bench.result import read_shots
from tests.gateway.bench.targets import MS, answered


def yielded(shot, *times):
    shot.yielded = [(round(at * MS), object()) for at in times]
    return shot


def added(*shots):
    return added_by(read_shots(shots, lambda _: {}))


async def test_an_event_is_late_by_the_time_from_its_frame():
    # Frames at 100, 110 and 120 with text, the reason at 130, usage at 140; then [DONE], which is no event of an SDK.
    found = added(yielded(answered(), 100.5, 110.25, 121, 130.25, 140.25))
    assert list(found.per_event.ordered) == [250, 250, 250, 500, 1000]
    assert list(found.first_event.ordered) == [500]
    assert found.unpaired == 0


async def test_what_does_not_pair_is_counted_and_not_guessed():
    found = added(yielded(answered(), 100.5, 110.5), answered())
    assert (found.per_event.n, found.unpaired) == (0, 1)
