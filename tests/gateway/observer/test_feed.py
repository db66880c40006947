"""The feed: a snapshot, then only what is new; a page that does not keep up gets a snapshot again."""

import asyncio
import json

from gateway.observer import Feed
from gateway.observer.feed import _BACKLOG
from gateway.tap.messages import Ended
from recorder.clock import ManualClock
from tests.gateway.observer.streams import MS, board, tell, text_frame


def parsed(text):
    first, second = text.decode().removesuffix("\n\n").split("\n")
    return first.removeprefix("event: "), json.loads(second.removeprefix("data: "))


async def test_a_page_is_first_told_all_then_what_is_new():
    told = board()
    feed = Feed(told, ManualClock())
    tell(told, 1, "a", end=None)
    page = feed.open()
    event, value = parsed(await page.next())
    assert event == "snapshot"
    (shown,) = value["streams"]
    assert [kind for _, kind in shown["ticks"]] == ["head", "meta", "text"]
    told.chunk(1, 300 * MS, 300 * MS, text_frame("b"))
    feed.publish()
    event, value = parsed(await page.next())
    assert (event, [stream["ticks"] for stream in value["streams"]]) == ("update", [[[0.29, "text"]]])
    told.chunk(1, 310 * MS, 310 * MS, text_frame("c"))
    told.lost(2, ())
    feed.publish()
    _, value = parsed(await page.next())
    (news,) = value["streams"]
    assert (news["id"], news["ticks"], news["chunks"], value["unobserved"]) == ("s-1", [[0.3, "text"]], 4, 2)
    assert not news.keys() & {"provider", "model", "ttft", "started"}  # they are as they were
    told.ended(1, Ended(400 * MS, "client_closed", ""))
    feed.publish()
    _, value = parsed(await page.next())
    assert value["streams"][0]["state"] == "aborted"
    assert value["seq"] == 3


async def test_nothing_is_told_twice_or_left_out_between_snapshot_and_update():
    told = board()
    feed = Feed(told, ManualClock())
    first = feed.open()
    tell(told, 1, "a", end=None)
    second = feed.open()  # publishes what the first has not been told yet
    told.chunk(1, 300 * MS, 300 * MS, text_frame("b"))
    feed.publish()
    for page in (first, second):
        ticks = []
        while page._came.is_set():
            _, value = parsed(await page.next())
            ticks += [tuple(tick) for stream in value["streams"] for tick in stream["ticks"]]
        assert ticks == next(iter(told)).ticks.made


async def test_a_page_that_falls_behind_is_told_all_again():
    told = board()
    feed = Feed(told, ManualClock())
    slow = feed.open()
    await slow.next()
    for number in range(_BACKLOG + 5):
        tell(told, number + 1)
        feed.publish()
    event, value = parsed(await slow.next())
    assert (event, len(value["streams"])) == ("snapshot", _BACKLOG + 5)
    assert not slow._came.is_set()


async def test_what_is_gone_is_told():
    told = board(streams=1)
    feed = Feed(told, ManualClock())
    tell(told, 1)
    page = feed.open()
    await page.next()
    tell(told, 2)
    feed.publish()
    assert parsed(await page.next()) == ("gone", {"ids": ["s-1"]})
    assert parsed(await page.next())[1]["streams"][0]["id"] == "s-2"


async def test_without_pages_nothing_is_made():
    told = board()
    feed = Feed(told, ManualClock())
    tell(told, 1)
    feed.noticed()
    feed.publish()
    assert told.changed == {}
    page = feed.open()
    feed.close(page)
    assert feed.snapshot()["seq"] == 0


async def test_it_publishes_by_itself_no_faster_than_ten_times_a_second():
    told, clock = board(), ManualClock()
    feed = Feed(told, clock)
    page = feed.open()
    await page.next()
    running = asyncio.create_task(feed.run())
    try:
        for number in (1, 2):
            tell(told, number)
            feed.noticed()
            event, _ = parsed(await page.next())
            assert event == "update"
        await asyncio.sleep(0)
        assert clock.slept[:2] == [100_000_000, 200_000_000]
    finally:
        running.cancel()


async def test_without_pages_nothing_is_kept_for_them():
    told = board(streams=1)
    feed = Feed(told, ManualClock())
    for number in range(1, 4):
        tell(told, number)
        feed.noticed()
    assert (told.gone, told.changed) == ([], {})
    page = feed.open()
    _, value = parsed(await page.next())
    assert [stream["id"] for stream in value["streams"]] == [stream.id for stream in told]
