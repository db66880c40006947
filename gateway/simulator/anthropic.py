"""Anthropic's Messages API: /v1/messages.

Event order as the SDK's accumulator wants it: message_start, then each block from start to stop, message_delta,
message_stop; a ping after the first block's start, as the provider sends it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from gateway.simulator.api import Api, Frames, framed, sse
from gateway.simulator.prompt import (
    Json,
    Prompt,
    Role,
    Tool,
    chosen,
    count,
    entries,
    hear,
    mapping,
    member,
    strings,
    text_in,
    weigh,
)
from gateway.simulator.script import HEX, Script, code
from recorder.interaction import Headers

__all__ = ["ANTHROPIC", "counted"]

_STOPS = {"end": "end_turn", "length": "max_tokens", "stop_sequence": "stop_sequence", "tool_calls": "tool_use"}
_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_OPENING = frozenset({"message_start", "content_block_start", "ping"})


def _read(body: Json) -> Prompt:
    text, turn, results = hear(_turns(body))
    choice = member(body, "tool_choice", "type")
    tools = [Tool(str(entry.get("name")), mapping(entry.get("input_schema"))) for entry in entries(body.get("tools"))]
    return Prompt(
        text=text,
        size=weigh([body.get("system"), body.get("messages"), body.get("tools")]),
        turn=turn,
        results=results,
        tools=() if choice == "none" else chosen(tools, member(body, "tool_choice", "name")),
        must_call=choice in {"any", "tool"},
        one_call=bool(member(body, "tool_choice", "disable_parallel_tool_use")),
        remarks=choice not in {"any", "tool"},
        thinking=member(body, "thinking", "type") in {"enabled", "adaptive", "between_tools"},
        limit=count(body.get("max_tokens")),
        stops=strings(body.get("stop_sequences")),
        schema=mapping(member(body, "output_config", "format", "schema")) or None,
    )


def _turns(body: Json) -> Iterator[tuple[Role, str]]:
    """What was said; a user's message gives their words first, then the tool results in it."""
    for message in entries(body.get("messages")):
        content = message.get("content")
        results = [block for block in entries(content) if block.get("type") == "tool_result"]
        said = [block for block in entries(content) if block not in results] if results else content
        yield "user" if message.get("role") == "user" else "model", text_in(said)
        yield from (("tool", text_in(block.get("content"))) for block in results)


def counted(input_tokens: int) -> Json:
    """The answer of /v1/messages/count_tokens."""
    return {"input_tokens": input_tokens}


def _streams(body: Json) -> bool:
    return body.get("stream") is True


def _stream(script: Script, body: Json) -> Frames:
    return framed(_events(script, body), opening=_OPENING.__contains__)


def _events(script: Script, body: Json) -> Iterator[Json]:
    yield {"type": "message_start", "message": _message(script, [], None, None, _usage(script, 1, whole=True))}
    for index, (block, deltas) in enumerate(_blocks(script, body)):
        yield {"type": "content_block_start", "index": index, "content_block": block}
        if index == 0:
            yield {"type": "ping"}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    delta = {"stop_reason": _STOPS[script.stop], "stop_sequence": script.stop_sequence, "stop_details": None}
    yield {"type": "message_delta", "delta": delta, "usage": _usage(script, script.output_tokens, whole=False)}
    yield {"type": "message_stop"}


def _blocks(script: Script, body: Json) -> Iterator[tuple[Json, list[Json]]]:
    """Each content block as it starts, and its deltas."""
    if script.thinking:
        shown = () if _hides_thinking(body) else script.thinking
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in shown]
        deltas.append({"type": "signature_delta", "signature": _signature(script)})
        yield {"type": "thinking", "thinking": "", "signature": ""}, deltas
    if script.text:
        yield {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in script.text]
    for block, call in zip(_tool_uses(script), script.calls, strict=True):
        pieces = ("", *call.pieces) if call.arguments else ("",)
        yield {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]


