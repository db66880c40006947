"""How each provider says that it failed: for failures that are made on purpose, amid a stream or in place of an answer.

The models were real streams: Anthropic's `event: error`, OpenAI's chunk with an `error`, Gemini's element that begins
with `error`, Bedrock's exceptions. After such frames a body just ends, without what ends a whole one.
"""

import json
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from gateway.dialects.api import Api, Value
from gateway.dialects.table import DEFAULT_DIALECT, DIALECTS, PROVIDERS
from gateway.wire.writing import NewFrame
from recorder.interaction import Headers

__all__ = ["FailureKind", "failure_frames", "refusal"]

FailureKind = Literal["overloaded", "rate_limit", "server", "timeout"]

_MESSAGES: Mapping[FailureKind, str] = {
    "overloaded": "The model is overloaded (simulated by tokentape).",
    "rate_limit": "The rate limit has been reached (simulated by tokentape).",
    "server": "The server had an error (simulated by tokentape).",
    "timeout": "The model took too long (simulated by tokentape).",
}

# What a provider calls each kind, and the status that it has there. Where none is listed no word is said.
_Words = Mapping[FailureKind, tuple[int, str]]
_WORDS: Mapping[str, _Words] = {
    "anthropic": {
        "overloaded": (529, "overloaded_error"),
        "rate_limit": (429, "rate_limit_error"),
        "server": (500, "api_error"),
        "timeout": (504, "timeout_error"),
    },
    "openai": {
        "overloaded": (503, "server_error"),
        "rate_limit": (429, "rate_limit_exceeded"),
        "server": (500, "server_error"),
        "timeout": (504, "timeout"),
    },
    "gemini": {
        "overloaded": (503, "UNAVAILABLE"),
        "rate_limit": (429, "RESOURCE_EXHAUSTED"),
        "server": (500, "INTERNAL"),
        "timeout": (504, "DEADLINE_EXCEEDED"),
    },
    "bedrock": {
        "overloaded": (503, "serviceUnavailableException"),
        "rate_limit": (429, "throttlingException"),
        "server": (500, "internalServerException"),
        "timeout": (408, "modelTimeoutException"),
    },
}


class _Failure(NamedTuple):
    """What there is to be said; `first` and `last` are the JSON of the stream's frames, as far as it came."""

    status: int
    word: str
    message: str
    first: Value
    last: Value


def failure_frames(api: type[Api], kind: FailureKind, first: Value, last: Value) -> tuple[NewFrame, ...]:
    """The frames by which a stream of `api` says that it failed, after one with the JSON `first` ... `last`.

    Empty where the API is not known to have such frames.
    """
    frames = _FRAMES.get(api.name)
    if frames is None:
        return ()
    status, word = _words(api)[kind]
    return frames(_Failure(status, word, _MESSAGES[kind], first, last))


def refusal(api: type[Api], upstream: str, status: int) -> tuple[Headers, bytes]:
    """Headers and body of an answer that is an error, as the provider of `api`, or else `upstream`, would send it."""
    words = _words(api)
    by_status = {of: kind for kind, (of, _) in words.items()}
    kind = by_status.get(status) or _KINDS.get(status) or ("server" if status >= 500 else None)
    word = words[kind][1] if kind else "invalid_request_error"
    message = _MESSAGES[kind] if kind else f"HTTP {status} (simulated by tokentape)."
    if _family(api) == "bedrock":
        return (("Content-Type", "application/json"), ("x-amzn-ErrorType", word)), _packed({"message": message})
    known = next((provider.dialect for provider in PROVIDERS if provider.name == upstream), DEFAULT_DIALECT)
    dialect = DIALECTS.get(_family(api), known)
    return (("Content-Type", "application/json"),), _packed(dialect.error(status, word, message))


_KINDS: Mapping[int, FailureKind] = {
    408: "timeout",
    429: "rate_limit",
    503: "overloaded",
    504: "timeout",
    529: "overloaded",
}


