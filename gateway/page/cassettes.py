"""The routes of recorded cassettes: what is in the folder, what is on one cassette, one interaction.

    GET /_/api/cassettes?from=0&count=100                 the list
    GET /_/api/cassettes/<name>?from=0&count=50           the numbers of its interactions
    GET /_/api/cassettes/<name>/<index>                   one interaction, in the shape of a live stream's detail

A name with folders has its slashes as `%2F`: `a/1` is the interaction 1 of `a`, and `a%2F1` is a cassette.
One thread reads for all of them: a large cassette neither stalls the feed nor takes a core for each click.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from gateway.page.shelf import NotThere, Shelf

__all__ = ["add_cassettes"]

_MOST = 1_000
_LIST, _INTERACTIONS = 100, 50


def add_cassettes(app: web.Application, folder: Path) -> None:
    """Give the application the routes above, for the cassettes below `folder`."""
    desk = _Desk(Shelf(folder))
    app.router.add_get("/_/api/cassettes", desk.cassettes)
    app.router.add_get("/_/api/cassettes/{name}", desk.interactions)
    app.router.add_get("/_/api/cassettes/{name}/{index:[0-9]{1,9}}", desk.interaction)
    app.cleanup_ctx.append(desk.reading)


class _Desk:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="cassette-reader")

    async def reading(self, _app: web.Application) -> AsyncIterator[None]:
        yield
        self._reader.shutdown(wait=False, cancel_futures=True)

    async def cassettes(self, request: web.Request) -> web.Response:
        return await self._answer(partial(self._shelf.cassettes, *_part(request, _LIST)))

    async def interactions(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return await self._answer(partial(self._shelf.interactions, name, *_part(request, _INTERACTIONS)))

    async def interaction(self, request: web.Request) -> web.Response:
        name, index = request.match_info["name"], int(request.match_info["index"])
        return await self._answer(partial(self._shelf.interaction, name, index))

    async def _answer(self, look: Callable[[], dict[str, Any]]) -> web.Response:
        try:
            text = await asyncio.get_running_loop().run_in_executor(self._reader, lambda: json.dumps(look()))
        except NotThere as error:
            return web.json_response({"error": str(error)}, status=404)
        return web.Response(text=text, content_type="application/json")


def _part(request: web.Request, usual: int) -> tuple[int, int]:
    """Which ones are wanted: from which on, and how many. What is no number is as if it were not there."""
    return _number(request.query.get("from"), 0, 10**9), _number(request.query.get("count"), usual, _MOST)


def _number(text: str | None, otherwise: int, most: int) -> int:
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise
