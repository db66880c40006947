"""The route that Prometheus scrapes: `GET /_/metrics`, in the format that its Accept header asks for."""

from collections.abc import Callable

from aiohttp import hdrs, web

__all__ = ["add_metrics"]


def add_metrics(app: web.Application, exposition: Callable[[str], tuple[bytes, str]]) -> None:
    """Give the application the route above; `exposition` makes text and content type for an Accept header."""

    async def metrics(request: web.Request) -> web.Response:
        text, content_type = exposition(request.headers.get(hdrs.ACCEPT, ""))
        return web.Response(body=text, headers={hdrs.CONTENT_TYPE: content_type})

    app.router.add_get("/_/metrics", metrics)
