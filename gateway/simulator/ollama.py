"""Ollama: /api/chat and /api/generate.

One JSON object a line. It streams unless the request says `"stream": false`; the last line is `done` and counts. Tool
calls come whole. Times follow from the seed and the number of the token, never from a clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.simulator.api import Api, Frames, packed
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
from gateway.simulator.script import HEX, Script
from recorder.interaction import Headers

__all__ = ["OLLAMA_CHAT", "OLLAMA_GENERATE"]

_STOPS = {"end": "stop", "length": "length", "stop_sequence": "stop", "tool_calls": "stop"}
_ROLES: dict[object, Role] = {"user": "user", "tool": "tool"}
_TOKEN_NS = 25_000_000
_LOAD_NS = 24_478_458
_ANY_OBJECT: Json = {"type": "object", "properties": {"answer": {"type": "string"}}}


def _read_chat(body: Json) -> Prompt:
    messages = entries(body.get("messages"))
    turns = ((_ROLES.get(message.get("role"), "model"), text_in(message.get("content"))) for message in messages)
    text, turn, results = hear(turns)
    functions = [member(entry, "function") for entry in entries(body.get("tools"))]
    tools = [Tool(str(entry.get("name")), mapping(entry.get("parameters"))) for entry in entries(functions)]
    prompt = Prompt(text, weigh([messages, functions]), turn, results, tuple(tools))
    return _with_settings(prompt, body)


def _read_generate(body: Json) -> Prompt:
    return _with_settings(Prompt(text_in(body.get("prompt")), weigh([body.get("system"), body.get("prompt")])), body)


def _with_settings(prompt: Prompt, body: Json) -> Prompt:
    wanted = body.get("format")
    return replace(
        prompt,
        thinking=bool(body.get("think")),
        limit=count(member(body, "options", "num_predict")),
        stops=strings(member(body, "options", "stop")),
        schema=wanted if isinstance(wanted, dict) and wanted else _ANY_OBJECT if wanted == "json" else None,
    )


Saying = Callable[[str, str, list[Json]], Json]


def _message(content: str, thinking: str, calls: list[Json]) -> Json:
    """What chat says with these."""
    message: Json = {"role": "assistant", "content": content}
    if thinking:
        message["thinking"] = thinking
    if calls:
        message["tool_calls"] = calls
    return {"message": message}


def _response(content: str, thinking: str, _calls: list[Json]) -> Json:
    """What generate says with these."""
    return {"response": content, **({"thinking": thinking} if thinking else {})}


def _lines(script: Script, say: Saying, end: Json) -> Iterator[Json]:
    spoken = [
        *(("", piece, []) for piece in script.thinking),
        *((piece, "", []) for piece in script.text),
        *(("", "", [call]) for call in _calls(script)),
    ]
    for index, (content, thinking, calls) in enumerate(spoken):
        yield {**_stamp(script, index), **say(content, thinking, calls), "done": False}
    yield {**_stamp(script, len(spoken)), **say("", "", []), **_end(script), **end}


def _calls(script: Script) -> list[Json]:
    return [
        {
            "id": "call_" + script.id(f"call {index}", 8, HEX),
            "function": {"index": index, "name": call.name, "arguments": call.arguments},
        }
        for index, call in enumerate(script.calls)
    ]


def _stamp(script: Script, index: int) -> Json:
    at = datetime.fromtimestamp(script.created, UTC) + timedelta(microseconds=(index + 1) * _TOKEN_NS // 1000)
    return {"model": script.model, "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}


def _end(script: Script) -> Json:
    """Reason, counts and durations in nanoseconds."""
    reading, speaking = script.input_tokens * 1_000_000, script.output_tokens * _TOKEN_NS
    return {
        "done": True,
        "done_reason": _STOPS[script.stop],
        "total_duration": _LOAD_NS + reading + speaking,
        "load_duration": _LOAD_NS,
        "prompt_eval_count": script.input_tokens,
        "prompt_eval_duration": reading,
        "eval_count": script.output_tokens,
        "eval_duration": speaking,
    }


def _context(script: Script) -> Json:
    """The tokens so far, which generate hands back for the next turn."""
    return {"context": [1000 + ord(piece[-1]) for piece in script.text]}


def _stream(script: Script, say: Saying, end: Json) -> Frames:
    return Frames(tuple(packed(line) + b"\n" for line in _lines(script, say, end)))


def _whole(script: Script, say: Saying, end: Json) -> Json:
    said = say("".join(script.text), "".join(script.thinking), _calls(script))
    return {**_stamp(script, script.output_tokens), **said, **_end(script), **end}


def _refusal(_status: int, message: str, _fingerprint: str) -> Json:
    return {"error": message}


def _failure(_script: Script, _body: Json, _sent: int) -> tuple[bytes, ...]:
    return (packed({"error": "an error was encountered while running the model (simulated)"}) + b"\n",)


def _head(_fingerprint: str, _created: int) -> Headers:
    return ()


def _card(name: str, created: int) -> Json:
    family, _, size = name.partition(":")
    return {
        "name": name,
        "model": name,
        "modified_at": datetime.fromtimestamp(created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "size": 815_319_791,
        "digest": "0" * 64,
        "details": _details(family, size),
    }


def _details(family: str, size: str) -> dict[str, Any]:
    return {
        "parent_model": "",
        "format": "gguf",
        "family": family,
        "families": [family],
        "parameter_size": size.upper(),
        "quantization_level": "Q4_K_M",
    }


def _listing(cards: list[Json]) -> Json:
    return {"models": cards}


OLLAMA_CHAT = Api(
    media="application/x-ndjson",
    needs=("model", "messages"),
    models=("gemma3:1b", "llama3:8b", "qwen3:14b"),
    read=_read_chat,
    streams=lambda body: body.get("stream") is not False,
    stream=lambda script, _body: _stream(script, _message, {}),
    whole=lambda script, _body: _whole(script, _message, {}),
    refusal=_refusal,
    failure=_failure,
    head=_head,
    card=_card,
    listing=_listing,
)
OLLAMA_GENERATE = replace(
    OLLAMA_CHAT,
    needs=("model", "prompt"),
    read=_read_generate,
    stream=lambda script, _body: _stream(script, _response, _context(script)),
    whole=lambda script, _body: _whole(script, _response, _context(script)),
)
