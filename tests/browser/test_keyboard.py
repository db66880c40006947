"""The page without a mouse."""

from playwright.async_api import expect

from tests.browser.tapes import put, said


async def focused(page):
    """What has the focus, as it is called."""
    called = "(at.getAttribute('aria-label') || at.textContent.trim() || at.id).slice(0, 40)"
    return await page.evaluate(f"(at => {called})(document.activeElement)")


async def test_a_walk_through_all_of_it(page, tape, puppet, cassettes):
    put(cassettes, "a-walk", said("m-walk", (100, "Walked"), (900, " far.")))
    for model in ("m-key-1", "m-key-2"):
        async with puppet.stream(tape.url, model) as stream:
            await stream.say("x")
    await page.goto(f"{tape.url}/_/")
    row = page.get_by_role("row").filter(has_text="m-key-1")
    await expect(row).to_be_visible()

    await page.keyboard.press("/")
    await page.keyboard.type("m-key")
    await expect(page.get_by_role("row").filter(has_text="m-key")).to_have_count(2)
    await page.keyboard.press("Escape")
    await page.keyboard.press("/")
    await page.keyboard.type("m-key")
    await page.keyboard.press("Tab")
    await page.locator("main").focus()
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(row).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="m-key-1")).to_be_visible()
    tab = page.get_by_role("tab", name="Transcript")
    await tab.focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="Events")).to_be_focused()
    await expect(page.get_by_role("tabpanel", name="Events")).to_contain_text("stream.end")
    await page.keyboard.press("Escape")
    await expect(row).to_be_focused()

    await page.keyboard.press("2")
    await expect(page.get_by_role("link", name="a-walk")).to_be_visible()
    await page.get_by_role("link", name="a-walk").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="#0")).to_be_visible()
    await page.get_by_role("link", name="#0").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("slider")).to_be_visible()
    await page.get_by_role("slider").focus()
    await page.keyboard.press("Home")
    await expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", "0.0 of 950 ms")
    await page.keyboard.press("PageUp")
    await page.keyboard.press("PageUp")
    await expect(page.get_by_role("tabpanel", name="Transcript").locator("pre")).to_have_text("Walked")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("tabpanel", name="Transcript").locator("pre")).to_have_text("Walked far.")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="#0")).to_be_visible()

    await page.keyboard.press("3")
    await expect(page.get_by_role("heading", name="Health")).to_be_visible()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).not_to_be_visible()
    await page.keyboard.press("1")
    await expect(row).to_be_visible()


async def test_tab_reaches_everything_in_the_order_of_the_page(page, tape, cassettes):
    put(cassettes, "a-tabbed", said("m-tabbed", (100, "x")))
    await page.goto(f"{tape.url}/_/#/cassettes/a-tabbed/0")
    await expect(page.get_by_role("slider")).to_be_visible()
    await page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in range(25):
        await page.keyboard.press("Tab")
        reached.append(await focused(page))
        if "Timing" in reached[-1] or (len(reached) > 1 and reached[-1] == reached[0]):
            break
    wanted = [
        "Skip to content",
        "tokentape",
        "Streams",
        "Cassettes",
        "Health",
        "Theme: auto",
        "Keys",
        "Cassettes",
        "a-tabbed",
        "Play",
    ]
    wanted += [
        "Time since the request",
        "Speed",
        "First token",
        "What these numbers are",
        "Copy as curl",
        "Copy as JSON",
        "Transcript",
    ]
    places = [reached.index(name) for name in wanted if name in reached]
    assert [name for name in wanted if name not in reached] == []
    assert places[:7] == sorted(places[:7])


async def test_the_skip_link_goes_to_the_content(page, tape):
    await page.goto(f"{tape.url}/_/#/cassettes")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("Tab")
    assert await focused(page) == "Skip to content"
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()
