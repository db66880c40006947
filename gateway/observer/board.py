"""The board: the last streams, each with its numbers, the latest also with their bytes. Bounded in streams and bytes.

    newest ──────────────────────────────────────────> oldest
    running or with all detail | only numbers | gone

Oldest first, whether they run or not; of one that runs and is gone, the final numbers are still told to listeners.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gateway.metrics import Source
from gateway.observer.finished import Listener
from gateway.observer.showing import summary
from gateway.observer.stream import Stream
from gateway.tap.messages import Began, Ended, Failed, Head, Sent, Setup
from recorder.interaction import Request
from recorder.redaction import Redactor

__all__ = ["Board", "BoardLimits"]

_NOWHERE = ("", 0)


@dataclass(frozen=True, slots=True)
class BoardLimits:
    """`streams` are shown, at most `kept` bytes of bodies are held."""

    streams: int = 1_000
    kept: int = 64 << 20


class Board:
    """Streams by id, newest last. `gone` are ids that have been dropped since somebody emptied it.

    `changed` are the streams that are not as they were, likewise; `unobserved` counts streams that were not told,
    or not whole.
    `health` is the latest of the gateway's own words, a JSON text.
    """

    def __init__(self, setup: Setup, redactor: Redactor, limits: BoardLimits | None = None) -> None:
        self.setup = setup
        self.redactor = redactor
        self.listeners: list[Listener] = []
        self.health = "{}"
        self.unobserved = 0
        self.kept = 0
        self.seen = 0
        self.active: Counter[Source] = Counter({"live": 0, "replay": 0})
        self.changed: dict[str, Stream] = {}
        self.gone: list[str] = []
        self._limits = limits or BoardLimits()
        self._streams: OrderedDict[str, Stream] = OrderedDict()
        self._full: OrderedDict[str, Stream] = OrderedDict()
        self._running: dict[int, Stream] = {}
        self._servers: Mapping[str, tuple[str, int]] = {name: (host, port) for name, host, port in setup.servers}
        self._shown_target = lru_cache(maxsize=1024)(self._without_secrets)

    # What is asked.

    def __iter__(self) -> Iterator[Stream]:
        """All streams, newest first."""
        return reversed(self._streams.values())

    def __len__(self) -> int:
        return len(self._streams)

    def find(self, name: str) -> Stream | None:
        """The stream of this id, if it is still known."""
        return self._streams.get(name)

    # What is told.

    def began(self, number: int, began: Began) -> None:
        """A request has come."""
        stream = Stream(began, self._shown_target(began.upstream, began.method, began.target))
        self.seen += 1
        self._running[number] = stream
        self._streams[stream.id] = self._full[stream.id] = stream
        self.kept += stream.kept
        self.changed[stream.id] = stream
        self._make_room()

    def sent(self, number: int, sent: Sent) -> None:
        """Its request is out."""
        if stream := self._touched(number):
            stream.sent(sent)
            self.active[stream.source] += 1
            for listener in self.listeners:
                listener.began(stream.source)

    def head(self, number: int, head: Head) -> None:
        """Its response has begun."""
        if stream := self._touched(number):
            stream.head(head)

    def chunk(self, number: int, at: int, out: int, data: bytes) -> None:
        """One read of it."""
        if stream := self._touched(number):
            before = stream.kept
            stream.chunk(at, out, data)
            self.kept += stream.kept - before
            if self.kept > self._limits.kept:
                self._make_room()

    def ended(self, number: int, ended: Ended) -> None:
        """It is over."""
        if stream := self._touched(number):
            stream.ended(ended)
            self._close(number, stream)

    def failed(self, number: int, failed: Failed) -> None:
        """It has had no response."""
        if stream := self._touched(number):
            stream.failed(failed)
            self._close(number, stream)

    def lost(self, unseen: int, numbers: tuple[int, ...]) -> None:
        """So many streams were never told of; these will not be told to their end."""
        self.unobserved += unseen + len(numbers)
        for number in numbers:
            if stream := self._touched(number):
                stream.lost()

    def _touched(self, number: int) -> Stream | None:
        stream = self._running.get(number)
        if stream is not None and stream.id in self._streams:
            self.changed[stream.id] = stream
        return stream

    def _close(self, number: int, stream: Stream) -> None:
        del self._running[number]
        if stream.sent_at is not None:
            self.active[stream.source] -= 1
        if stream.broken:
            return
        finished = stream.finished(self._servers.get(stream.began.upstream, _NOWHERE))
        for listener in self.listeners:
            listener.finished(finished)

    def _make_room(self) -> None:
        while self.kept > self._limits.kept and self._full:
            _, stream = self._full.popitem(last=False)
            self.kept -= stream.kept
            if stream.over:
                summary(stream)
            stream.forget()
        while len(self._streams) > self._limits.streams:
            name, stream = self._streams.popitem(last=False)
            if self._full.pop(name, None) is not None:
                self.kept -= stream.kept
                stream.forget()
            self.changed.pop(name, None)
            self.gone.append(name)

    def _without_secrets(self, upstream: str, method: str, target: str) -> str:
        return self.redactor.request(Request(upstream, method, target)).target
