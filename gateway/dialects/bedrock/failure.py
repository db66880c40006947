"""How a stream of Bedrock fails: an eventstream message that is an exception, or an error whose headers say it all."""

from gateway.dialects.api import Value
from gateway.dialects.composer import Composer
from gateway.dialects.provider_error import error_in
from gateway.wire.frame import Frame

__all__ = ["say_failure"]

_FAILURES = ("exception", "error")


def say_failure(out: Composer, frame: Frame, value: Value) -> bool:
    """Whether this message says that the stream failed; then `out` knows."""
    headers = dict(frame.fields)
    if headers.get(":message-type") not in _FAILURES:
        return False
    said = value or {"message": headers.get(":error-message")}
    out.error("provider", frame.event or "error", error_in(said)[1], provider=value or headers)
    return True
