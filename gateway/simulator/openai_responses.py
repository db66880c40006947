"""OpenAI's Responses: /v1/responses.

Named events with a running `sequence_number`; the event's name equals its `type`. Output items come one after the
other, each from added to done: reasoning, message, function calls. The last event holds the whole response.
"""

from collections.abc import Iterator

from gateway.simulator.api import Api, Frames, framed, sse
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
from gateway.simulator.prompt import Json, Prompt, Role, chosen, count, entries, hear, member, text_in, weigh
from gateway.simulator.script import HEX, Call, Script

__all__ = ["OPENAI_RESPONSES"]

# Settings that a response repeats, and what they are when the request does not say.
_SETTINGS: Json = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "service_tier": "default",
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}, "verbosity": "medium"},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
    "metadata": {},
}


def _read(body: Json) -> Prompt:
    text, turn, results = hear(_turns(body.get("input")))
    effort = member(body, "reasoning", "effort")
    return Prompt(
        text=text,
        size=weigh([body.get("instructions"), body.get("input"), body.get("tools")]),
        turn=turn,
        results=results,
        tools=() if body.get("tool_choice") == "none" else chosen(tools_of(body.get("tools")), choice(body)),
        must_call=body.get("tool_choice") == "required" or choice(body) is not None,
        one_call=body.get("parallel_tool_calls") is False,
        thinking=bool(body.get("reasoning")) and effort != "none",
        limit=count(body.get("max_output_tokens")),
        schema=schema_of(member(body, "text", "format")),
    )


def _turns(asked: object) -> Iterator[tuple[Role, str]]:
    if isinstance(asked, str):
        yield "user", asked
    for item in entries(asked):
        if item.get("type") in {"function_call_output", "custom_tool_call_output"}:
            yield "tool", text_in(item.get("output"))
        else:
            yield "user" if item.get("role") == "user" else "model", text_in(item.get("content"))


def _streams(body: Json) -> bool:
    return body.get("stream") is True


def _stream(script: Script, body: Json) -> Frames:
    numbered = (
        {"type": event["type"], "sequence_number": at, **event} for at, event in enumerate(_events(script, body))
    )
    return framed(numbered, opening=_before_first_token)


def _before_first_token(kind: str) -> bool:
    """Neither a delta nor, where nothing is shown, the end."""
    return not kind.endswith((".delta", ".completed", ".incomplete"))


def _events(script: Script, body: Json) -> Iterator[Json]:
    unfinished = _response(script, body, "in_progress", [])
    yield {"type": "response.created", "response": unfinished}
    yield {"type": "response.in_progress", "response": unfinished}
    items = _items(script, body)
    for index, item in enumerate(items):
        yield {"type": "response.output_item.added", "output_index": index, "item": {**item, **_EMPTY[item["type"]]}}
        yield from _inner(script, body, index, item)
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    whole = _whole(script, body)
    yield {"type": f"response.{whole['status']}", "response": whole}


_EMPTY: dict[str, Json] = {
    "reasoning": {"summary": []},
    "message": {"status": "in_progress", "content": []},
    "function_call": {"status": "in_progress", "arguments": ""},
}


def _inner(script: Script, body: Json, index: int, item: Json) -> Iterator[Json]:
    """The events of one item between its added and its done."""
    place: Json = {"item_id": item["id"], "output_index": index}
    if item["type"] == "message":
        yield from _text(script, body, {**place, "content_index": 0}, item["content"][0])
    elif item["type"] == "function_call":
        call = next(call for at, call in enumerate(script.calls) if _call_id(script, at) == item["call_id"])
        yield from _arguments(script, body, place, call)
    elif item["summary"]:
        yield from _summary(script, body, {**place, "summary_index": 0}, item["summary"][0])


def _text(script: Script, body: Json, place: Json, part: Json) -> Iterator[Json]:
    yield {"type": "response.content_part.added", **place, "part": {**part, "text": ""}}
    yield from _deltas(script, body, "response.output_text.delta", {**place, "logprobs": []}, script.text)
    yield {"type": "response.output_text.done", **place, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}


