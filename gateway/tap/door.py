"""The door to the page: passes requests below `/_/` to the observer, which listens on a Unix socket.

A request that comes before the observer is up waits for it; one that gets no answer in time, or finds nobody, is told
so in a sentence. Bodies are passed on as they come: the page's feed has no end.
"""

import asyncio

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, UnixConnector, web
from yarl import URL

from gateway.tap.link import Link

__all__ = ["Door"]

# From a request to the head of its answer: a detail of many megabytes takes seconds.
_ANSWER_S = 30.0
_NOT_PASSED_ON = frozenset(("connection", "keep-alive", "transfer-encoding", "server", "date", "content-length"))
_REQUEST_HEADERS = ("Accept", "If-None-Match", "Last-Event-ID")


class Door:
    """Answers GET requests below `/_/`."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._session: ClientSession | None = None

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """What the observer answers, or why it does not: 405, 503 or 504 with a sentence."""
        if request.method not in ("GET", "HEAD"):
            return web.Response(status=405, headers={"Allow": "GET, HEAD"}, text="expected GET: pages are only read\n")
        if self._link.trouble is not None:
            return self._nobody()
        headers = {name: request.headers[name] for name in _REQUEST_HEADERS if name in request.headers}
        url = URL(f"http://observer{request.raw_path}", encoded=True)
        try:
            async with asyncio.timeout(_ANSWER_S) as patience:
                async with self._opened().request(request.method, url, headers=headers) as answer:
                    patience.reschedule(None)
                    return await _passed_on(request, answer)
        except TimeoutError:
            return web.Response(status=504, text=f"the observer has not answered for {_ANSWER_S:g} s; try again\n")
        except (ClientError, OSError):
            return self._nobody()

    def _opened(self) -> ClientSession:
        if self._session is None:
            connector = UnixConnector(str(self._link.path), limit=0)
            self._session = ClientSession(connector=connector, timeout=ClientTimeout(total=None), auto_decompress=False)
        return self._session

    def _nobody(self) -> web.Response:
        trouble = self._link.trouble or "the observer does not answer"
        return web.Response(status=503, text=f"{trouble}: streams go on, the page does not; restart tokentape\n")

    async def close(self) -> None:
        """End what is still being passed on."""
        if self._session is not None:
            await self._session.close()


async def _passed_on(request: web.BaseRequest, answer: ClientResponse) -> web.StreamResponse:
    """The answer, as it comes. Where it breaks off, so does this one: a page must see that its feed has ended."""
    kept = {name: value for name, value in answer.headers.items() if name.lower() not in _NOT_PASSED_ON}
    response = web.StreamResponse(status=answer.status, headers=kept)
    await response.prepare(request)
    try:
        async for data in answer.content.iter_any():
            await response.write(data)
        await response.write_eof()
    except (ClientError, OSError):
        if request.transport is not None:
            request.transport.close()
    return response
