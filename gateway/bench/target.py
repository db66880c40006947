"""Whom the run drives: a provider by its name, or any URL that speaks a provider's API.

    anthropic                                 the provider itself, or the upstream that is configured by that name
    http://127.0.0.1:8077/openai/v1           a gateway, recording, relaying or replaying; the path says the API
    http://127.0.0.1:8077/@issue-42/gemini    ... with a cassette of its own
    http://127.0.0.1:8000 with api=openai     anything else

A key is for its provider: it goes to that provider and to this machine, where a gateway listens, and nowhere else
unless the variable that holds it has been named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from gateway.dialects import Provider
from gateway.environment import KEYS_OF
from gateway.live import Origin
from gateway.settings import ConfigError

__all__ = ["Target", "key_for", "target_of"]


@dataclass(frozen=True, slots=True)
class Target:
    """A provider, and the URL below which its native paths lie. `own`: this is the provider's own address."""

    provider: Provider
    url: str
    own: bool

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return urlsplit(self.url).netloc

    @property
    def on_this_machine(self) -> bool:
        """Whether the URL names this machine."""
        name = urlsplit(self.url).hostname or ""
        try:
            return ip_address(name).is_loopback
        except ValueError:
            return name == "localhost"


def target_of(text: str, api: str | None, providers: Sequence[Provider]) -> Target:
    """The target that `text` means; `api` names the provider whose API a URL speaks. Raises ConfigError."""
    table = {provider.name: provider for provider in providers}
    if text in table:
        return Target(table[text], table[text].url, own=True)
    if "://" not in text:
        host = text.rpartition("@")[2]  # a password is not repeated
        meant = f"; did you mean 'http://{host}'?" if ":" in text or "/" in text else ""
        raise ConfigError(f"TARGET: expected a URL or one of {', '.join(table)}; got {host!r}{meant}")
    try:
        Origin.parse(text)
    except ValueError as error:
        raise ConfigError(f"TARGET: {error}") from None
    if api is not None and api not in table:
        raise ConfigError(f"--api: expected one of {', '.join(table)}; got {api!r}")
    provider = table[api] if api else _named_by(text, table)
    url = text.rstrip("/").removesuffix(_sdk_path(provider)).rstrip("/")
    return Target(provider, url, own=urlsplit(url).netloc == urlsplit(provider.url).netloc)


def _named_by(url: str, table: Mapping[str, Provider]) -> Provider:
    """The provider that a URL's host or path names."""
    parts = urlsplit(url)
    for provider in table.values():
        if parts.netloc == urlsplit(provider.url).netloc:
            return provider
    named = [segment for segment in parts.path.split("/") if segment in table]
    if not named:
        raise ConfigError(
            f"TARGET: {url!r} does not say whose API it speaks; add --api NAME with one of {', '.join(table)}"
        )
    return table[named[0]]


def _sdk_path(provider: Provider) -> str:
    return provider.base_url("").removeprefix(f"/{provider.name}")


def key_for(target: Target, environ: Mapping[str, str], variable: str | None) -> tuple[str, str]:
    """The key and the variable that it is from; both empty if none is to be sent. Raises ConfigError.

    `variable` is the one that the user has named; else the provider's usual ones count, for itself and this machine.
    """
    if variable is not None:
        if not environ.get(variable):
            raise ConfigError(f"--key-env: the environment has no {variable}; export it with the key first")
        return environ[variable], variable
    names = KEYS_OF.get(target.provider.name, ())
    found = next((name for name in names if environ.get(name)), "")
    if target.own and names and not found and not target.on_this_machine:
        raise ConfigError(f"{target.provider.name} wants a key: export {' or '.join(names)} (or name it: --key-env)")
    if not found or not (target.own or target.on_this_machine):
        return "", ""
    return environ[found], found
