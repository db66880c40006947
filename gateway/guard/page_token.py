"""The token without which others do not see the page, where others can reach the gateway.

    serve prints  http://HOST:PORT/_/?token=T  ──>  303, Set-Cookie (HttpOnly, SameSite=Strict)  ──>  /_/
    scrapers and curl send  Authorization: Bearer T

Health stays open, for container health checks, and so does the schema, which is the same everywhere.
"""

import secrets
from dataclasses import replace

from aiohttp import hdrs, web

from gateway.settings import Config

__all__ = ["PageToken", "with_page_token"]

_PAGE = "/_/"
_OPEN = frozenset(("/_/health", "/_/schema"))
_BEARER = "Bearer "
_BYTES = 24

_MISSING = (
    "expected the page's token: open the address with ?token=... that `tokentape serve` printed at its start, or send "
    "`Authorization: Bearer TOKEN`; TOKENTAPE_PAGE_TOKEN sets it\n"
)


def with_page_token(config: Config) -> Config:
    """The configuration with a random token, if it needs one and has none."""
    if not config.remote or config.page_token is not None:
        return config
    return replace(config, page_token=secrets.token_urlsafe(_BYTES))


class PageToken:
    """Asks for a token. Without one (`None`) nobody gets in."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def answer(self, request: web.BaseRequest) -> web.Response | None:
        """None for a request that may go on; else 401, or the redirect after a token in the query."""
        if not request.path.startswith(_PAGE) or request.path in _OPEN or self._is_shown(request):
            return None
        if request.method in (hdrs.METH_GET, hdrs.METH_HEAD) and self._is_ours(request.query.get("token")):
            return self._enter(request)
        return web.Response(status=401, text=_MISSING, headers={hdrs.WWW_AUTHENTICATE: "Bearer", **_NOT_KEPT})

    def _is_shown(self, request: web.BaseRequest) -> bool:
        """Whether the token is in a header."""
        bearer = request.headers.get(hdrs.AUTHORIZATION, "")
        if bearer.startswith(_BEARER) and self._is_ours(bearer.removeprefix(_BEARER)):
            return True
        return self._is_ours(request.cookies.get(_cookie(request)))

    def _is_ours(self, given: str | None) -> bool:
        if self._token is None or given is None:
            return False
        return secrets.compare_digest(given.encode("utf-8", "surrogateescape"), self._token.encode())

    def _enter(self, request: web.BaseRequest) -> web.Response:
        """Keep the token in a cookie, and go on without it in the address: that is shown, copied and kept."""
        url = request.rel_url
        query = "&".join(part for part in url.raw_query_string.split("&") if part.partition("=")[0] != "token")
        where = f"{url.raw_path}?{query}" if query else url.raw_path
        response = web.Response(status=303, headers={hdrs.LOCATION: where, **_NOT_KEPT})
        response.set_cookie(_cookie(request), str(self._token), path=_PAGE, httponly=True, samesite="Strict")
        return response


_NOT_KEPT = {hdrs.CACHE_CONTROL: "no-store", "Referrer-Policy": "no-referrer"}


def _cookie(request: web.BaseRequest) -> str:
    """The cookie's name. Cookies do not tell ports apart, and two gateways may be on one machine."""
    port = request.headers.get(hdrs.HOST, "").rpartition(":")[2]
    return f"tokentape-page-{port}" if port.isdecimal() and port.isascii() else "tokentape-page"