def _tool_uses(script: Script) -> list[Json]:
    return [
        {
            "type": "tool_use",
            "id": "toolu_01" + script.id(f"tool {index}", 22),
            "name": call.name,
            "input": call.arguments,
            "caller": {"type": "direct"},
        }
        for index, call in enumerate(script.calls)
    ]


def _hides_thinking(body: Json) -> bool:
    return bool(member(body, "thinking", "display") == "omitted")


def _signature(script: Script) -> str:
    return "Ep" + script.id("signature", 240) + "=="


def _whole(script: Script, body: Json) -> Json:
    content: list[Json] = []
    if script.thinking:
        thinking = "" if _hides_thinking(body) else "".join(script.thinking)
        content.append({"type": "thinking", "thinking": thinking, "signature": _signature(script)})
    if script.text:
        content.append({"type": "text", "text": "".join(script.text)})
    usage = _usage(script, script.output_tokens, whole=True)
    return _message(script, [*content, *_tool_uses(script)], _STOPS[script.stop], script.stop_sequence, usage)


def _message(script: Script, content: list[Json], stop: str | None, sequence: str | None, usage: Json) -> Json:
    return {
        "model": script.model,
        "id": "msg_01" + script.id("message", 22),
        "type": "message",
        "role": "assistant",
        "content": content,
        "stop_reason": stop,
        "stop_sequence": sequence,
        "stop_details": None,
        "usage": usage,
    }


def _usage(script: Script, output_tokens: int, *, whole: bool) -> Json:
    """Cumulative counts; `whole` adds what only message_start and unstreamed messages have."""
    usage: Json = {
        "input_tokens": script.input_tokens,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": output_tokens,
    }
    if script.thinking and output_tokens == script.output_tokens:
        usage["output_tokens_details"] = {"thinking_tokens": script.thinking_tokens}
    if whole:
        usage["cache_creation"] = {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}
        usage |= {"service_tier": "standard", "inference_geo": "not_available"}
    return usage


def _refusal(status: int, message: str, fingerprint: str) -> Json:
    kind = _ERRORS.get(status, "api_error" if status >= 500 else "invalid_request_error")
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": _request_id(fingerprint)}


def _failure(script: Script, _body: Json, _sent: int) -> tuple[bytes, ...]:
    return (sse("error", _refusal(529, "Overloaded", script.fingerprint)),)


def _request_id(fingerprint: str) -> str:
    return "req_011" + code(fingerprint, "request", 21)


def _head(fingerprint: str, created: int) -> Headers:
    limits = {"requests": 4_000, "tokens": 4_800_000, "input-tokens": 4_000_000, "output-tokens": 800_000}
    name = "anthropic-ratelimit-"
    return (
        ("request-id", _request_id(fingerprint)),
        ("anthropic-organization-id", code("simulated", "organization", 32, HEX)),
        *((f"{name}{kind}-limit", str(limit)) for kind, limit in limits.items()),
        *((f"{name}{kind}-remaining", str(limit - 1)) for kind, limit in limits.items()),
        *((f"{name}{kind}-reset", _iso(created)) for kind in limits),
    )


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _card(name: str, created: int) -> Json:
    return {
        "type": "model",
        "id": name,
        "display_name": name.replace("-", " ").title(),
        "created_at": _iso(created),
        "lifecycle": "active",
    }


def _listing(cards: list[Json]) -> Json:
    return {"data": cards, "has_more": False, "first_id": cards[0]["id"], "last_id": cards[-1]["id"]}


ANTHROPIC = Api(
    media="text/event-stream; charset=utf-8",
    needs=("model", "max_tokens", "messages"),
    models=("claude-opus-4-8", "claude-sonnet-4-6", "claude-haiku-4-5-20251001", "claude-3-haiku-20240307"),
    read=_read,
    streams=_streams,
    stream=_stream,
    whole=_whole,
    refusal=_refusal,
    failure=_failure,
    head=_head,
    card=_card,
    listing=_listing,
)
