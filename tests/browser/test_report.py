"""A report opened from its file in a real Chromium: it draws, answers to mouse and keys, and does nothing else.

Hostile output of a model stays text; no error, no request to anywhere but the file itself.
"""

import shutil
from pathlib import Path

import pytest
import pytest_asyncio

from gateway.cli.program import outcome
from tests.browser.conftest import PATIENCE_MS
from tests.browser.watch import watched
from tests.gateway.exchange.interactions import CASSETTES
from tests.gateway.report.recorded_chats import HOSTILE, chat, cut, put_on

# Whether anything but the ground is painted on a canvas.
PAINTED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.some(value => value);
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    for path in CASSETTES:
        shutil.copy(path, folder)
    many = [chat(100_000 + each * 3_000, number=each, model=f"m-{each % 3}") for each in range(300)]
    put_on(folder / "many.cassette", *many, cut(50_000))
    put_on(folder / "before.cassette", *[chat(90_000 + each * 3_000, number=each, model="m-1") for each in range(40)])
    put_on(folder / "hostile.cassette", chat(text=HOSTILE, model=f"m{HOSTILE}"), chat(text="x" * 1_000_000, number=1))
    return folder


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser, folder):
    """Opens the report of a command line and watches it; what it should not do fails the test."""
    contexts, watches = [], []

    async def open_report(*arguments, **context):
        target = folder / f"{len(contexts)}.html"
        assert outcome(["report", "--cassettes", str(folder), "-o", str(target), *arguments]) == 0
        contexts.append(await browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context}))
        await contexts[-1].set_offline(True)
        contexts[-1].set_default_timeout(PATIENCE_MS)
        watches.append(await watched(await contexts[-1].new_page(), f"file://{folder}"))
        await watches[-1].page.goto(target.as_uri())
        return watches[-1].page

    yield open_report
    for context in contexts:
        await context.close()
    assert [watch.complaints for watch in watches] == [[] for _ in watches]


async def text_of(page, selector):
    return await page.locator(selector).inner_text()


@pytest.mark.parametrize("width", [1280, 480])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_what_was_recorded_in_earnest_is_drawn(opened, width, theme):
    names = [path.stem for path in CASSETTES]
    page = await opened(*names, color_scheme=theme, viewport={"width": width, "height": 900})
    assert f"from {len(names)} recorded streams" in await text_of(page, "#made")
    assert await page.locator("#summary tbody tr").count() >= 5
    assert "rate_limit_error × 1" in await text_of(page, "#summary")
    for canvas in await page.locator("#distributions .uplot canvas, #waterfall canvas").all():
        assert await canvas.evaluate(PAINTED)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the screen"


async def test_a_comparison_says_what_has_changed(opened):
    page = await opened("many", "--compare", "before")
    row = page.locator("#comparison tbody tr", has_text="ttft (to the first token), ms")
    assert "regression" in await row.inner_text()
    assert "base: openai m-1" in await text_of(page, "#distributions")


async def test_hostile_output_is_text(opened):
    page = await opened("hostile", "--title", HOSTILE.replace("\ud83d", ""))
    await page.locator("#slowest summary", has_text="hostile #0").click()
    said = await text_of(page, "#slowest details[open] pre")
    assert "<script>document.title='owned'</script>" in said
    assert "\x1b" not in said
    assert await page.locator("main script, main img, main svg").count() == 0
    assert (await page.title()).startswith("<script>")
    long = page.locator("#slowest details", has_text="hostile #1")
    await long.locator("summary").click()
    assert "more characters are not in this report" in await long.inner_text()


async def test_the_waterfall_is_walked_with_keys(opened):
    page = await opened("many")
    rows = page.locator(".streams")
    assert "301 streams of 301" in await text_of(page, "#waterfall")
    await rows.focus()
    await page.keyboard.press("Home")
    assert "many #0" in await text_of(page, ".detail")
    await page.keyboard.press("End")
    assert "many #300 · openai m-1 · incomplete · error connection_lost" in await text_of(page, ".detail")
    assert await rows.evaluate("rows => rows.scrollTop") > 1000
    await page.keyboard.press("+")
    await page.keyboard.press("ArrowRight")
    await page.get_by_label("order").select_option("ttft")
    await rows.focus()
    await page.keyboard.press("Home")
    assert "many #299 " in await text_of(page, ".detail")
    await page.get_by_label("status").select_option("incomplete")
    assert "1 stream of 301" in await text_of(page, "#waterfall")


async def test_quantity_scale_and_groups_can_be_chosen(opened):
    page = await opened("many")
    await page.get_by_label("quantity").select_option("itl")
    assert "n" in await text_of(page, "#distributions thead")
    await page.get_by_label("logarithmic").check()
    groups = page.get_by_role("group", name="Groups that are drawn")
    await groups.get_by_label("m-0").uncheck()
    assert await page.locator("#distributions .uplot").count() == 2
    await groups.get_by_label("m-1").uncheck()
    await groups.get_by_label("m-2").uncheck()
    assert "No group with values is chosen" in await text_of(page, "#distributions")


async def test_the_theme_can_be_chosen_and_is_drawn_anew(opened):
    page = await opened("many", color_scheme="light")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = await page.evaluate(ground)
    await page.locator("#theme").click()
    await page.locator("#theme").click()
    assert await text_of(page, "#theme") == "dark"
    assert await page.evaluate(ground) != light


async def test_on_paper_there_are_no_buttons(opened):
    page = await opened("many")
    await page.emulate_media(media="print")
    assert not await page.locator(".bar").is_visible()
    assert not await page.locator("#waterfall .actions").is_visible()
    assert await page.locator("#summary table").is_visible()


async def test_it_opens_from_anywhere(opened, folder, tmp_path):
    """The file alone is the report: nothing beside it is needed."""
    page = await opened("many")
    alone = tmp_path / "alone.html"
    shutil.copy(Path(page.url.removeprefix("file://")), alone)
    assert {path.name for path in tmp_path.iterdir()} == {"alone.html"}
    assert 'href="http' not in alone.read_text()
