"""The routes of live streams: what passes, what is known of one stream, what the gateway says of itself.

GET /_/streams/<id>           the numbers of one stream: public, documented in docs/slow.md
GET /_/api/streams            all that are known, newest first
GET /_/api/streams/<id>       all that is kept of one
GET /_/api/health             the gateway's health, and the observer's own
GET /_/feed                   Server-Sent Events: a snapshot, then what changes
"""

import asyncio
import json
import logging
import resource
from collections.abc import AsyncIterator

from aiohttp import web

from gateway.observer import Board, Feed, Intake
from gateway.observer.showing import detail, summary

__all__ = ["add_api"]

logger = logging.getLogger(__name__)

_KEEP_ALIVE_S = 15.0


def add_api(app: web.Application, board: Board, feed: Feed, intake: Intake) -> None:
    """Give the application the routes above."""
    api = _Api(board, feed, intake)
    app.router.add_get("/_/streams/{id}", api.numbers)
    app.router.add_get("/_/api/streams", api.streams)
    app.router.add_get("/_/api/streams/{id}", api.stream)
    app.router.add_get("/_/api/health", api.health)
    app.router.add_get("/_/feed", api.feed)
    app.cleanup_ctx.append(api.publishing)


class _Api:
    def __init__(self, board: Board, feed: Feed, intake: Intake) -> None:
        self._board = board
        self._feed = feed
        self._intake = intake

    async def publishing(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._feed.run())
        task.add_done_callback(_reveal)
        yield
        task.cancel()

    async def numbers(self, request: web.Request) -> web.Response:
        stream = self._board.find(request.match_info["id"])
        return _unknown(request) if stream is None else web.json_response(summary(stream))

    async def streams(self, _request: web.Request) -> web.Response:
        shown = self._feed.snapshot()
        return web.json_response({"streams": shown["streams"], "unobserved": shown["unobserved"]})

    async def stream(self, request: web.Request) -> web.Response:
        stream = self._board.find(request.match_info["id"])
        if stream is None:
            return _unknown(request)
        return web.json_response(await asyncio.to_thread(detail, stream, self._board.redactor))

    async def health(self, _request: web.Request) -> web.Response:
        board = self._board
        observer = {
            "streams": board.seen,
            "shown": len(board),
            "kept": board.kept,
            "unobserved": board.unobserved,
            "behind_s": self._intake.behind / 1e9,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
        return web.json_response({**json.loads(board.health), "observer": observer})

    async def feed(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        page = self._feed.open()
        try:
            while True:
                try:
                    text = await asyncio.wait_for(page.next(), _KEEP_ALIVE_S)
                except TimeoutError:
                    text = b": nothing has changed\n\n"
                await response.write(text)
        except ConnectionError:  # the page has gone
            return response
        finally:
            self._feed.close(page)


def _reveal(task: asyncio.Task[None]) -> None:
    """A bug that ended the task shows up at once, and not as a feed that has nothing to tell."""
    if not task.cancelled() and (bug := task.exception()) is not None:
        logger.error("this is a bug in tokentape: pages are no longer told of streams", exc_info=bug)


def _unknown(request: web.Request) -> web.Response:
    known = "the observer knows the last thousand that it was told of since the gateway was started"
    return web.json_response({"error": f"no stream has the id {request.match_info['id']!r}: {known}"}, status=404)
