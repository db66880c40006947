"""Which upstream a URL belongs to, and back: other tools store URLs, a cassette names an upstream and a target."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

__all__ = ["Places"]

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What a target may not hold; some tools store a URL as a person would type it.
_UNENCODED = re.compile(r"[^\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class Places:
    """The upstreams by name with their URLs. Of two that fit, the one with the longer path, then the later, wins."""

    urls: tuple[tuple[str, str], ...]

    def find(self, url: str) -> tuple[str, str] | None:
        """The upstream and the target of `url`, or None if it is none of them. User and password are dropped."""
        origin = _origin(url)
        if origin is None:
            return None
        target = _target(url)
        best: tuple[int, str, str] | None = None
        for name, base in self.urls:
            path = urlsplit(base).path.rstrip("/")
            below = target.removeprefix(path)
            fits = _origin(base) == origin and target.startswith(path) and below[:1] in ("", "/", "?")
            if fits and (best is None or len(path) >= best[0]):
                best = (len(path), name, below if below.startswith("/") else "/" + below)
        return None if best is None else best[1:]

    def url(self, upstream: str, target: str) -> str:
        """The URL of a target; of an upstream that is not known, one that leads nowhere."""
        return dict(self.urls).get(upstream, f"https://{quote(upstream, safe='')}.invalid").rstrip("/") + target

    def unknown(self, url: str) -> str:
        """Why nothing of a URL that is none of ours is imported: of the URL only scheme, host and port."""
        shown = "a URL that cannot be read"
        if (origin := _origin(url)) is not None:
            scheme, host, port = origin
            shown = f"{scheme}://{host}" + (f":{port}" if port != _DEFAULT_PORTS.get(scheme) else "")
        return f"{shown} is no upstream (--upstream NAME=URL makes it one)"


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None


def _target(url: str) -> str:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _UNENCODED.sub(lambda found: quote(found[0], errors="replace"), target)
