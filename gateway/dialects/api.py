"""One provider API's stream: the base of the classes that say what its frames mean. `apis` lists them.

    reader ── frame(frame, value) per data frame, then end() ──> Api ──> Composer

An Api object reads one response and is then thrown away. It is told the JSON object of each frame, in order, and tells
the composer. Rules that hold in all of them:

* Nothing is dropped in silence. Fields that have no place in an event go to `out.rest` or `out.provider`; a frame of
  which nothing was made is reported by the reader: with its name, and its data unless the Api says that it `repeats`.
* Nothing is invented: no id, time, count or reason that the provider did not send.
* A frame of another shape than the API has is no special case: let the KeyError, TypeError or ValueError out. The
  reader reports the frame with its data and goes on.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from gateway.dialects.composer import Composer
from gateway.wire.frame import Frame

__all__ = ["Api", "Value", "json_text", "rest_of"]

Value = dict[str, Any]


class Api:
    """What the responses of one API mean; this base knows no API and passes everything on as `provider`.

    `path` is the request's path, for what stands only there (a model's name). `out` takes what was said.
    """

    name: ClassVar[str] = "unknown"

    dropped: ClassVar[frozenset[str]] = frozenset()
    """Fields, at any depth, that only carry the rest: padding, and numbers in whose place ours stand."""

    def __init__(self, out: Composer, path: str = "") -> None:
        self.out = out
        self.path = path
        self.repeated = False

    def kind(self, frame: Frame, value: Value) -> str:
        """What the provider calls such a frame."""
        kind = value.get("type")
        return frame.event or (kind if isinstance(kind, str) else "frame")

    def frame(self, frame: Frame, value: Value) -> None:
        """One data frame of the stream, whose JSON is `value`."""
        self.out.provider(self.kind(frame, value), value)

    def done(self) -> None:
        """A frame that says `[DONE]`."""

    def end(self) -> None:
        """The body has ended as it should. Calls `out.finish()` if nothing is missing."""
        self.out.finish()

    def document(self, value: Value) -> None:
        """The JSON of a response that is no stream: says all that its stream would have said, and finishes."""
        self.out.provider(self.name, value)
        self.out.finish()

    def repeats(self) -> None:
        """This frame says only what was said before: its data need not be reported."""
        self.repeated = True


def rest_of(value: Mapping[str, Any], known: frozenset[str]) -> Value:
    """The fields of `value` that are neither in `known` nor null."""
    if value.keys() <= known:  # mostly
        return {}
    return {name: field for name, field in value.items() if name not in known and field is not None}


def json_text(value: Any) -> str:
    """The value as compact JSON: the argument string of a call whose arguments come as an object."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
