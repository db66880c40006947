"""A real Chromium, driven by Playwright, at a real `tokentape serve` in front of the simulated provider.

    async def test_the_page_has_a_title(page, tape):
        await page.goto(f"{tape.url}/_/")

One browser, one gateway and one simulated provider serve all tests of a process; a test has a context of its own (no
cookies, no cache), and finds its streams by a model's name of its own. `page` fails the test if the page did anything
that it should not (see `watch`). All of this lives on one event loop that lasts as long as the process.

Chromium is Debian's package, or whatever is called `chromium` or `google-chrome` in the PATH; Playwright's own download
is not used. Without one, these tests are skipped.
"""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.puppet import Puppet, puppet_beside
from tests.browser.watch import Watch, watched
from tests.integration.programs import Served, served, simulated

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# A busy machine takes its time; what never comes fails all the same.
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All on one event loop: a browser cannot change from one to another."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no chromium or google-chrome in the PATH"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def provider(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """The simulated provider, quick unless a request's `x-simulate` says otherwise."""
    async with simulated(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def puppet() -> AsyncIterator[Puppet]:
    """A provider whose streams a test plays by hand."""
    async with puppet_beside() as puppet:
        yield puppet


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tape(tmp_path_factory: pytest.TempPathFactory, provider: Served, puppet: Puppet) -> AsyncIterator[Served]:
    """`tokentape serve` in front of both; records what is new, and replays what it knows at once."""
    folder = tmp_path_factory.mktemp("tape")
    async with served(
        folder, provider.url, *puppet.flags, "--observe", "--mode", "new_episodes", "--pacing", "instant"
    ) as tape:
        yield tape


@pytest.fixture(scope="session")
def cassettes(tape: Served) -> Path:
    """The folder of the gateway's cassettes."""
    return tape.log_file.parent / "cassettes"


@pytest_asyncio.fixture(loop_scope="session")
async def watch(browser: Browser, tape: Served) -> AsyncIterator[Watch]:
    """What is noted of `page`, for tests that provoke something (`provoked`). All else fails the test."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    watch = await watched(await context.new_page(), tape.url)
    yield watch
    await context.close()
    assert watch.complaints == []


@pytest.fixture
def page(watch: Watch) -> Page:
    """An empty page in a context of its own."""
    return watch.page
