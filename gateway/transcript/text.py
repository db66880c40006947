"""A transcript for people: lines of text. All of it came from outside and passes `escaped`."""

import json
from collections.abc import Iterator

from gateway.escaping import escaped
from gateway.transcript.fold import Transcript
from gateway.transcript.message import Block, Message

__all__ = ["transcript_lines"]

_TOTALS = ("input", "output", "total", "cache_read", "cache_write", "reasoning")


def transcript_lines(transcript: Transcript) -> Iterator[str]:
    """The transcript for people, line by line; nothing in it can harm a terminal."""
    yield "  ".join(_one_line(part) for part in (transcript.provider, transcript.api, transcript.model) if part)
    for message in transcript.choices:
        yield from _message_lines(message, len(transcript.choices) > 1)
    if transcript.usage:
        totals = ((name, getattr(transcript.usage, name)) for name in _TOTALS)
        yield "tokens: " + ", ".join(f"{name} {total}" for name, total in totals if total is not None)
    if transcript.error:
        yield _one_line(f"error ({transcript.error.source}): {transcript.error.kind}: {transcript.error.message}")
    first = "" if transcript.ttft is None else f", first token after {transcript.ttft:.1f} ms"
    yield f"ended: {transcript.outcome or 'not yet'}{first}"


def _message_lines(message: Message, numbered: bool) -> Iterator[str]:
    number = f" {message.choice}" if numbered else ""
    yield _one_line(f"{message.role or 'message'}{number}:")
    for block in message.blocks:
        yield "  " + _one_line(" ".join(_title(block)))
        yield from (f"    {line}" for line in _body_lines(block))
    word = f" ({message.provider_reason})" if message.provider_reason else ""
    yield "  " + _one_line(f"stop: {message.reason}{word}" if message.reason else "no stop: it was not finished")


def _title(block: Block) -> Iterator[str]:
    yield block.kind
    yield from (part for part in (block.name, block.id, block.provider_type) if part)
    yield from ([f"for {block.ref}"] if block.ref else [])
    yield from (["by the provider"] if block.by == "server" else [])
    yield from (["signed"] if block.signature else [])
    yield from ([] if block.closed else ["(cut off)"])


def _body_lines(block: Block) -> Iterator[str]:
    for text in (block.text, block.transcript, block.arguments):
        yield from (_one_line(line) for line in text.split("\n") if text)
    if block.patches:
        yield _one_line(_patched(block))
    if block.data is not None:
        yield _one_line(f"{len(block.data):,} bytes of {block.mime or 'data'}")
    for citation in block.citations:
        parts = (citation.get(name) for name in ("title", "url", "text"))
        yield _one_line("cites " + " - ".join(str(part) for part in parts if part))


def _patched(block: Block) -> str:
    try:
        return json.dumps(block.parsed_arguments(), ensure_ascii=False)
    except ValueError as error:
        return str(error)


def _one_line(text: str) -> str:
    return escaped(text.expandtabs(4), limit=len(text) * 4)
