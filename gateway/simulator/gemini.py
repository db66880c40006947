"""Google's Gemini: models/MODEL:generateContent and :streamGenerateContent, as events (`alt=sse`) or as a JSON array.

google-genai reads the events with a decoder that knows nothing but `data: ` and blank lines: no comment, no name, no
id, no terminator. Lines end in CRLF. Function calls come whole, and the reason to stop is STOP after them, too.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from gateway.simulator.api import Api, Frames
from gateway.simulator.prompt import (
    Json,
    Prompt,
    Role,
    Tool,
    count,
    entries,
    hear,
    mapping,
    member,
    strings,
    text_in,
    weigh,
)
from gateway.simulator.script import Script
from recorder.interaction import Headers

__all__ = ["GEMINI_ARRAY", "GEMINI_EVENTS", "GEMINI_WHOLE", "counted"]

_STOPS = {"end": "STOP", "length": "MAX_TOKENS", "stop_sequence": "STOP", "tool_calls": "STOP"}
_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def _read(body: Json) -> Prompt:
    text, turn, results = hear(_turns(body))
    settings = _find(body, "generationConfig")
    calling = _find(body, "toolConfig", "functionCallingConfig")
    allowed = strings(_find(calling, "allowedFunctionNames"))
    tools = [tool for tool in _tools(body) if not allowed or tool.name in allowed]
    thinking = _find(settings, "thinkingConfig")
    return Prompt(
        text=text,
        size=weigh([_find(body, "systemInstruction"), body.get("contents"), body.get("tools")]),
        turn=turn,
        results=results,
        tools=() if _find(calling, "mode") == "NONE" else tuple(tools),
        must_call=_find(calling, "mode") == "ANY",
        thinking=isinstance(thinking, dict) and _find(thinking, "thinkingBudget") != 0,
        limit=count(_find(settings, "maxOutputTokens")),
        stops=strings(_find(settings, "stopSequences")),
        schema=_schema(settings),
    )


def _find(value: object, *path: str) -> Any:
    """What lies at `path`, each name in camel case or, as protobuf's JSON also takes it, in snake case."""
    for name in path:
        found = member(value, name)
        value = (
            member(value, re.sub("[A-Z]", lambda capital: "_" + capital[0].lower(), name)) if found is None else found
        )
    return value


def _turns(body: Json) -> Iterator[tuple[Role, str]]:
    for content in entries(body.get("contents")):
        parts = entries(content.get("parts"))
        results = [result for part in parts if (result := _find(part, "functionResponse"))]
        yield "model" if content.get("role") == "model" else "user", text_in(parts)
        yield from (("tool", json.dumps(member(result, "response"), ensure_ascii=False)) for result in results)


def _tools(body: Json) -> Iterator[Tool]:
    for group in entries(body.get("tools")):
        for entry in entries(_find(group, "functionDeclarations")):
            schema = mapping(entry.get("parameters")) or mapping(_find(entry, "parametersJsonSchema"))
            yield Tool(str(entry.get("name")), schema)


def _schema(settings: object) -> Json | None:
    found = _find(settings, "responseJsonSchema") or _find(settings, "responseSchema")
    return found if isinstance(found, dict) else None


def counted(input_tokens: int) -> Json:
    """The answer of :countTokens."""
    return {
        "totalTokens": input_tokens,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": input_tokens}],
    }


def _responses(script: Script, body: Json) -> Iterator[Json]:
    """One response for each frame: pieces of thought and text, whole calls, and an empty last one with the reason."""
    thought = said = 0
    for part, tokens in _parts(script, body):
        if part.get("thought"):
            thought += tokens
        else:
            said += tokens
            thought = script.thinking_tokens
        yield _response(script, [part], None, thought, said)
    last = {"text": "", **({} if script.calls else _signature(script))}
    yield _response(script, [last], _STOPS[script.stop], script.thinking_tokens, _said(script))


def _parts(script: Script, body: Json) -> Iterator[tuple[Json, int]]:
    """Each part and its tokens."""
    if _shows_thoughts(body):
        yield from (({"text": piece, "thought": True}, 1) for piece in script.thinking)
    yield from (({"text": piece}, 1) for piece in script.text)
    for part, call in zip(_calls(script), script.calls, strict=True):
        yield part, len(call.pieces)


def _shows_thoughts(body: Json) -> bool:
    return _find(body, "generationConfig", "thinkingConfig", "includeThoughts") is True


