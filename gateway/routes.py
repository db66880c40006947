"""Routes: a request's path -> upstream, dialect, cassette, format, and what goes up.

    /@<cassette>/<name>/rest    /<name>/rest    /rest (a path that only one API has)
    the same below /normalized, after the cassette: the answer in the one format of docs/stream-format.md

The rest, query included, is never re-encoded. Nothing but the path picks an upstream: no header, no query, no body.
The format can be asked for by a header too. What asks for it never goes up, so recordings match either way.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from gateway.dialects import Provider
from gateway.errors import BadRequest, NotRouted
from gateway.headers import FORMAT_HEADER, RAW_HEADER

__all__ = ["Route", "Routes", "asks_for_normalized", "in_format"]

_NORMALIZED = "/normalized"
_DOUBLED = "/v1/v1/"
_NAME = re.compile(r"/([^/?]+)")


@dataclass(frozen=True, slots=True)
class Route:
    """Where one request goes. `target` is path and query for the upstream; `cassette` is None for the default one.

    `normalized`: the answer is wanted in the one format; `raw`: with the provider's own frames in it.
    """

    upstream: Provider
    target: str
    cassette: str | None
    normalized: bool = False
    raw: bool = False


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
        normalized, rest = _split_format(rest)
        name, below = _split_name(rest)
        upstream = self._by_name.get(name)
        if upstream is not None:
            _refuse_doubled(below)
            return Route(upstream, below, cassette, normalized)
        _refuse_doubled(rest)
        for path, candidate in self._by_path:
            if path.match(rest):
                return Route(candidate, rest, cassette, normalized)
        raise NotRouted(self._what_would_fit(target, gateway, normalized=normalized))

    def _what_would_fit(self, target: str, gateway: str, *, normalized: bool) -> str:
        below = gateway + _NORMALIZED if normalized else gateway
        names = max(len(name) for name in self._by_name)
        urls = [f"  {upstream.name:{names}}  {upstream.base_url(below)}" for upstream in self._by_name.values()]
        return "\n".join(
            [
                f"no upstream fits the path {target.partition('?')[0][:200]!r}; give the SDK one of these base URLs:",
                *urls,
                f"with a cassette of its own: {gateway}/@<cassette>{_NORMALIZED if normalized else ''}/<name>...",
                *([] if normalized else [f"every provider's stream in one format: {gateway}{_NORMALIZED}/<name>..."]),
            ]
        )


def in_format(route: Route, headers: Mapping[str, str]) -> Route:
    """The route with what the request's headers and query say of the format. Raises BadRequest if that makes no sense.

    Path or header, either asks for the one format; a header that asks for the native one contradicts such a path.
    """
    asked, raw = headers.get(FORMAT_HEADER), headers.get(RAW_HEADER)
    if asked is None and raw is None and not route.normalized:
        return route
    _expect(FORMAT_HEADER, asked, "normalized", "native")
    _expect(RAW_HEADER, raw, "all")
    if asked == "native" and route.normalized:
        raise BadRequest(f"the path asks for the normalized format, and the header {FORMAT_HEADER} for the native one")
    if route.normalized or asked == "normalized":
        target, in_query = _without_raw(route.target)
        return replace(route, target=target, normalized=True, raw=in_query or raw is not None)
    if raw is not None:
        raise BadRequest(f"{RAW_HEADER} is for the normalized format; ask for that with {FORMAT_HEADER}: normalized")
    return route


def _expect(header: str, value: str | None, *allowed: str) -> None:
    if value is not None and value not in allowed:
        raise BadRequest(f"{header}: expected {' or '.join(allowed)}; got {value[:80]!r}")


def _without_raw(target: str) -> tuple[str, bool]:
    """The target without our own `raw=all`, and whether it was there. The rest of the query stays byte for byte."""
    path, _, query = target.partition("?")
    fields = query.split("&")
    ours = [field for field in fields if field.partition("=")[0] == "raw"]
    if not ours:
        return target, False
    if set(ours) != {"raw=all"}:
        raise BadRequest("the query's raw: expected raw=all, or no raw at all")
    kept = "&".join(field for field in fields if field not in ours)
    return f"{path}?{kept}" if kept else path, True


def asks_for_normalized(target: str, headers: Mapping[str, str]) -> bool:
    """Whether a request, valid or not, is of somebody who reads the one format."""
    return _split_format(_split_cassette(target)[1])[0] or headers.get(FORMAT_HEADER) == "normalized"


def _split_cassette(target: str) -> tuple[str | None, str]:
    if not target.startswith("/@"):
        return None, target
    name, slash, rest = target[2:].partition("/")
    return unquote(name), slash + rest


def _split_format(rest: str) -> tuple[bool, str]:
    below = rest[len(_NORMALIZED) :]
    if not rest.startswith(_NORMALIZED) or below[:1] not in ("", "/", "?"):
        return False, rest
    return True, below if below.startswith("/") else "/" + below


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
