"""The page's own files: its shell, style sheets, modules and the chart library.

    GET /_/                  index.html
    GET /_/static/<name>     a file of gateway/page/static, such as style.css or vendor/uPlot.esm.js

All are read once, when the routes are made; a request only looks a name up, so no path of a request reaches the disk.
The headers forbid whatever the page does not need, for a model's output is shown there: no inline script or style, no
other origin, no frame, and no text that is parsed as HTML (Trusted Types).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

__all__ = ["HEADERS", "StaticFile", "add_files", "static_files"]

_FOLDER = Path(__file__).parent / "static"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)

# For every answer of the page, data too: opened by itself, an answer must do as little as inside the page.
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file in memory. `tag` changes with its content."""

    content: bytes
    content_type: str
    tag: str


def static_files(folder: Path = _FOLDER) -> dict[str, StaticFile]:
    """The files of these types below a folder, by their names with `/`."""
    return {
        path.relative_to(folder).as_posix(): _read(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in _TYPES and path.is_file()
    }


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    return StaticFile(content, _TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:20])


def add_files(app: web.Application) -> None:
    """Give the application the routes above, and the page's headers to each of its answers: data is not kept."""
    files = static_files()

    async def index(request: web.Request) -> web.Response:
        return _answer(request, files["index.html"])

    async def static(request: web.Request) -> web.Response:
        file = files.get(request.match_info["name"])
        if file is None:
            return web.Response(status=404, text="The page has no such file.\n")
        return _answer(request, file)

    app.router.add_get("/_/", index)
    app.router.add_get("/_/static/{name:.+}", static)
    app.on_response_prepare.append(_headed)


async def _headed(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


def _answer(request: web.Request, file: StaticFile) -> web.Response:
    """The file, or that the browser has it already: asked each time, so that an update is seen at once."""
    headers = {"Cache-Control": "no-cache"}
    if any(tag.value == file.tag for tag in request.if_none_match or ()):
        response = web.Response(status=304, headers=headers)
    else:
        response = web.Response(body=file.content, headers={**headers, "Content-Type": file.content_type})
    response.etag = file.tag
    return response
