"""How a stored answer ended, in one word: the judgement that `cassette ls`, `show` and `check` share.

The reader judges, since it knows what ends a stream of each API. It takes some milliseconds a stream, so who lists
thousands first takes `looks_whole`, a look at the last bytes, for a yes.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

from gateway.dialects import outcome_of
from gateway.events import StreamEnd, StreamError
from gateway.reader import read
from recorder.interaction import Chunk, Interaction, Response

__all__ = ["Ending", "Verdict", "ending_of", "is_stream", "looks_whole"]

Verdict = Literal["ok", "not a stream", "not complete", "error event", "no terminal event", "cut off", "unreadable"]
"""Of a whole answer: ok, or not a stream. An error event is an answer too; the others are no whole answer."""

# What is no text has no end that could be read.
_SOUNDS_AND_IMAGES = ("audio/", "image/", "video/", "application/octet-stream", "application/pdf", "application/zip")
_WITHOUT_BODY = (204, 205, 304)


class Ending(NamedTuple):
    """The verdict, and in words what is wrong; the words may come from outside."""

    verdict: Verdict
    problem: str = ""


def is_stream(response: Response) -> bool:
    """Whether an answer says that it comes in events."""
    content_type = response.header("content-type") or ""
    return "stream" in content_type.removeprefix("application/octet-stream") or "ndjson" in content_type


def ending_of(interaction: Interaction) -> Ending:
    """How the answer ended, as the reader reads it."""
    end, response = interaction.end, interaction.response
    if end.kind != "complete":
        return Ending("not complete", f"{end.kind} ({end.reason})" if end.reason else end.kind)
    if not _can_be_read(interaction):
        return Ending("not a stream")
    whole: Verdict = "ok" if is_stream(response) else "not a stream"
    outcome, error = _outcome(interaction)
    if outcome == "complete" or error is None:
        return Ending(whole)
    if error.source == "provider":
        return Ending("error event" if is_stream(response) else whole, error.message)
    if outcome == "error":
        return Ending("unreadable", error.message)
    return Ending("no terminal event" if is_stream(response) else "cut off", error.message)


def looks_whole(interaction: Interaction) -> bool:
    """Whether the last bytes are those of a whole stream. A quick yes; where it is no, ask `ending_of`."""
    content_type = interaction.response.header("content-type") or ""
    outcome = outcome_of(interaction.request.upstream, content_type, interaction.body)
    return interaction.end.kind == "complete" and outcome == "ok"


def _can_be_read(interaction: Interaction) -> bool:
    response = interaction.response
    content_type = (response.header("content-type") or "").lower()
    has_body = interaction.request.method != "HEAD" and response.status not in _WITHOUT_BODY
    return has_body and not content_type.startswith(_SOUNDS_AND_IMAGES)


def _outcome(interaction: Interaction) -> tuple[str, StreamError | None]:
    """The outcome of the last event, and the first error."""
    told = list(_told(interaction))
    outcome = next((event.outcome for event in told if isinstance(event, StreamEnd)), "truncated")
    return outcome, next((event for event in told if isinstance(event, StreamError)), None)


def _told(interaction: Interaction) -> Iterator[StreamEnd | StreamError]:
    if not interaction.response.header("content-encoding"):  # in one piece it is read in half the time
        interaction = replace(interaction, chunks=(Chunk(interaction.end_at, interaction.body),))
    for event in read(interaction):
        if isinstance(event, StreamEnd | StreamError):
            yield event
