"""The page's HTTP application: what the observer answers below `/_/`.

Each part adds its own routes. It listens on a Unix socket only; who may ask is decided before, by the relay.
"""

from pathlib import Path

from aiohttp import web

from gateway.observer import Board, Feed, Intake
from gateway.page.api import add_api
from gateway.page.cassettes import add_cassettes
from gateway.page.files import add_files

__all__ = ["page_app"]


def page_app(board: Board, feed: Feed, intake: Intake) -> web.Application:
    """All routes of the page."""
    app = web.Application()
    add_api(app, board, feed, intake)
    add_files(app)
    add_cassettes(app, Path(board.setup.cassettes))
    return app
