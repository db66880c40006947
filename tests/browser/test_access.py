"""Whoever cannot see the page well: what can be used has a name, and every text stands out from its ground."""

import pytest
from playwright.async_api import expect

from tests.browser.tapes import put, said

VIEWS = ["#/", "#/streams/", "#/cassettes", "#/cassettes/a-seen", "#/cassettes/a-seen/0", "#/health"]

# WCAG 2: relative luminances of a text and of what is behind it; 4.5 to 1, or 3 to 1 for large ones.
_FAINT = """() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgba = colour => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const part = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const light = ([red, green, blue]) => 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
    const ground = node => {
        for (let at = node; at; at = at.parentElement) {
            const colour = rgba(getComputedStyle(at).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255, 255];
    };
    const faint = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const node = text.parentElement;
        if (!text.data.trim() || !node.checkVisibility() || node.closest("button:disabled, .skip, noscript")) continue;
        const {color, fontSize, fontWeight} = getComputedStyle(node);
        const [one, other] = [light(rgba(color)), light(ground(node))].sort((a, b) => b - a);
        const ratio = (one + 0.05) / (other + 0.05);
        const isLarge = parseFloat(fontSize) >= 24 || (parseFloat(fontSize) >= 18.6 && fontWeight >= 700);
        if (ratio >= (isLarge ? 3 : 4.5)) continue;
        faint.push(`${ratio.toFixed(2)}: ${node.tagName}.${node.className} ${text.data.trim().slice(0, 40)}`);
    }
    return [...new Set(faint)];
}"""

_USED = {
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "slider",
    "tab",
    "tabpanel",
    "checkbox",
    "dialog",
    "table",
    "grid",
    "navigation",
}


async def nameless(page):
    """What is to be used and is called nothing, in the tree that a screen reader is given."""
    session = await page.context.new_cdp_session(page)
    tree = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    roles = [
        (node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree["nodes"] if not node["ignored"]
    ]
    assert len(roles) > 20
    return [role for role, name in roles if role in _USED and not name.strip()]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_each_view_can_be_read_and_used(page, tape, puppet, cassettes, theme):
    put(cassettes, "a-seen", said("m-seen", (100, "Seen"), (3000, " late.")), said("m-other", (5, "x")))
    async with puppet.stream(tape.url, f"m-{theme}") as stream:
        await stream.say("Thought.", "reasoning")
        await stream.say("Said.")
    await page.emulate_media(color_scheme=theme)
    await page.goto(f"{tape.url}/_/")
    row = page.get_by_role("row").filter(has_text=f"m-{theme}")
    await expect(row).to_be_visible()
    number = await row.get_attribute("data-id")
    for view in VIEWS:
        await page.evaluate("hash => { location.hash = hash; }", view + number if view.endswith("streams/") else view)
        await expect(
            page.get_by_role("main").get_by_text("seen").or_(page.get_by_role("main").locator("dl, .row")).first
        ).to_be_visible()
        assert await page.evaluate(_FAINT) == [], view
        assert await nameless(page) == [], view
        assert await page.locator("h1").count() == 1, view
