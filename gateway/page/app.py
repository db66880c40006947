"""The page's HTTP application: what the observer answers below `/_/`.

Each part adds its own routes. It listens on a Unix socket only; who may ask is decided before, by the relay.
"""

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.escaping import escaped
from gateway.observer import Board, Feed, Intake
from gateway.page.api import add_api
from gateway.page.cassettes import add_cassettes
from gateway.page.files import add_files

__all__ = ["page_app"]


def page_app(board: Board, feed: Feed, intake: Intake) -> web.Application:
    """All routes of the page."""
    app = web.Application(middlewares=[_told])
    add_api(app, board, feed, intake)
    add_files(app)
    add_cassettes(app, Path(board.setup.cassettes))
    return app


@web.middleware
async def _told(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say in a sentence that there is nothing."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return web.Response(status=404, text=f"there is nothing at {escaped(request.path)}; the page is at /_/\n")
