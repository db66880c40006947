"""Whether a browser sends a request for a page that is not ours.

Browsers say so in `Origin` and `Sec-Fetch-Site`, which no script can change. SDKs outside of browsers send neither.
A page of another site needs no permission to send a simple POST, and that could spend money: so it is the request that
is refused, not only the reading of its answer. Answers let no page of another origin read them, except those that
`allow_origins` names.
"""

from collections.abc import Mapping

from aiohttp import hdrs, web

from gateway.guard.hosts import Hosts
from recorder.interaction import Headers

__all__ = ["Origins", "preflight"]

_SITE = "Sec-Fetch-Site"
_OURS = (None, "same-origin", "none")  # none: the person typed the address


class Origins:
    """The origins that may use a gateway: its own, and the `others` that were allowed."""

    def __init__(self, allowed: tuple[str, ...], hosts: Hosts) -> None:
        self.others = frozenset(allowed)
        self._hosts = hosts

    def allow(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers is one of ours, of an allowed origin, or of no browser at all."""
        origin, site = headers.get(hdrs.ORIGIN), headers.get(_SITE)
        if origin is None and site is None:
            return True
        if origin in self.others:
            return True
        return site in _OURS and (origin is None or self._is_own(origin, headers.get(hdrs.HOST)))

    def _is_own(self, origin: str, host: str | None) -> bool:
        return origin in (f"http://{host}", f"https://{host}") and self._hosts.trust(host)

    def readers(self, headers: Mapping[str, str]) -> Headers:
        """What an answer to a request with these headers says beside: who may read it. Empty for everybody else."""
        origin = headers.get(hdrs.ORIGIN)
        if origin is None or origin not in self.others:
            return ()
        return (
            (hdrs.ACCESS_CONTROL_ALLOW_ORIGIN, origin),
            (hdrs.ACCESS_CONTROL_EXPOSE_HEADERS, "*"),
            (hdrs.VARY, hdrs.ORIGIN),
        )


def preflight(request: web.BaseRequest) -> web.Response | None:
    """The answer to a browser's question whether an allowed origin may send a request; None if that is not asked."""
    method = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD)
    if request.method != hdrs.METH_OPTIONS or method is None:
        return None
    allowed = {hdrs.ACCESS_CONTROL_ALLOW_METHODS: method, hdrs.ACCESS_CONTROL_MAX_AGE: "600"}
    names = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS)
    if names is not None:
        allowed[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = names
    return web.Response(status=204, headers=allowed)
