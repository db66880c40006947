"""For each API a module: a minimal stream for every kind of event that it has.

`API` is the name of its class, `PATH` a request's path, `WIRE` its framing; `KINDS` the streams, as the JSON values of
their frames: by the kind of their last one.
"""

import importlib
import pkgutil
from types import ModuleType

from tests.gateway.eventstream import MEDIA_TYPE as EVENTSTREAM
from tests.gateway.eventstream import message, named
from tests.gateway.mutations import as_text

MEDIA_TYPES = {"sse": "text/event-stream", "ndjson": "application/x-ndjson", "eventstream": EVENTSTREAM}


def apis() -> dict[str, ModuleType]:
    """The modules, by the name of their API."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {module.API: module for module in modules}


def framed(wire: str, value: object) -> bytes:
    """One frame with this value. In an eventstream, an object of one field is a message called as the field is."""
    if wire == "eventstream":
        if isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value.values())), dict):
            return named(value)
        return message({":event-type": "chunk", ":message-type": "event"}, as_text(value).encode())
    text = value if isinstance(value, str) and wire == "sse" and value.startswith("[DONE]") else as_text(value)
    return (f"data: {text}\n\n" if wire == "sse" else f"{text}\n").encode()
