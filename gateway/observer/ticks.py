"""Ticks: when something came in a stream, and what. A waterfall is drawn of them.

[seconds since the request was sent, "head" | "meta" | "thinking" | "text" | "tool" | "ping" | "error" | "end"]
"""

from collections.abc import Iterable, Mapping

from gateway.events import BlockDelta, BlockKind, BlockStart, Event, Ping, StreamEnd, StreamError, bears_tokens

__all__ = ["MAX_TICKS", "Tick", "Ticks"]

Tick = tuple[float, str]

MAX_TICKS = 2_000
"""Of one stream; more cannot be told apart on a page."""

_OF_BLOCK: Mapping[BlockKind, str] = {"thinking": "thinking", "tool_call": "tool"}


class Ticks:
    """Makes `made` of the events of one stream: one tick for all of a kind that came at one time.

    Beyond `most` only errors and the end are added.
    """

    def __init__(self, most: int = MAX_TICKS) -> None:
        self._most = most
        self.made: list[Tick] = []
        self._blocks: dict[int, BlockKind] = {}

    def feed(self, events: Iterable[Event]) -> None:
        """Take the next events."""
        made = self.made
        for event in events:
            tick = (round(event.t / 1e3, 6), self._kind(event))
            if made and made[-1] == tick:
                continue
            if len(made) < self._most - 2 or tick[1] in ("error", "end"):
                made.append(tick)

    def _kind(self, event: Event) -> str:
        match event:
            case BlockDelta(index=index, kind=kind, payload=payload):
                block = self._blocks.get(index, "other")
                return _OF_BLOCK.get(block, "text") if bears_tokens(block, kind, payload) else "meta"
            case BlockStart(index=index, kind=kind):
                self._blocks[index] = kind
                return "meta"
            case Ping():
                return "ping"
            case StreamError():
                return "error"
            case StreamEnd():
                return "end"
            case _:
                return "meta" if event.seq else "head"
