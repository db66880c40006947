"""A JSON array that is sent in pieces, as Gemini does without `alt=sse`: each element is a data frame.

The brackets, commas and white space before an element belong to its frame; the closing bracket and what white space
follows are an idle frame. An element ends where its brackets are closed, so it is there as soon as its last byte is.
Whether an element is JSON is for its reader to say; what stands between elements is checked here.
"""

import re
from typing import Literal

from gateway.wire.frame import MAX_FRAME, Frame
from gateway.wire.framing import BOM, NOT_BLANK, Framing

__all__ = ["JsonArray"]

_State = Literal["before", "first", "after", "next", "closed"]

_STRUCTURE = re.compile(rb'["\[\]{}]')
_SCALAR_END = re.compile(rb"[\],\s]")
_VALUE_BEGINS = frozenset(b'{["-0123456789tfn')

_QUOTE, _BACKSLASH = b'"\\'
_OPENING = frozenset(b"[{")

# What may stand between elements, and what is expected after it.
_BETWEEN: dict[tuple[_State, int], _State] = {
    ("before", ord("[")): "first",
    ("first", ord("]")): "closed",
    ("after", ord(",")): "next",
    ("after", ord("]")): "closed",
}
_EXPECTED: dict[_State, str] = {
    "before": "a JSON array's [",
    "first": "a JSON value or ]",
    "after": "a comma or ]",
    "next": "a JSON value",
    "closed": "nothing after the array's ]",
}


class JsonArray(Framing):
    """Decodes the elements of one array."""

    def __init__(self, limit: int = MAX_FRAME) -> None:
        super().__init__(limit)
        self._state: _State = "before"
        self._value: int | None = None  # where the element begins, counted from its frame's first byte
        self._depth = 0
        self._quoted = False

    def _whole(self) -> Frame | None:
        if self._value is None and (broken := self._skip_between()):
            return broken
        if self._value is None:
            return None
        end = self._end_of_value()
        if end is None:
            self._seen = len(self._held) - self._from
            return None
        data = bytes(self._held[self._from + self._value : end])
        self._value = None
        self._state = "after"
        return self._frame(end, "data", data)

    def _rest(self) -> Frame:
        end = len(self._held)
        if self._value is None:
            return self._frame(end, "idle")
        return self._frame(end, "partial", bytes(self._held[self._value :]))

    def _skip_between(self) -> Frame | None:
        """Go on to the next element. Returns a broken frame for anything that is not allowed before it."""
        if self._offset + self._from + self._seen == 0:
            if BOM.startswith(self._held):
                return None
            self._seen = len(BOM) * self._held.startswith(BOM)
        while content := NOT_BLANK.search(self._held, self._from + self._seen):
            place = content.start()
            byte = self._held[place]
            self._seen = place + 1 - self._from
            if self._state in ("first", "next") and byte in _VALUE_BEGINS:
                self._begin_value(byte)
                return None
            if (self._state, byte) not in _BETWEEN:
                where = f"at byte {self._offset + place:,}"
                return self._broken(f"expected {_EXPECTED[self._state]} {where}, got {bytes([byte])!r}", place + 1)
            self._state = _BETWEEN[self._state, byte]
        self._seen = len(self._held) - self._from
        return None

    def _begin_value(self, byte: int) -> None:
        self._value = self._seen - 1
        self._depth = int(byte in _OPENING)
        self._quoted = byte == _QUOTE

    def _end_of_value(self) -> int | None:
        """Where the element ends in what is held, None if that has not come."""
        place = self._from + self._seen
        if not self._depth and not self._quoted:
            scalar = _SCALAR_END.search(self._held, place)
            return scalar.start() if scalar else None
        while self._depth or self._quoted:
            if self._quoted:
                place = self._closing_quote(place) + 1
                if not place:
                    return None
                self._quoted = False
            elif mark := _STRUCTURE.search(self._held, place):
                place = mark.end()
                self._step(self._held[place - 1])
            else:
                return None
        return place

    def _step(self, mark: int) -> None:
        if mark == _QUOTE:
            self._quoted = True
        else:
            self._depth += 1 if mark in _OPENING else -1

    def _closing_quote(self, place: int) -> int:
        """The first quote from `place` on that is not escaped: one with an even number of backslashes before it."""
        while (quote := self._held.find(b'"', place)) >= 0:
            before = quote
            while self._held[before - 1] == _BACKSLASH:
                before -= 1
            if (quote - before) % 2 == 0:
                break
            place = quote + 1
        return quote
