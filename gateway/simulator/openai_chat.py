"""OpenAI's chat completions: /v1/chat/completions.

Unnamed events, each a chat.completion.chunk, and `data: [DONE]` last. Usage is sent only when the request asked for it:
then as `null` in every chunk and with its numbers in a last one that has no choices.
"""

from collections.abc import Iterator

from gateway.simulator.api import Api, Frames, packed
from gateway.simulator.openai_head import (
    MEDIA,
    MODELS,
    card,
    choice,
    head,
    listing,
    padding,
    refusal,
    schema_of,
    tools_of,
)
from gateway.simulator.prompt import Json, Prompt, Role, chosen, count, entries, hear, member, strings, text_in, weigh
from gateway.simulator.script import HEX, Script

__all__ = ["OPENAI_CHAT"]

_STOPS = {"end": "stop", "length": "length", "stop_sequence": "stop", "tool_calls": "tool_calls"}
_ROLES: dict[object, Role] = {"user": "user", "tool": "tool", "function": "tool"}
_DONE = b"data: [DONE]\n\n"


def _read(body: Json) -> Prompt:
    messages = entries(body.get("messages"))
    text, turn, results = hear(
        (_ROLES.get(message.get("role"), "model"), text_in(message.get("content"))) for message in messages
    )
    must = body.get("tool_choice") == "required" or choice(body) is not None
    limit = count(body.get("max_completion_tokens"))
    return Prompt(
        text=text,
        size=weigh([messages, body.get("tools")]),
        turn=turn,
        results=results,
        tools=() if body.get("tool_choice") == "none" else chosen(tools_of(body.get("tools")), choice(body)),
        must_call=must,
        one_call=body.get("parallel_tool_calls") is False,
        thinking=body.get("reasoning_effort") not in {None, "none"},
        limit=count(body.get("max_tokens")) if limit is None else limit,
        stops=strings(body.get("stop")),
        schema=schema_of(body.get("response_format")),
    )


def _streams(body: Json) -> bool:
    return body.get("stream") is True


def _stream(script: Script, body: Json) -> Frames:
    options = body.get("stream_options")
    usage: Json = {"usage": None} if member(options, "include_usage") is True else {}
    outline = _outline(script, "chat.completion.chunk")
    frames = []
    for index, (delta, piece) in enumerate(_deltas(script)):
        entry = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}
        frames.append(_chunk(outline, [entry], {**usage, **padding(script, index, piece, options)}))
    last = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": _STOPS[script.stop]}
    frames.append(_chunk(outline, [last], {**usage, **padding(script, "last", "", options)}))
    if usage:
        frames.append(_chunk(outline, [], {"usage": _usage(script), **padding(script, "usage", "", options)}))
    return Frames((*frames, _DONE), opening=1)


def _deltas(script: Script) -> Iterator[tuple[Json, str]]:
    """Each delta, and the text in it whose length padding hides."""
    content = None if script.calls and not script.text else ""
    yield {"role": "assistant", "content": content, "refusal": None}, ""
    for piece in script.text:
        yield {"content": piece}, piece
    for index, call in enumerate(_calls(script)):
        function = {"name": call["function"]["name"], "arguments": ""}
        yield {"tool_calls": [{"index": index, **call, "function": function}]}, call["function"]["name"]
        for piece in script.calls[index].pieces:
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}, piece


def _calls(script: Script) -> list[Json]:
    return [
        {
            "id": "call_" + script.id(f"call {index}", 24),
            "type": "function",
            "function": {"name": call.name, "arguments": "".join(call.pieces)},
        }
        for index, call in enumerate(script.calls)
    ]


def _chunk(outline: Json, choices: list[Json], more: Json) -> bytes:
    return b"data: %b\n\n" % packed({**outline, "choices": choices, **more})


def _outline(script: Script, kind: str) -> Json:
    return {
        "id": "chatcmpl-" + script.id("completion", 29),
        "object": kind,
        "created": script.created,
        "model": script.model,
        "service_tier": "default",
        "system_fingerprint": "fp_" + script.id("system", 10, HEX),
    }


def _whole(script: Script, _body: Json) -> Json:
    message: Json = {"role": "assistant", "content": "".join(script.text), "refusal": None, "annotations": []}
    if script.calls:
        message |= {"content": message["content"] or None, "tool_calls": _calls(script)}
    entry = {"index": 0, "message": message, "logprobs": None, "finish_reason": _STOPS[script.stop]}
    return {**_outline(script, "chat.completion"), "choices": [entry], "usage": _usage(script)}


def _usage(script: Script) -> Json:
    return {
        "prompt_tokens": script.input_tokens,
        "completion_tokens": script.output_tokens,
        "total_tokens": script.total_tokens,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": script.thinking_tokens,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _failure(script: Script, _body: Json, _sent: int) -> tuple[bytes, ...]:
    message = "The server had an error while processing your request. Sorry about that!"
    return (b"data: %b\n\n" % packed(refusal(500, message, script.fingerprint)),)


OPENAI_CHAT = Api(
    media=MEDIA,
    needs=("model", "messages"),
    models=MODELS,
    read=_read,
    streams=_streams,
    stream=_stream,
    whole=_whole,
    refusal=refusal,
    failure=_failure,
    head=head,
    card=card,
    listing=listing,
)
