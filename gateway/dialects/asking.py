"""How a prompt is put to a provider: path, body and headers of a streaming request, for each dialect. Pure.

    Provider, prompt, model, max_tokens ── asked ──> Request without a key       key ── key_headers ──> its headers

Every request asks for a stream, and for the usage at its end where that must be asked for: without usage there is no
time per token.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from gateway.dialects.table import DEFAULT_DIALECT, Provider
from recorder.interaction import Headers, Request

__all__ = ["asked", "key_headers", "path_for"]

_Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Asking:
    """One dialect's way. `path` has a place for the model where it stands there; `key` is a header's name and value."""

    path: str
    body: Callable[[str, str, int], _Body]
    key: tuple[str, str] | None = ("authorization", "Bearer {}")
    headers: Headers = ()


def _messages(prompt: str, model: str) -> _Body:
    return {"model": model, "messages": [{"role": "user", "content": prompt}], "stream": True}


def _anthropic(prompt: str, model: str, most: int) -> _Body:
    return {**_messages(prompt, model), "max_tokens": most}


def _openai(prompt: str, model: str, most: int) -> _Body:
    usage = {"stream_options": {"include_usage": True}}
    return {**_messages(prompt, model), "max_completion_tokens": most, **usage}


def _compatible(prompt: str, model: str, most: int) -> _Body:
    return {**_messages(prompt, model), "max_tokens": most, "stream_options": {"include_usage": True}}


def _gemini(prompt: str, _: str, most: int) -> _Body:
    contents = [{"role": "user", "parts": [{"text": prompt}]}]
    return {"contents": contents, "generationConfig": {"maxOutputTokens": most}}


def _ollama(prompt: str, model: str, most: int) -> _Body:
    return {**_messages(prompt, model), "options": {"num_predict": most}}


_CHAT = "/chat/completions"
_ASKING: Mapping[str, _Asking] = {
    "anthropic": _Asking(
        "/v1/messages", _anthropic, ("x-api-key", "{}"), headers=(("anthropic-version", "2023-06-01"),)
    ),
    "openai": _Asking(_CHAT, _openai),
    "openai-compatible": _Asking(_CHAT, _compatible),
    "gemini": _Asking("/v1beta/models/{}:streamGenerateContent?alt=sse", _gemini, ("x-goog-api-key", "{}")),
    "ollama": _Asking("/api/chat", _ollama, key=None),
    "cohere": _Asking("/v2/chat", _anthropic),
}
# These give their usage unasked, and refuse a field that they do not know.
_USAGE_UNASKED = frozenset({"mistral"})


def _asking(provider: Provider) -> _Asking:
    return _ASKING.get(provider.dialect.name, _ASKING[DEFAULT_DIALECT.name])


def path_for(provider: Provider, model: str) -> str:
    """Path and query of a streaming request to the provider."""
    path = _asking(provider).path
    if path == _CHAT:
        path = provider.base_url("").removeprefix(f"/{provider.name}") + path
    return path.format(quote(model, safe=""))


def asked(provider: Provider, prompt: str, model: str, max_tokens: int) -> Request:
    """The request that puts `prompt` to the provider's `model`, without a key."""
    body = _asking(provider).body(prompt, model, max_tokens)
    if provider.name in _USAGE_UNASKED:
        body.pop("stream_options", None)
    return Request(
        upstream=provider.name,
        method="POST",
        target=path_for(provider, model),
        headers=(("content-type", "application/json"), *_asking(provider).headers),
        body=json.dumps(body, ensure_ascii=False).encode(),
    )


def key_headers(provider: Provider, key: str) -> Headers:
    """The headers that carry `key` to the provider; none without a key."""
    header = _asking(provider).key
    return ((header[0], header[1].format(key)),) if header and key else ()
