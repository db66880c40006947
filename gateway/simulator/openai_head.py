"""What OpenAI's two APIs share: errors, response headers, the list of models, tools and response formats."""

from gateway.simulator.prompt import Json, Tool, entries, mapping, member
from gateway.simulator.script import HEX, Script, code
from recorder.interaction import Headers

__all__ = ["MEDIA", "MODELS", "card", "choice", "head", "listing", "padding", "refusal", "schema_of", "tools_of"]

MEDIA = "text/event-stream; charset=utf-8"
MODELS = ("gpt-5.4", "gpt-5-mini", "gpt-4o", "gpt-3.5-turbo")

_TYPES = {401: "invalid_request_error", 429: "tokens", 404: "invalid_request_error"}
_CODES = {401: "invalid_api_key", 404: "not_found", 429: "rate_limit_exceeded"}
_PADDED_TO = 16


def tools_of(tools: object) -> list[Tool]:
    """The functions; chat nests them in `function`, Responses does not."""
    functions = [member(entry, "function") or entry for entry in entries(tools) if entry.get("type") == "function"]
    return [Tool(str(entry.get("name")), mapping(entry.get("parameters"))) for entry in entries(functions)]


def choice(body: Json) -> object:
    """The name of the one function that `tool_choice` insists on, or None."""
    return member(body, "tool_choice", "function", "name") or member(body, "tool_choice", "name")


def schema_of(wanted: object) -> Json | None:
    """The schema that a response format asks for; a plain JSON mode wants some object."""
    kind = member(wanted, "type")
    if kind == "json_object":
        return {"type": "object", "properties": {"answer": {"type": "string"}}}
    found = member(wanted, "json_schema", "schema") or member(wanted, "schema")
    return found if kind == "json_schema" and isinstance(found, dict) else None


def padding(script: Script, label: object, piece: str, options: object) -> Json:
    """The padding that hides how long a delta is, unless the request turned it off; `label` tells deltas apart."""
    if member(options, "include_obfuscation") is False:
        return {}
    return {"obfuscation": script.id(f"padding {label}", _PADDED_TO - len(piece) % _PADDED_TO)}


def refusal(status: int, message: str, _fingerprint: str) -> Json:
    """The body of an error answer."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": None, "code": _CODES.get(status)}}


def head(fingerprint: str, _created: int) -> Headers:
    """The headers that only OpenAI sends."""
    return (
        ("x-request-id", "req_" + code(fingerprint, "request", 32, HEX)),
        ("openai-organization", "simulated"),
        ("openai-project", "proj_" + code("simulated", "project", 24)),
        ("openai-processing-ms", str(200 + int(fingerprint[:2], 16))),
        ("openai-version", "2020-10-01"),
        ("x-ratelimit-limit-requests", "10000"),
        ("x-ratelimit-limit-tokens", "2000000"),
        ("x-ratelimit-remaining-requests", "9999"),
        ("x-ratelimit-remaining-tokens", "1999956"),
        ("x-ratelimit-reset-requests", "6ms"),
        ("x-ratelimit-reset-tokens", "1ms"),
    )


def card(name: str, created: int) -> Json:
    """What the list of models says about one."""
    return {"id": name, "object": "model", "created": created, "owned_by": "simulated"}


def listing(cards: list[Json]) -> Json:
    """The list of models."""
    return {"object": "list", "data": cards}
