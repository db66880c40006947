"""The dialects by name, and the providers that the gateway knows without configuration."""

from typing import NamedTuple

from gateway.dialects.anthropic.dialect import ANTHROPIC
from gateway.dialects.cohere.dialect import COHERE
from gateway.dialects.dialect import Dialect, Outcome
from gateway.dialects.gemini.dialect import GEMINI
from gateway.dialects.ollama.dialect import OLLAMA
from gateway.dialects.openai.dialect import OPENAI, OPENAI_COMPATIBLE

__all__ = ["DEFAULT_DIALECT", "DIALECTS", "PROVIDERS", "Provider", "outcome_of"]

DIALECTS: dict[str, Dialect] = {
    dialect.name: dialect for dialect in (ANTHROPIC, OPENAI, OPENAI_COMPATIBLE, GEMINI, OLLAMA, COHERE)
}


DEFAULT_DIALECT = OPENAI_COMPATIBLE
"""What most servers speak that are not in the table of providers."""


class Provider(NamedTuple):
    """Where a provider's API lies and which dialect it speaks. `sdk_path`: see `Dialect`, where a provider differs."""

    name: str
    url: str
    dialect: Dialect
    sdk_path: str | None = None

    def base_url(self, gateway: str) -> str:
        """What an SDK is given as its base URL, so that it reaches this provider through the gateway at `gateway`."""
        return f"{gateway}/{self.name}{self.dialect.sdk_path if self.sdk_path is None else self.sdk_path}"


PROVIDERS: tuple[Provider, ...] = (
    Provider("anthropic", "https://api.anthropic.com", ANTHROPIC),
    Provider("openai", "https://api.openai.com", OPENAI),
    Provider("gemini", "https://generativelanguage.googleapis.com", GEMINI),
    Provider("ollama", "http://127.0.0.1:11434", OLLAMA),
    Provider("mistral", "https://api.mistral.ai", OPENAI_COMPATIBLE),
    Provider("cohere", "https://api.cohere.com", COHERE),
    Provider("groq", "https://api.groq.com", OPENAI_COMPATIBLE, "/openai/v1"),
    Provider("openrouter", "https://openrouter.ai", OPENAI_COMPATIBLE, "/api/v1"),
    Provider("deepseek", "https://api.deepseek.com", OPENAI_COMPATIBLE),
    Provider("xai", "https://api.x.ai", OPENAI_COMPATIBLE),
)
"""What the gateway routes to without configuration."""


def outcome_of(upstream: str, content_type: str, tail: bytes) -> Outcome:
    """How a complete response of the upstream called `upstream` ended; of one that is not in the table, as most do."""
    dialect = next((provider.dialect for provider in PROVIDERS if provider.name == upstream), DEFAULT_DIALECT)
    return dialect.outcome(content_type, tail)
