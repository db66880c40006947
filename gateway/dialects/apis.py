"""Which API answers a request: a table of paths. The first that fits the end counts, whoever the provider is."""

import re
from urllib.parse import unquote

from gateway.dialects.anthropic_complete import AnthropicComplete
from gateway.dialects.anthropic_messages import AnthropicMessages
from gateway.dialects.api import Api

__all__ = ["APIS", "api_of", "model_in"]

APIS: tuple[tuple[str, type[Api]], ...] = (
    (r"(?:^|/v\d+)/messages|/publishers/anthropic/models/[^/]+:(?:streamRawPredict|rawPredict)", AnthropicMessages),
    (r"/v\d+/complete", AnthropicComplete),
)

_TABLE = tuple((re.compile(f"(?:{pattern})$"), api) for pattern, api in APIS)
_MODEL = re.compile(r"/(?:models?|deployments)/([^/?]+?)(?=$|/|:[a-zA-Z]+$)")


def api_of(path: str) -> type[Api]:
    """The API of a request's path; `Api` itself, which passes everything on, where none is known."""
    return next((api for pattern, api in _TABLE if pattern.search(path)), Api)


def model_in(path: str) -> str | None:
    """The model that a path names, if it does."""
    found = _MODEL.search(path)
    return unquote(found[1]) if found else None
