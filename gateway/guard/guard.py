"""The guard before every route: by which name, from which page, and to the page itself with which token.

    Host             not one of ours                        421   DNS rebinding
    Origin, Sec-Fetch-Site    of a page that is not ours    403   cross-site requests, preflights, WebSocket upgrades
    /_/...           without the token                      401   where others can reach the gateway, or one is set

What is refused has no effect, and no answer has an Access-Control header, except for origins that were allowed.
The usual request, which comes from no browser, costs a few looks into its headers.
"""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from gateway.errors import Answer
from gateway.escaping import escaped
from gateway.guard.hosts import Hosts
from gateway.guard.origins import Origins, preflight
from gateway.guard.page_token import PageToken
from gateway.settings import Config
from recorder.interaction import Headers

__all__ = ["READERS", "Guard"]

logger = logging.getLogger(__name__)

READERS = web.RequestKey("tokentape-readers", Headers)
"""In a request: headers that its response has to have, so that a page of an allowed origin may read it."""

_Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_Shape = Callable[[web.BaseRequest, Answer], web.Response]


class Guard:
    """Lets requests through, or answers them. `shape` makes an error of the kind that the client can read."""

    def __init__(self, config: Config, shape: _Shape) -> None:
        self._shape = shape
        self._hosts = Hosts(config)
        self._origins = Origins(config.allow_origins, self._hosts)
        self._token = PageToken(config.page_token) if config.remote or config.page_token is not None else None

    def before(self, handle: _Handle) -> _Handle:
        """What the server calls in place of `handle`."""

        async def guarded(request: web.BaseRequest) -> web.StreamResponse:
            answer = self.answer(request)
            return await handle(request) if answer is None else answer

        async def guarded_for_others(request: web.BaseRequest) -> web.StreamResponse:
            readers = request[READERS] = self._origins.readers(request.headers)
            response = await guarded(request)
            response.headers.extend(readers)
            return response

        return guarded_for_others if self._origins.others else guarded

    def answer(self, request: web.BaseRequest) -> web.Response | None:
        """The answer to a request that goes no further; None for one that does."""
        headers = request.headers
        host = headers.get(hdrs.HOST)
        if not self._hosts.allow(host):
            return self._refuse(request, _misdirected(host))
        if not self._origins.allow(headers):
            return self._refuse(request, _cross_site(headers.get(hdrs.ORIGIN)))
        if self._origins.others and (answer := preflight(request)) is not None:
            return answer
        return None if self._token is None else self._token.answer(request)

    def _refuse(self, request: web.BaseRequest, answer: Answer) -> web.Response:
        path = escaped(request.raw_path.partition("?")[0])
        logger.warning("%d for %s %s: %s", answer.status, request.method, path, answer.message)
        return self._shape(request, answer)


def _misdirected(host: str | None) -> Answer:
    came = "no Host header" if host is None else f"the host {escaped(host, 80)!r}"
    message = (
        f"this gateway is not known by the name it was called by: expected 127.0.0.1 or localhost; got {came}. If that "
        "name is meant, start it with --allow-host NAME (allow_hosts)"
    )
    return Answer(421, "misdirected_request", message, retry=False)


def _cross_site(origin: str | None) -> Answer:
    came = "a page of another site" if origin is None else f"a page of {escaped(origin, 80)!r}"
    message = (
        f"this request was sent by {came}, and those could spend keys or read answers. If that page is yours, start "
        "the gateway with --allow-origin ORIGIN (allow_origins); if you followed a link, open the address by itself"
    )
    return Answer(403, "cross_site_request", message, retry=False)
