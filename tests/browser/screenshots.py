"""Pictures of each view of the page for the docs: wide and narrow, light and dark.

    python -m tests.browser.screenshots            writes docs/images/page-<view>-<width>-<theme>.png
    python -m tests.browser.screenshots FOLDER     elsewhere, to look at first

Streams of the simulated provider, good and bad, pass through a real gateway while the pictures are taken; so numbers
differ a little from run to run. Not part of the tests.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from pathlib import Path

from aiohttp import ClientError, ClientSession
from playwright.async_api import Browser, Page, async_playwright, expect

from recorder.store import Store, cassette_path
from tests.browser.conftest import CHROMIUM
from tests.integration.programs import ROOT, Served, served, simulated

SAMPLES = ROOT / "cassettes"
REPLAYED = ("anthropic-tools", "openai-responses", "gemini-text")
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
THEMES = ("light", "dark")

_CHAT, _MESSAGES, _OLLAMA = "/openai/v1/chat/completions", "/anthropic/v1/messages", "/ollama/api/chat"
_GEMINI = "/gemini/v1beta/models/gemini-sim:streamGenerateContent?alt=sse"
_ASKED = {"stream": True, "messages": [{"role": "user", "content": "Tell me about the northern lights."}]}
_TOOL = {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
_WEATHER = [{"role": "user", "content": "What is the weather in Paris and Oslo?"}]

# Path, body, and what the simulated provider is told.
STREAMS: tuple[tuple[str, dict[str, object], str], ...] = (
    (_CHAT, {**_ASKED, "model": "gpt-sim"}, "ttft=180;gap=12;words=80"),
    (
        _MESSAGES,
        {**_ASKED, "model": "claude-sim", "max_tokens": 900, "thinking": {"type": "enabled"}},
        "ttft=420;gap=14",
    ),
    (_MESSAGES, {"stream": True, "model": "claude-sim", "max_tokens": 900, "tools": [_TOOL], "messages": _WEATHER}, ""),
    (_GEMINI, {"contents": [{"parts": [{"text": "Write a poem about rain."}]}]}, "ttft=250;gap=20;words=60"),
    (_OLLAMA, {**_ASKED, "model": "llama-sim"}, "ttft=90;gap=8;words=120"),
    (_CHAT, {**_ASKED, "model": "gpt-sim"}, "429"),
    (_CHAT, {**_ASKED, "model": "gpt-sim-mini"}, "cut;after=14;ttft=200;gap=30"),
    (_MESSAGES, {**_ASKED, "model": "claude-sim", "max_tokens": 900}, "error-mid-stream;after=20;ttft=300;gap=25"),
)
RUNNING = (_MESSAGES, {**_ASKED, "model": "claude-sim", "max_tokens": 9000}, "ttft=600;gap=40;words=4000")


async def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        work = Path(made) / "my-app"  # the page shows it
        shutil.copytree(SAMPLES, work / "cassettes", ignore=lambda _, names: [n for n in names if "cassette" not in n])
        async with (
            simulated(work) as provider,
            served(work, provider.url, "--observe", "--mode", "new_episodes", "--cassette", "afternoon") as tape,
            ClientSession() as session,
        ):
            await asyncio.gather(*(ask(session, tape.url + path, body, told) for path, body, told in STREAMS))
            await asyncio.gather(*(replay(session, tape, name) for name in REPLAYED))
            running = asyncio.create_task(ask(session, tape.url + RUNNING[0], RUNNING[1], RUNNING[2]))
            await pictures(tape, folder)
            running.cancel()


async def ask(session: ClientSession, url: str, body: dict[str, object], told: str) -> None:
    """Send one request and read what comes, whatever that is."""
    try:
        async with session.post(url, data=json.dumps(body), headers={"x-simulate": told} if told else {}) as answer:
            await answer.read()
    except ClientError:
        return  # the streams that break


async def replay(session: ClientSession, tape: Served, name: str) -> None:
    """Ask for what is on a sample cassette."""
    store = Store(cassette_path(SAMPLES, name))
    request = store.load(store.read()[0]).request
    headers = dict(request.headers)
    async with session.post(
        f"{tape.url}/@{name}/{request.upstream}{request.target}", data=request.body, headers=headers
    ) as answer:
        await answer.read()


async def pictures(tape: Served, folder: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for theme in THEMES:
            for width in SIZES:
                await pictures_of(browser, tape, folder, theme, width)
        await browser.close()


async def pictures_of(browser: Browser, tape: Served, folder: Path, theme: str, size: str) -> None:
    """Each view in one theme, at one size."""
    width, height = SIZES[size]
    page = await browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)

    async def picture(view: str) -> None:
        await page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 250)))")
        await page.screenshot(path=folder / f"page-{view}-{size}-{theme}.png")

    await page.goto(f"{tape.url}/_/")
    await expect(page.locator(".row .state.running")).to_be_visible()
    await picture("streams")
    await open_stream(page)
    await picture("stream")
    await page.evaluate("location.hash = '#/cassettes'")
    await expect(page.get_by_role("link", name="openai-responses")).to_be_visible()
    await picture("cassettes")
    await page.evaluate("location.hash = '#/cassettes/anthropic-tools/0'")
    await page.get_by_role("slider").fill("0.62")
    await picture("playback")
    await page.evaluate("location.hash = '#/health'")
    await expect(page.get_by_text("anthropic-tools")).to_be_visible()
    await picture("health")
    await page.close()


async def open_stream(page: Page) -> None:
    """The one that thinks before it answers."""
    await page.get_by_role("searchbox").fill("model:claude-sim state:ok ttfo>0.5")
    await page.locator(".streams .row").first.click()
    await expect(page.locator(".stream-head h1")).to_be_visible()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"))
