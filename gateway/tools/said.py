"""What an interaction says, as trees that two recordings of the same thing have in common.

    request  ── request_of ──> upstream, method, path, query, headers that change the answer, body
    reply    ── answer_of ───> status, what was said (messages, tool calls, tokens, errors), how it ended

What is different each time (times, ids, signatures) is left out; tool-call ids are numbered. An answer in which nobody
says anything (a list of models, an embedding) is its body.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from gateway.reader import read
from gateway.transcript import Transcript, transcript_json
from gateway.wire.inflation import PIECE, Undecodable, inflater
from recorder.canonical import CallId, Number, Tree, request_tree
from recorder.interaction import Interaction, Request
from recorder.matching import Matcher
from recorder.paths import Paths

__all__ = ["answer_of", "request_of"]

# A client acts upon these; all others are of the moment, or tell what the body shows.
_ANSWER_HEADERS = frozenset(("content-type", "location", "retry-after", "retry-after-ms", "x-should-retry"))
_OF_THE_MOMENT = re.compile(r"(?:.*_)?id|.*Id|encrypted_.*|.*signature|created(?:_at)?", re.IGNORECASE)
_MOST_PIECES = (16 << 20) // PIECE
_TOKENS = ("input", "output", "total", "cache_read", "cache_write", "reasoning")


def request_of(request: Request, matcher: Matcher) -> dict[str, Tree]:
    """What is asked, canonical. `matcher` says what does not count; betas and versions of the API always do."""
    names = {name.lower() for name, _ in request.headers}
    telling = sorted(name for name in names if name.endswith(("-beta", "-version")) and "stainless" not in name)
    return replace(matcher, headers=(*matcher.headers, *telling)).tree(request)


def answer_of(interaction: Interaction, transcript: Transcript | None = None) -> dict[str, Tree]:
    """What was answered, with the names of `tokentape cassette show --transcript --json`."""
    transcript = transcript or Transcript.of(read(interaction))
    headers: dict[str, Tree] = {}
    for name, value in interaction.response.headers:
        if name.lower() in _ANSWER_HEADERS:
            headers[name.lower()] = value
    tree: dict[str, Tree] = {"status": Number(interaction.response.status)}
    tree |= {"headers": headers} if headers else {}
    refused = transcript.error is not None and transcript.error.source == "provider"
    return tree | ({} if transcript.choices or refused else _body(interaction)) | _spoken(transcript)


def _spoken(transcript: Transcript) -> dict[str, Tree]:
    plain = transcript_json(transcript)
    calls = _numbered(transcript)
    usage, error = plain.get("usage", {}), plain.get("error", {})
    tree: dict[str, Tree] = {
        "choices": [_message(message, calls) for message in plain.get("choices", ())],
        "usage": {name: _tree(usage[name]) for name in _TOKENS if name in usage},
        "error": {name: _tree(error[name]) for name in ("source", "kind", "message") if name in error},
        "outcome": plain.get("outcome"),
    }
    return {name: value for name, value in tree.items() if value}


def _numbered(transcript: Transcript) -> dict[str, CallId]:
    """The ids of tool calls, by their first appearance."""
    calls = (block.id for message in transcript.choices for block in message.blocks if block.kind == "tool_call")
    return {name: CallId(number) for number, name in enumerate(dict.fromkeys(calls)) if name is not None}


def _message(message: Mapping[str, Any], calls: Mapping[str, CallId]) -> Tree:
    blocks: list[Tree] = [dict(_block(block, calls)) for block in message.get("blocks", ())]
    tree: dict[str, Tree] = {name: message[name] for name in ("role", "model") if name in message}
    tree["blocks"] = blocks
    tree |= {name: message[name] for name in ("reason", "provider_reason", "stop_sequence") if name in message}
    return tree | ({"details": _lasting(message["details"])} if "details" in message else {})


def _block(block: Mapping[str, Any], calls: Mapping[str, CallId]) -> Iterator[tuple[str, Tree]]:
    """What a block says: arguments parsed where they are JSON, and whether it was cut off."""
    for name in ("kind", "name", "by", "provider_type", "text", "transcript", "mime", "data"):
        if name in block:
            yield name, block[name]
    for name in ("id", "ref"):
        if block.get(name) in calls:
            yield name, calls[block[name]]
    for name in ("citations", "provider"):
        if lasting := _lasting(block.get(name)):
            yield name, lasting
    if "arguments" in block or "parsed_arguments" in block:
        yield "arguments", _tree(block.get("parsed_arguments", block.get("arguments")))
    if "signature" in block:
        yield "signed", True
    if not block.get("closed"):
        yield "cut_off", True


def _body(interaction: Interaction) -> dict[str, Tree]:
    """The body, canonical like that of a request."""
    headers = interaction.response.headers
    tree = request_tree(Request("", "", "", headers, _plain_body(interaction)), Paths(), ())
    return {name: tree[name] for name in ("body", "parts") if tree.get(name)}


def _plain_body(interaction: Interaction) -> bytes:
    """The body without its content coding, as far as anybody would look into it; as it is if that cannot be read."""
    inflate = inflater(interaction.response.header("content-encoding") or "")
    try:
        return b"".join(islice(inflate(interaction.body), _MOST_PIECES))
    except Undecodable:
        return interaction.body


def _lasting(value: Any) -> Tree:
    """What a provider says in its own words, without ids, signatures and the like."""
    if isinstance(value, dict):
        return {name: _lasting(member) for name, member in value.items() if not _OF_THE_MOMENT.fullmatch(name)}
    return [_lasting(item) for item in value] if isinstance(value, list) else _tree(value)


def _tree(value: Any) -> Tree:
    """A JSON value as a tree."""
    if isinstance(value, dict):
        return {name: _tree(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_tree(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Number(json.dumps(value))
    return value  # type: ignore[no-any-return]  # a leaf, as JSON has it
