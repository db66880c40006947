"""Tool calls of chat completions, whose pieces come in many chunks and, from some servers, with little care.

A call is known by its `index`. It is another call all the same if it has another id and a name: some servers send
every call with index 0. Without an index, a name begins a call (unless its id is the one that is open), and the rest
continues the last.
"""

from collections.abc import Hashable
from typing import Any

from gateway.dialects.api import Value, json_text, rest_of
from gateway.dialects.openai.choice import Choice, ToolCall

__all__ = ["say_calls", "say_executed", "say_function"]

_FIELDS = frozenset({"index", "id", "type", "function", "custom"})
_FUNCTION = frozenset({"name", "arguments", "input"})
_EXECUTED = frozenset({"index", "type", "arguments", "output"})


def say_calls(choice: Choice, calls: list[Value]) -> None:
    """`tool_calls`."""
    for call in calls:
        function = call.get("function") or call.get("custom") or {}
        _say(choice, call.get("index"), call, function)


def say_function(choice: Choice, function: Value) -> None:
    """`function_call`, as before there were tools."""
    _say(choice, "function_call", {"type": "function_call"}, function)


def say_executed(choice: Choice, tools: list[Value]) -> None:
    """`executed_tools`: what Groq's compound models ran on their side. Each comes again when it has its output."""
    for tool in tools:
        key = ("executed", tool["index"])
        call = choice.calls.get(key)
        if call is None:
            kind = tool.get("type")
            call = choice.call(key, id=None, name=None, by="server", provider_type=kind, about={})
            choice.out.json(call.block, tool.get("arguments"))
            call.said.new({"arguments": tool.get("arguments")})
        choice.tell_call(call, {"arguments": tool.get("arguments")})
        if tool.get("output"):
            block = choice.whole("tool_result", provider_type=tool.get("type"), provider=rest_of(tool, _EXECUTED))
            choice.out.text(block, tool["output"])
            choice.out.close(block, synthesized=True)
        else:
            choice.tell_call(call, rest_of(tool, _EXECUTED))


def _say(choice: Choice, key: Hashable, call: Value, function: Value) -> None:
    known = choice.last_call if key is None else choice.calls.get(key)
    name, about = function.get("name") or None, _about(call, function)
    if known is None or _is_another(known, key, call.get("id"), name):
        known = choice.call(
            ("call", len(choice.calls)) if key is None else key,
            id=call.get("id") or None,
            name=name,
            by="client",
            provider_type=call.get("type"),
            about=about,
        )
    else:
        choice.tell_call(known, {"id": call.get("id") or None, "name": name, "type": call.get("type") or None, **about})
    if signature := _signature(call):
        choice.out.delta(known.block, "signature", value=signature)
    choice.out.json(known.block, _text(function.get("arguments")))
    choice.out.text(known.block, function.get("input"))


def _is_another(known: ToolCall, key: Hashable, call_id: str | None, name: str | None) -> bool:
    if not name or (call_id and call_id == known.id):
        return False
    return key is None or bool(call_id and known.id)


def _about(call: Value, function: Value) -> Value:
    about = {**rest_of(call, _FIELDS), **rest_of(function, _FUNCTION)}
    if about.get("extra_content") == {"google": {"thought_signature": _signature(call)}}:
        del about["extra_content"]
    return about


def _signature(call: Value) -> str | None:
    """Gemini's thought signature, as its OpenAI-compatible API carries it."""
    match call.get("extra_content"):
        case {"google": {"thought_signature": str(signature)}}:
            return signature
    return None


def _text(arguments: Any) -> str | None:
    """The argument string; Mistral's API may send the object itself."""
    text: str | None = json_text(arguments) if isinstance(arguments, dict) else arguments
    return text
