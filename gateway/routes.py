"""Routes: a request's path -> upstream, dialect, cassette, and what goes up.

    /@<cassette>/<name>/rest    /<name>/rest    /rest (a path that only one API has)

The rest, query included, is never re-encoded. Nothing but the path picks an upstream: no header, no query, no body.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from gateway.dialects import Provider
from gateway.errors import NotRouted

__all__ = ["Route", "Routes"]

_DOUBLED = "/v1/v1/"
_NAME = re.compile(r"/([^/?]+)")


@dataclass(frozen=True, slots=True)
class Route:
    """Where one request goes. `target` is path and query for the upstream; `cassette` is None for the default one."""

    upstream: Provider
    target: str
    cassette: str | None


class Routes:
    """The table of upstreams, by name and by the paths that only one of their APIs has."""

    def __init__(self, upstreams: tuple[Provider, ...]) -> None:
        self._by_name = {upstream.name: upstream for upstream in upstreams}
        self._by_path = [
            (_prefix(path), self._by_name[upstream.name])
            for upstream in upstreams
            if upstream.dialect.name == upstream.name
            for path in upstream.dialect.paths
        ]

    def find(self, target: str, gateway: str) -> Route:
        """The route of a request target as it came. Raises NotRouted, which names base URLs below `gateway`."""
        cassette, rest = _split_cassette(target)
        name, below = _split_name(rest)
        upstream = self._by_name.get(name)
        if upstream is not None:
            _refuse_doubled(below)
            return Route(upstream, below, cassette)
        _refuse_doubled(rest)
        for path, candidate in self._by_path:
            if path.match(rest):
                return Route(candidate, rest, cassette)
        raise NotRouted(self._what_would_fit(target, gateway))

    def _what_would_fit(self, target: str, gateway: str) -> str:
        names = max(len(name) for name in self._by_name)
        urls = [f"  {upstream.name:{names}}  {upstream.base_url(gateway)}" for upstream in self._by_name.values()]
        return "\n".join(
            [
                f"no upstream fits the path {target.partition('?')[0][:200]!r}; give the SDK one of these base URLs:",
                *urls,
                f"with a cassette of its own: {gateway}/@<cassette>/<name>...",
            ]
        )


def _split_cassette(target: str) -> tuple[str | None, str]:
    if not target.startswith("/@"):
        return None, target
    name, slash, rest = target[2:].partition("/")
    return unquote(name), slash + rest


def _split_name(rest: str) -> tuple[str, str]:
    """`/name/below?query` -> name, `/below?query`."""
    name = _NAME.match(rest)
    if name is None:
        return "", rest
    below = rest[name.end() :]
    return name[1], below if below.startswith("/") else "/" + below


def _refuse_doubled(rest: str) -> None:
    if rest.startswith(_DOUBLED):
        raise NotRouted(
            f"the path {rest.partition('?')[0]!r} has /v1 twice: this SDK adds /v1 by itself, so leave it out of the "
            "base URL"
        )


def _prefix(path: str) -> re.Pattern[str]:
    """`/v1/messages` fits itself and what is below it; `*` stands for part of a segment."""
    body = re.escape(path).replace(r"\*", "[^/?]*")
    return re.compile(body + r"(?=$|[/?:])")