def _summary(script: Script, body: Json, place: Json, part: Json) -> Iterator[Json]:
    name = "response.reasoning_summary"
    yield {"type": f"{name}_part.added", **place, "part": {**part, "text": ""}}
    yield from _deltas(script, body, f"{name}_text.delta", place, script.thinking)
    yield {"type": f"{name}_text.done", **place, "text": part["text"]}
    yield {"type": f"{name}_part.done", **place, "part": part}


def _arguments(script: Script, body: Json, place: Json, call: Call) -> Iterator[Json]:
    name = "response.function_call_arguments"
    yield from _deltas(script, body, f"{name}.delta", place, call.pieces)
    yield {"type": f"{name}.done", **place, "name": call.name, "arguments": "".join(call.pieces)}


def _deltas(script: Script, body: Json, kind: str, place: Json, pieces: tuple[str, ...]) -> Iterator[Json]:
    for index, piece in enumerate(pieces):
        hidden = padding(script, (place["item_id"], index), piece, body.get("stream_options"))
        yield {"type": kind, **place, "delta": piece, **hidden}


def _items(script: Script, body: Json) -> list[Json]:
    """The output items, complete."""
    done = "incomplete" if script.stop == "length" else "completed"
    items: list[Json] = []
    if script.thinking:
        items.append(_reasoning(script, body))
    if script.text:
        part = {"type": "output_text", "annotations": [], "logprobs": [], "text": "".join(script.text)}
        message = {"id": "msg_" + script.id("message", 50, HEX), "type": "message", "status": done}
        items.append({**message, "content": [part], "role": "assistant"})
    for index, call in enumerate(script.calls):
        item = {"id": "fc_" + script.id(f"item {index}", 50, HEX), "type": "function_call", "status": "completed"}
        item |= {"arguments": "".join(call.pieces), "call_id": _call_id(script, index), "name": call.name}
        items.append(item)
    return items


def _reasoning(script: Script, body: Json) -> Json:
    """The reasoning item: a summary and its encrypted content only where the request asks for them."""
    summary = [{"type": "summary_text", "text": "".join(script.thinking)}]
    item: Json = {"id": "rs_" + script.id("reasoning", 50, HEX), "type": "reasoning"}
    item["summary"] = summary if member(body, "reasoning", "summary") else []
    included = body.get("include")
    if isinstance(included, list) and "reasoning.encrypted_content" in included:
        item["encrypted_content"] = "gAAAAAB" + script.id("encrypted", 240) + "=="
    return item


def _call_id(script: Script, index: int) -> str:
    return "call_" + script.id(f"call {index}", 24)


def _whole(script: Script, body: Json) -> Json:
    status = "incomplete" if script.stop == "length" else "completed"
    return _response(script, body, status, _items(script, body))


def _response(script: Script, body: Json, status: str, output: list[Json]) -> Json:
    ended = status in {"completed", "incomplete"}
    return {
        "id": "resp_" + script.id("response", 50, HEX),
        "object": "response",
        "created_at": script.created,
        "status": status,
        "completed_at": script.created + 1 if status == "completed" else None,
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
        "model": script.model,
        "output": output,
        "usage": _usage(script) if ended else None,
        **{name: default if body.get(name) is None else body[name] for name, default in _SETTINGS.items()},
    }


def _usage(script: Script) -> Json:
    return {
        "input_tokens": script.input_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": script.output_tokens,
        "output_tokens_details": {"reasoning_tokens": script.thinking_tokens},
        "total_tokens": script.total_tokens,
    }


def _failure(script: Script, body: Json, sent: int) -> tuple[bytes, ...]:
    """An error event and the failed response, as the provider sends them: both say what happened."""
    error: Json = {"code": "server_error", "message": "The model failed to answer (simulated)."}
    shown = {"type": "server_error", **error, "param": None}
    failed = {**_response(script, body, "failed", []), "error": error}
    return (
        sse("error", {"type": "error", "sequence_number": sent, "error": shown}),
        sse("response.failed", {"type": "response.failed", "sequence_number": sent + 1, "response": failed}),
    )


OPENAI_RESPONSES = Api(
    media=MEDIA,
    needs=("model", "input"),
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
