"""The page by keyboard, narrow and dark; what a model says in it is text."""

import json

import pytest
from playwright.async_api import expect

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</pre><iframe src=javascript:alert(1)>",
    "javascript:alert(1)",
    "https://elsewhere.example/?leak",
    "{{constructor.constructor('alert(1)')()}}",
    "&lt;b&gt; &#60;script&#62;",
]


def row(page, model):
    return page.get_by_role("row").filter(has_text=model)


async def said(puppet, tape, model, *texts):
    async with puppet.stream(tape.url, model) as stream:
        for text in texts:
            await stream.say(text)


async def test_by_keyboard_alone(page, tape, puppet):
    for model in ("m-key-old", "m-key-new"):
        await said(puppet, tape, model, "x")
    await page.goto(f"{tape.url}/_/")
    await page.keyboard.press("/")
    await page.keyboard.type("m-key-")
    await expect(row(page, "m-key-")).to_have_count(2)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Pause")).to_be_focused()
    await page.keyboard.press("j")
    await expect(row(page, "m-key-new")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(row(page, "m-key-old")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="m-key-old")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(row(page, "m-key-old")).to_be_focused()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("3")
    await expect(page.get_by_role("heading", name="Health")).to_be_visible()


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


async def test_what_a_model_says_is_text(page, tape, puppet):
    await said(puppet, tape, "m-hostile<b>", *HOSTILE, "\x1b[31m \u202eevil\u202c \u200b \x00")
    await page.goto(f"{tape.url}/_/")
    await row(page, "m-hostile<b>").click()
    transcript = page.get_by_role("tabpanel", name="Transcript")
    await expect(transcript).to_contain_text("".join(HOSTILE) + "␛[31m ⟨RLO⟩evil⟨PDF⟩ ⟨ZWSP⟩ ␀")
    for tab in ("Events", "Native frames", "Request, response", "Timing"):
        await page.get_by_role("tab", name=tab).click()
        await page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    assert await page.locator("main").locator("script, img, svg, iframe, b, a[href*=elsewhere]").count() == 0


async def test_a_line_of_a_megabyte_is_shown_in_parts(page, tape, puppet):
    await said(puppet, tape, "m-long", "x" * 1_000_000)
    await page.goto(f"{tape.url}/_/")
    await row(page, "m-long").click()
    transcript = page.get_by_role("tabpanel", name="Transcript")
    await expect(transcript).to_contain_text("xxxx")
    shown = transcript.locator("pre")
    assert len(await shown.text_content()) == 4_000
    await transcript.get_by_role("button", name="Show more").click()
    assert len(await shown.text_content()) == 68_000


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