def _calls(script: Script) -> list[Json]:
    """The calls; the first one holds the signature of the thoughts, as the provider has it."""
    parts = []
    for index, call in enumerate(script.calls):
        function = {"name": call.name, "args": call.arguments, "id": script.id(f"call {index}", 8).lower()}
        parts.append({"functionCall": function, **({} if index else _signature(script))})
    return parts


def _signature(script: Script) -> Json:
    return {"thoughtSignature": "CpQB" + script.id("signature", 200)} if script.thinking else {}


def _said(script: Script) -> int:
    return script.output_tokens - script.thinking_tokens


def _response(script: Script, parts: list[Json], stop: str | None, thought: int, said: int) -> Json:
    candidate: Json = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if stop is not None:
        candidate["finishReason"] = stop
    usage: Json = {"promptTokenCount": script.input_tokens}
    if said:
        usage["candidatesTokenCount"] = said
    usage["totalTokenCount"] = script.input_tokens + thought + said
    usage["promptTokensDetails"] = [{"modality": "TEXT", "tokenCount": script.input_tokens}]
    if thought:
        usage["thoughtsTokenCount"] = thought
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": script.model,
        "responseId": script.id("response", 23),
    }


def _events(script: Script, body: Json) -> Frames:
    return Frames(tuple(_event(response) for response in _responses(script, body)))


def _event(value: Json) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ": "))
    return b"data: %b\r\n\r\n" % text.encode("utf-8", "replace")


def _array(script: Script, body: Json) -> Frames:
    """The same responses as elements of one array that arrives in pieces; the bracket that closes it comes last."""
    pieces = [_element(response) for response in _responses(script, body)]
    return Frames((b"[" + pieces[0], *(b",\r\n" + piece for piece in pieces[1:]), b"]\n"))


def _element(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _whole(script: Script, body: Json) -> Json:
    parts: list[Json] = []
    if script.thinking and _shows_thoughts(body):
        parts.append({"text": "".join(script.thinking), "thought": True})
    if script.text:
        parts.append({"text": "".join(script.text), **({} if script.calls else _signature(script))})
    return _response(script, [*parts, *_calls(script)], _STOPS[script.stop], script.thinking_tokens, _said(script))


def _refusal(status: int, message: str, _fingerprint: str) -> Json:
    named = _STATUS.get(status, "INTERNAL" if status >= 500 else "INVALID_ARGUMENT")
    return {"error": {"code": status, "message": message, "status": named}}


def _failed_event(script: Script, _body: Json, _sent: int) -> tuple[bytes, ...]:
    return (_event(_refusal(503, _OVERLOADED, script.fingerprint)),)


def _failed_array(script: Script, _body: Json, sent: int) -> tuple[bytes, ...]:
    return ((b",\r\n" if sent else b"[") + _element(_refusal(503, _OVERLOADED, script.fingerprint)), b"]\n")


_OVERLOADED = "The model is overloaded. Please try again later."


def _head(fingerprint: str, _created: int) -> Headers:
    return (
        ("Vary", "Origin"),
        ("Vary", "X-Origin"),
        ("Vary", "Referer"),
        ("X-XSS-Protection", "0"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("X-Content-Type-Options", "nosniff"),
        ("Server-Timing", f"gfet4t7; dur={200 + int(fingerprint[:2], 16)}"),
    )


def _card(name: str, _created: int) -> Json:
    return {
        "name": f"models/{name}",
        "version": "001",
        "displayName": name.replace("-", " ").title(),
        "inputTokenLimit": 1_048_576,
        "outputTokenLimit": 65_536,
        "supportedGenerationMethods": ["generateContent", "countTokens"],
    }


def _listing(cards: list[Json]) -> Json:
    return {"models": cards}


GEMINI_EVENTS = Api(
    media="text/event-stream",
    needs=("contents",),
    models=("gemini-3-pro-preview", "gemini-3-flash-preview", "gemini-2.5-flash"),
    read=_read,
    streams=lambda _body: True,
    stream=_events,
    whole=_whole,
    refusal=_refusal,
    failure=_failed_event,
    head=_head,
    card=_card,
    listing=_listing,
)
GEMINI_ARRAY = replace(GEMINI_EVENTS, media="application/json; charset=UTF-8", stream=_array, failure=_failed_array)
GEMINI_WHOLE = replace(GEMINI_EVENTS, streams=lambda _body: False)
