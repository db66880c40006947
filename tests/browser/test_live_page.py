"""The page paused, narrow and dark, and what can be copied from it."""

import json

import pytest
from playwright.async_api import expect


def row(page, model):
    return page.get_by_role("row").filter(has_text=model)


async def said(puppet, tape, model, *texts):
    async with puppet.stream(tape.url, model) as stream:
        for text in texts:
            await stream.say(text)


async def test_a_paused_list_stays_as_it_is(page, tape, puppet):
    await page.goto(f"{tape.url}/_/")
    await expect(page.get_by_role("status").filter(has_text="live")).to_be_visible()
    await page.keyboard.press("p")
    await said(puppet, tape, "m-paused", "x")
    await expect(page.get_by_role("button", name="Resume (1 new)")).to_be_visible()
    await expect(row(page, "m-paused")).to_have_count(0)
    await page.keyboard.press("p")
    await expect(row(page, "m-paused")).to_be_visible()


async def test_the_theme_is_remembered(page, tape):
    await page.emulate_media(color_scheme="light")
    await page.goto(f"{tape.url}/_/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = await page.evaluate(ground)
    await page.keyboard.press("t")
    await page.keyboard.press("t")
    await expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    dark = await page.evaluate(ground)
    await page.reload()
    await expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert await page.evaluate(ground) == dark != light


@pytest.mark.parametrize("width", [390, 768, 1440])
async def test_no_view_is_wider_than_the_screen(page, tape, puppet, width):
    model = f"m-wide-{width}-" + "long" * 30
    await said(puppet, tape, model, "word " * 50, "unbroken" * 100)
    await page.set_viewport_size({"width": width, "height": 844})
    await page.goto(f"{tape.url}/_/")
    await expect(row(page, f"m-wide-{width}-").first).to_be_visible()
    for view in ("streams", "stream", "health", "cassettes"):
        if view == "stream":
            await row(page, f"m-wide-{width}-").first.click()
            await expect(page.get_by_role("tabpanel")).to_contain_text("unbroken")
        elif view != "streams":
            await page.get_by_role("link", name=view.title()).click()
            await expect(page.get_by_role("heading", name=view.title())).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, view


async def test_a_request_can_be_copied(page, tape, puppet):
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await said(puppet, tape, "m-copied", "x")
    await page.goto(f"{tape.url}/_/")
    await row(page, "m-copied").click()
    await page.get_by_role("button", name="Copy as JSON").click()
    await expect(page.get_by_role("button", name="copied")).to_be_visible()
    assert json.loads(await page.evaluate("navigator.clipboard.readText()"))["model"] == "m-copied"
    await page.get_by_role("button", name="Copy as curl").click()
    await page.wait_for_function("navigator.clipboard.readText().then(text => text.startsWith('curl -N '))")
    command = await page.evaluate("navigator.clipboard.readText()")
    assert f"{tape.url}/puppet/v1/chat/completions" in command
    assert '"model": "m-copied"' in command


async def test_a_stream_that_is_not_known_is_said(page, watch, tape):
    await page.goto(f"{tape.url}/_/#/streams/nothing-1")
    await expect(page.get_by_role("status").filter(has_text="No stream has the id 'nothing-1'")).to_be_visible()
    await watch.provoked("404")
