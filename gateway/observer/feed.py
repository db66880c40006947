"""The feed of the page: what has changed, for any number of pages, none of which can make it wait.

    board ── changed ──> publish, at most every 100 ms ──> one text for all pages ──> FeedPage: a bounded queue
                                                            a page that falls behind ──> a new snapshot instead

Each text is one Server-Sent Event: `snapshot` first, then `update` with the new ticks and, of each stream, only the
fields that are others than before (hundreds of streams that run would be a megabyte a second), and `gone`.
"""

import asyncio
import json
from collections import deque
from typing import Any, NamedTuple

from gateway.observer.board import Board
from gateway.observer.showing import summary, with_ticks
from gateway.observer.stream import Stream
from gateway.observer.ticks import Tick
from recorder.clock import Clock

__all__ = ["Feed", "FeedPage"]

_EVERY_NS = 100_000_000
# One part in so many of the time may go into telling: with hundreds of streams pages are told less often.
_SHARE = 20
# Texts that wait for a page.
_BACKLOG = 20
# Ticks in a snapshot, the newest streams' first: about a megabyte.
_TICKS = 40_000


class Feed:
    """Tells pages of the board. `snapshot` may be asked for without a page."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self._board = board
        self._clock = clock
        self._pages: set[FeedPage] = set()
        self._seq = 0
        self._told: dict[str, _Told] = {}  # of each stream that runs
        self._wake = asyncio.Event()

    def open(self) -> "FeedPage":
        """A page that wants to be told; its first text is a snapshot."""
        self.publish()
        page = FeedPage(self)
        self._pages.add(page)
        return page

    def close(self, page: "FeedPage") -> None:
        """The page has gone."""
        self._pages.discard(page)

    def noticed(self) -> None:
        """Something may have changed."""
        if not self._pages:  # the next one to come is told all there is, so nothing is kept for it
            self._board.changed.clear()
            self._board.gone.clear()
        elif self._board.changed or self._board.gone:
            self._wake.set()

    async def run(self) -> None:
        """Publish whenever something has changed, for as long as pages are told."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            began = self._clock.now()
            self.publish()
            took = self._clock.now() - began
            await self._clock.sleep_until(began + max(_EVERY_NS, took * _SHARE))

    def publish(self) -> None:
        """Tell all pages what has changed since the last time."""
        changed, self._board.changed = list(self._board.changed.values()), {}
        gone, self._board.gone = self._board.gone, []
        if not self._pages:
            self._told = {stream.id: _Told(len(stream.ticks.made), {}) for stream in self._board if not stream.over}
            return
        if gone:
            for name in gone:
                self._told.pop(name, None)
            self._tell("gone", {"ids": gone})
        if changed:
            self._seq += 1
            news = [self._news(stream) for stream in changed]
            self._tell("update", {"streams": news, "seq": self._seq, "unobserved": self._board.unobserved})

    def _news(self, stream: Stream) -> dict[str, Any]:
        ticks, shown = stream.ticks.made, summary(stream)
        before = self._told.pop(stream.id, _UNTOLD)
        if not stream.over:
            self._told[stream.id] = _Told(len(ticks), shown)
        new = {name: value for name, value in shown.items() if (name, value) not in before.summary.items()}
        return with_ticks({"id": stream.id, **new}, ticks[before.ticks :])

    def _tell(self, event: str, value: dict[str, Any]) -> None:
        text = _sse(event, value)
        for page in self._pages:
            page.tell(text)

    def snapshot(self) -> dict[str, Any]:
        """All streams, newest first, with the ticks of the newest."""
        room = _TICKS
        streams = []
        for stream in self._board:
            ticks: list[Tick] = stream.ticks.made
            if self._pages and not stream.over:  # those that are yet to be told come with the next update
                ticks = ticks[: self._told.get(stream.id, _UNTOLD).ticks]
            room -= len(ticks)
            streams.append(with_ticks(summary(stream), ticks if room >= 0 else []))
        return {"streams": streams, "seq": self._seq, "unobserved": self._board.unobserved}


class _Told(NamedTuple):
    """What pages know of a stream: how many of its ticks, and its summary."""

    ticks: int
    summary: dict[str, Any]


_UNTOLD = _Told(0, {})


class FeedPage:
    """One page that is told. Wait for `next`."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._texts: deque[bytes] = deque()
        self._behind = True
        self._came = asyncio.Event()
        self._came.set()

    def tell(self, text: bytes) -> None:
        """Keep a text for the page; if it has not taken the last ones, it will be given a snapshot instead."""
        if self._behind:
            return
        if len(self._texts) >= _BACKLOG:
            self._texts.clear()
            self._behind = True
        else:
            self._texts.append(text)
        self._came.set()

    async def next(self) -> bytes:
        """The next text, whenever there is one."""
        await self._came.wait()
        if self._behind:
            self._behind = False
            self._came.clear()
            return _sse("snapshot", self._feed.snapshot())
        text = self._texts.popleft()
        if not self._texts:
            self._came.clear()
        return text


def _sse(event: str, value: dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (event.encode(), json.dumps(value, separators=(",", ":")).encode())
