"""What the environment does to SDKs: where they are pointed, which keys they find, which proxy comes between."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from gateway.environment import BASE_URLS, DUMMY_KEY, KEYS
from gateway.tools.doctor.diagnosis import Diagnosis

__all__ = ["base_urls", "keys", "proxies"]

_HERE = frozenset(("127.0.0.1", "localhost", "::1"))
_VERSION = re.compile(r"/v1(?:beta)?/?$")
# Switches that lead an SDK past its base URL.
_BYPASSES: Mapping[str, str] = {
    "GOOGLE_GENAI_USE_VERTEXAI": "google-genai asks Vertex AI and does not look at GOOGLE_GEMINI_BASE_URL",
    "GOOGLE_GENAI_USE_ENTERPRISE": "google-genai asks Vertex AI and does not look at GOOGLE_GEMINI_BASE_URL",
    "LANGSMITH_GATEWAY": "LangChain asks LangSmith's gateway where no base URL is set",
}
_OFF = ("", "0", "false", "no")


def base_urls(environ: Mapping[str, str], gateway: str) -> Iterator[Diagnosis]:
    """Where the SDKs are pointed. `gateway` is our own URL, `http://127.0.0.1:8077`."""
    found = [variable for variable in BASE_URLS if environ.get(variable)]
    if not found:
        text = "none is set; `tokentape run` and the pytest plugin set them, beside `tokentape serve` you do"
        yield Diagnosis("ok", "base URLs", text)
    for variable in found:
        yield _base_url(variable, environ[variable], gateway)
    for variable, effect in _BYPASSES.items():
        if environ.get(variable, "").lower() not in _OFF:
            yield Diagnosis("warning", "base URLs", f"{variable} is set: {effect}", f"unset {variable}")


def _base_url(variable: str, url: str, gateway: str) -> Diagnosis:
    path = BASE_URLS[variable]
    parts = _split(url)
    wanted = f"export {variable}={gateway}{path}"
    if parts is None:
        return Diagnosis("problem", "base URLs", f"{variable} is no http:// or https:// URL", wanted)
    version = _VERSION.search(parts.path)
    if version and not path.endswith("/v1"):
        doubled = version[0].rstrip("/") + "/v1"
        text = f"{variable} ends in the version, which its SDK adds by itself: requests go to {doubled}/..."
        return Diagnosis("problem", "base URLs", text, f'export {variable}="${{{variable}%/v1*}}"')
    here = parts.hostname in _HERE and _port(parts) == _port(urlsplit(gateway))
    if here and path.endswith("/v1") and not version:
        return Diagnosis("problem", "base URLs", f"{variable} needs /v1 at its end: its SDK does not add it", wanted)
    if here:
        return Diagnosis("ok", "base URLs", f"{variable} leads to the gateway")
    text = f"{variable} leads to {parts.hostname}:{_port(parts)}, not to the gateway at {gateway}"
    return Diagnosis("warning", "base URLs", text, f"{wanted} (`tokentape run` and the pytest plugin do it themselves)")


def _split(url: str) -> SplitResult | None:
    """The parts of a URL, which for some SDKs may be only a host; None if it is none."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        return parts if parts.scheme in ("http", "https") and parts.hostname and _port(parts) else None
    except ValueError:
        return None


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def keys(environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Which keys the SDKs find; never what they are."""
    found = [variable for group in KEYS for variable in group if environ.get(variable)]
    yield from (_key(variable, environ[variable]) for variable in found)
    if not found:
        names = ", ".join(group[0] for group in KEYS)
        text = f"none of {names} is set: enough for replays under `tokentape run` and pytest, not to record"
        yield Diagnosis("warning", "keys", text, f"export {KEYS[0][0]}=... (to record)")


def _key(variable: str, value: str) -> Diagnosis:
    if value != value.strip() or value[0] in "'\"":
        text = f"{variable} has white space or quotation marks around it, which are sent too"
        return Diagnosis("problem", "keys", text, f"export {variable}=... (without them)")
    if value == DUMMY_KEY or len(value) < 20:
        text = f"{variable} is a stand-in, too short for a real key: replays work, recording will not"
        return Diagnosis("warning", "keys", text, f"export {variable}=... (to record)")
    return Diagnosis("ok", "keys", f"{variable} is set")


def proxies(environ: Mapping[str, str], host: str) -> Iterator[Diagnosis]:
    """Whether a proxy would be asked for the gateway at `host`, or is the only way to a provider."""
    found = {name.upper(): name for name in sorted(environ, reverse=True) if _is_proxy(name) and environ[name]}
    for plain in ("HTTP_PROXY", "ALL_PROXY"):
        if plain in found and not _is_exempt(environ, host):
            yield Diagnosis(
                "problem",
                "proxies",
                f"{found[plain]} is set, and NO_PROXY does not name {host}: SDKs ask the proxy for the gateway",
                f'export NO_PROXY="{host},localhost,$NO_PROXY" no_proxy="{host},localhost,$NO_PROXY"',
            )
    for outward in ("HTTPS_PROXY", "ALL_PROXY"):
        if outward in found:
            text = f"{found[outward]} is set: tokentape does not use it, and reaches providers directly or not at all"
            yield Diagnosis(
                "warning", "proxies", text, "record where providers are reached directly; replays need nobody"
            )
    if not found:
        yield Diagnosis("ok", "proxies", "none is set")


def _is_proxy(name: str) -> bool:
    return name.upper() in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def _is_exempt(environ: Mapping[str, str], host: str) -> bool:
    """Clients differ in which spelling they read: one is enough for those that have both, so both are looked at."""
    lists = [environ[name] for name in ("NO_PROXY", "no_proxy") if environ.get(name)]
    return bool(lists) and all({host, "*"} & {entry.strip() for entry in each.split(",")} for each in lists)
