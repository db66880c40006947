"""The page's files over HTTP: what they are, what they are sent with, and that nothing else can be had."""

import asyncio
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from aiohttp import web

from gateway.page.files import HEADERS, add_files, static_files

HERE = Path(__file__).parent
FILES = static_files()
OURS = {name: file.content.decode() for name, file in FILES.items() if not name.startswith("vendor/")}
MODULES = {name: text for name, text in OURS.items() if name.endswith(".js")}

# Each would parse text as HTML, make a link or run text.
_FORBIDDEN = (
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|DOMParser|createContextualFragment|srcdoc"
    r"|\beval\(|new Function"
)


@pytest.fixture
async def client(aiohttp_client):
    app = web.Application()
    add_files(app)
    return await aiohttp_client(app)


@pytest.mark.parametrize("name", [*FILES, ""], ids=lambda name: name or "index")
async def test_each_file_is_served_with_its_type_and_the_headers(client, name):
    response = await client.get(f"/_/static/{name}" if name else "/_/")
    file = FILES[name or "index.html"]
    assert response.status == 200
    assert await response.read() == file.content
    assert response.headers["Content-Type"] == file.content_type
    assert {header: response.headers[header] for header in HEADERS} == HEADERS
    assert response.headers["Cache-Control"] == "no-cache"


def test_the_policy_lets_nothing_in_but_our_own_files():
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


async def test_a_browser_that_has_the_file_gets_none(client):
    tag = (await client.get("/_/static/page.js")).headers["ETag"]
    response = await client.get("/_/static/page.js", headers={"If-None-Match": tag})
    assert (response.status, await response.read()) == (304, b"")
    assert response.headers["ETag"] == tag


async def test_a_browser_that_has_another_version_gets_the_file(client):
    response = await client.get("/_/static/page.js", headers={"If-None-Match": '"old"'})
    assert response.status == 200


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "../files.py",
        "..%2ffiles.py",
        "%2e%2e/files.py",
        "vendor/../../files.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "vendor",
        "vendor/",
        "page.js%00.css",
        "..\\files.py",
        "PAGE.JS",
    ],
)
async def test_nothing_else_can_be_had(client, path):
    reader, writer = await asyncio.open_connection(client.host, client.port)  # no client that tidies the path up
    writer.write(f"GET /_/static/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 "))
    assert b"gateway" not in answer


@pytest.mark.parametrize("name", OURS)
def test_nothing_comes_from_elsewhere(name):
    assert set(re.findall(r"https?://[^\s\"'`]+", OURS[name])) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("name", MODULES)
def test_text_is_never_parsed_as_html(name):
    assert re.findall(_FORBIDDEN, MODULES[name]) == []


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_for_and_is_no_book(name):
    lines = MODULES[name].splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= 300
    assert max(map(len, lines)) <= 200


@pytest.mark.parametrize("name", MODULES)
def test_what_is_imported_is_there(name):
    for target in re.findall(r"""(?:from|import\()\s*["'](.+?)["']""", MODULES[name]):
        assert target.removeprefix("./") in FILES


def test_the_shell_has_no_inline_script_or_style_and_names_files_that_are_there():
    shell = OURS["index.html"]
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=)", shell) == []
    assert set(re.findall(r'/_/static/([^"]+)"', shell)) <= set(FILES)


_GROUNDS = ("ground", "raised", "sunken", "selected")


def _luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one, other):
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("names", "least"),
    [
        (("ink", "quiet", "accent", "bad", "warn", "thinking", "tool", "text"), 4.5),  # words: WCAG AA
        (("meta", "line-strong", "ok"), 3),  # marks and borders that say something
    ],
    ids=["words", "marks"],
)
def test_colours_are_told_from_what_is_behind_them(theme, names, least):
    pairs = dict(re.findall(r"--([\w-]+): light-dark\((.+?)\);", OURS["theme.css"]))
    colours = {name: pair.split(", ")[theme == "dark"] for name, pair in pairs.items()}
    poor = {
        (name, ground): round(_contrast(colours[name], colours[ground]), 2)
        for name in names
        for ground in _GROUNDS
        if _contrast(colours[name], colours[ground]) < least
    }
    assert poor == {}
    assert _contrast(colours["on-accent"], colours["accent"]) >= 4.5


@pytest.mark.skipif(shutil.which("node") is None, reason="no node in the PATH")
def test_the_modules_that_need_no_browser():
    tests = sorted((HERE / "static").glob("*.test.mjs"))
    done = subprocess.run(["node", "--test", *tests], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert len(tests) == 3
