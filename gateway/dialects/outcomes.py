"""How a stream's last bytes tell whether it was whole: shared by the dialects that use the same wire format.

A hint for people (a warning, a column in a listing): a stream is relayed and replayed as it came, whatever this says.
"""

import re

from gateway.dialects.dialect import Outcome

__all__ = ["ndjson_outcome", "sse_outcome"]


def sse_outcome(terminal: str, error: str, content_type: str, tail: bytes) -> Outcome:
    """Judge a `text/event-stream` body by two patterns, for a terminal event and for an error event."""
    if "text/event-stream" not in content_type:
        return "not a stream"
    return _judge(terminal, error, tail)


def ndjson_outcome(terminal: str, error: str, content_type: str, tail: bytes) -> Outcome:
    """Judge a newline-delimited JSON body by its last lines."""
    if "ndjson" not in content_type:
        return "not a stream"
    return _judge(terminal, error, tail)


def _judge(terminal: str, error: str, tail: bytes) -> Outcome:
    if re.search(error.encode(), tail, re.MULTILINE):
        return "error event"
    return "ok" if re.search(terminal.encode(), tail, re.MULTILINE) else "no terminal event"
