"""The HTML file: one page that holds its style, its script and its data, and asks nobody for anything.

    report.html ── style: that of the page, uPlot's, report.css
                ── script: report.js and what it imports, joined
                ── data: JSON in a script element that no browser runs

Its policy (CSP) allows the one style and the one script by their checksums, and nothing else. Text from outside is only
in the title, escaped, and in the data, where no `<` stands; the script puts it into the page as text.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template

from gateway.report.joined import joined

__all__ = ["document"]

_STYLES = (
    "page/static/theme.css",
    "page/static/style.css",
    "page/static/pieces.css",
    "page/static/vendor/uPlot.min.css",
    "report/static/report.css",
)
_SCRIPT = "report/static/report.js"


def document(data: Mapping[str, object], *, title: str) -> str:
    """The page as text, all of it ASCII but for our own words."""
    style = "\n".join(map(_asset, _STYLES))
    script = joined(_SCRIPT, _asset)
    return Template(_asset("report/static/report.html")).substitute(
        policy=_policy(style, script), title=escape(title), style=style, script=script, data=_harmless(data)
    )


def _asset(path: str) -> str:
    return files("gateway").joinpath(path).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    allowed = {"script-src": _checksum(script), "style-src": _checksum(style), "img-src": "data:"}
    closed = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{name} {value}" for name, value in (closed | allowed).items())


def _checksum(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _harmless(data: Mapping[str, object]) -> str:
    """JSON that ends no element, whatever is in it."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