def _family(api: type[Api]) -> str:
    return api.name.partition(".")[0]


def _words(api: type[Api]) -> _Words:
    return _WORDS.get(_family(api), _WORDS["openai"])


def _packed(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _anthropic(failed: _Failure) -> tuple[NewFrame, ...]:
    error = {"type": "error", "error": {"type": failed.word, "message": failed.message}}
    return (NewFrame(_packed(error), "error"),)


def _openai(failed: _Failure) -> tuple[NewFrame, ...]:
    error = {"message": failed.message, "type": failed.word, "param": None, "code": failed.status}
    return (NewFrame(_packed({"error": error})),)


def _responses(failed: _Failure) -> tuple[NewFrame, ...]:
    """An error event, and the response as it failed: both say what happened."""
    error = {"code": failed.word, "message": failed.message}
    number = failed.last.get("sequence_number")
    after = number + 1 if isinstance(number, int) else 0
    shown = {"type": failed.word, **error, "param": None}
    response = failed.first.get("response")
    begun = response if isinstance(response, dict) else {"object": "response", "output": []}
    ended = {**begun, "status": "failed", "error": error}
    return (
        NewFrame(_packed({"type": "error", "sequence_number": after, "error": shown}), "error"),
        NewFrame(
            _packed({"type": "response.failed", "sequence_number": after + 1, "response": ended}), "response.failed"
        ),
    )


def _gemini(failed: _Failure) -> tuple[NewFrame, ...]:
    # The SDK knows an error by its first key.
    return (NewFrame(_packed({"error": _gemini_error(failed)})),)


def _interactions(failed: _Failure) -> tuple[NewFrame, ...]:
    return (NewFrame(_packed({"event_type": "error", "error": _gemini_error(failed)}), "error"),)


def _gemini_error(failed: _Failure) -> Value:
    return {"code": failed.status, "message": failed.message, "status": failed.word}


def _ollama(failed: _Failure) -> tuple[NewFrame, ...]:
    return (NewFrame(_packed({"error": failed.message})),)


def _cohere(failed: _Failure) -> tuple[NewFrame, ...]:
    ended = {"type": "message-end", "delta": {"finish_reason": "ERROR", "error": failed.message}}
    return (NewFrame(_packed(ended), "message-end"),)


def _cohere_v1(failed: _Failure) -> tuple[NewFrame, ...]:  # noqa: ARG001 - its event has no place for a message
    return (NewFrame(_packed({"is_finished": True, "event_type": "stream-end", "finish_reason": "ERROR"})),)


def _cohere_generate(failed: _Failure) -> tuple[NewFrame, ...]:
    error = {"is_finished": True, "event_type": "stream-error", "finish_reason": "ERROR", "err": failed.message}
    return (NewFrame(_packed(error)),)


def _bedrock(failed: _Failure) -> tuple[NewFrame, ...]:
    headers = (
        (":exception-type", failed.word),
        (":content-type", "application/json"),
        (":message-type", "exception"),
    )
    return (NewFrame(_packed({"message": failed.message}), failed.word, headers),)


_FRAMES: Mapping[str, Callable[[_Failure], tuple[NewFrame, ...]]] = {
    "anthropic.messages": _anthropic,
    "anthropic.complete": _anthropic,
    "openai.chat": _openai,
    "openai.completions": _openai,
    "openai.images": _openai,
    "openai.speech": _openai,
    "openai.transcription": _openai,
    "openai.responses": _responses,
    "gemini.generate_content": _gemini,
    "gemini.interactions": _interactions,
    "ollama.chat": _ollama,
    "ollama.generate": _ollama,
    "cohere.chat": _cohere,
    "cohere.v1.chat": _cohere_v1,
    "cohere.generate": _cohere_generate,
    "bedrock.converse": _bedrock,
    "bedrock.invoke": _bedrock,
}
