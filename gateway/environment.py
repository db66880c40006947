"""What the child of `tokentape run` finds in its environment: base URLs, keys, and no proxy in between.

The SDKs read their base URL from these variables, so a program needs no change. Each wants its own spelling: some add
/v1 themselves, some do not.
"""

from collections.abc import Mapping

__all__ = ["BASE_URLS", "DUMMY_KEY", "KEYS", "KEYS_OF", "child_environment"]

# variable -> path below the gateway's own URL
BASE_URLS: Mapping[str, str] = {
    "ANTHROPIC_BASE_URL": "/anthropic",
    "ANTHROPIC_API_URL": "/anthropic",  # LangChain's name for it, read first
    "OPENAI_BASE_URL": "/openai/v1",
    "OPENAI_API_BASE": "/openai/v1",  # LangChain's name for it, read first
    "GOOGLE_GEMINI_BASE_URL": "/gemini",
    "OLLAMA_HOST": "/ollama",
}

# provider -> variables that its own SDK, or its pages, take a key from: the first that is set counts
KEYS_OF: Mapping[str, tuple[str, ...]] = {
    "anthropic": ("ANTHROPIC_API_KEY",),
    "openai": ("OPENAI_API_KEY",),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "mistral": ("MISTRAL_API_KEY",),
    "cohere": ("CO_API_KEY", "COHERE_API_KEY"),
    "groq": ("GROQ_API_KEY",),
    "openrouter": ("OPENROUTER_API_KEY",),
    "deepseek": ("DEEPSEEK_API_KEY",),
    "xai": ("XAI_API_KEY",),
}

KEYS: tuple[tuple[str, ...], ...] = tuple(KEYS_OF[name] for name in ("anthropic", "openai", "gemini"))
"""Variables that the SDKs which refuse to start without a key take theirs from: any of a group will do."""

DUMMY_KEY = "tokentape-replay-needs-no-key"

_LOCAL = ("127.0.0.1", "localhost")


def child_environment(environ: Mapping[str, str], url: str, *, dummy_keys: bool) -> dict[str, str]:
    """`environ` with the SDKs pointed at the gateway at `url`.

    The SDKs refuse to start without a key: with `dummy_keys` those that have none get one that is no secret.
    """
    keys = [group for group in KEYS if dummy_keys and not any(map(environ.get, group))]
    return {
        **environ,
        **{variable: url + path for variable, path in BASE_URLS.items()},
        **dict.fromkeys([variable for group in keys for variable in group], DUMMY_KEY),
        **dict.fromkeys(["NO_PROXY", "no_proxy"], _no_proxy(environ)),
    }


def _no_proxy(environ: Mapping[str, str]) -> str:
    """Both spellings joined, since clients differ in which they read, and this machine added."""
    there = f"{environ.get('NO_PROXY', '')},{environ.get('no_proxy', '')}".split(",")
    hosts = [host.strip() for host in there if host.strip()]
    return ",".join(dict.fromkeys([*hosts, *_LOCAL]))
