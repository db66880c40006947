"""A live stream in the page, while it runs and after."""

import re

from playwright.async_api import expect

from tests.browser.puppet import PuppetStream, ask
from tests.browser.tapes import put, said


def row(page, model):
    return page.get_by_role("row").filter(has_text=model)


async def test_a_stream_appears_while_it_runs(page, tape, puppet):
    await page.goto(f"{tape.url}/_/")
    async with puppet.stream(tape.url, "m-appears") as stream:
        await stream.say("Hello")
        await expect(row(page, "m-appears")).to_contain_text("running")
        assert stream.body.count(b"data:") <= 1  # it is far from over
        await stream.say(" world")
        await expect(row(page, "m-appears")).to_contain_text("running")
    await expect(row(page, "m-appears")).to_contain_text("ok")


async def test_its_detail_grows_while_it_runs(page, tape, puppet):
    await page.goto(f"{tape.url}/_/")
    async with puppet.stream(tape.url, "m-grows") as stream:
        await stream.say("First.", "reasoning")
        await row(page, "m-grows").click()
        transcript = page.get_by_role("tabpanel", name="Transcript")
        await expect(transcript).to_contain_text("First.")
        await stream.say("Then this.")
        await expect(transcript).to_contain_text("Then this.")
        await expect(page.locator(".stream-head")).to_contain_text("running")
    await expect(page.locator(".stream-head")).to_contain_text("ok")
    await page.get_by_role("tab", name="Native frames").click()
    await expect(page.get_by_role("tabpanel", name="Native frames")).to_contain_text("[DONE]")
    await page.get_by_role("tab", name="Events").click()
    await expect(page.get_by_role("tabpanel", name="Events")).to_contain_text("stream.end")
    await page.get_by_role("tab", name="Request, response").click()
    await expect(page.get_by_role("tabpanel", name="Request, response")).to_contain_text("text/event-stream")


async def test_what_the_page_shows_is_what_the_api_says(page, tape, puppet):
    async with puppet.stream(tape.url, "m-numbers") as stream:
        for word in ["one", "two", "three"]:
            await stream.say(word)
    await page.goto(f"{tape.url}/_/")
    await row(page, "m-numbers").click()
    await expect(page.locator("[data-number=ttft]")).to_have_text(re.compile(r"^\d"))
    shown = await page.locator("[data-number=ttft]").text_content()
    told = await page.evaluate("fetch(`/_/streams/${location.hash.split('/')[2]}`).then(answer => answer.json())")
    assert abs(float(shown.replace(",", "")) - told["ttft"] * 1000) <= 0.5  # whole milliseconds


async def test_the_filter_hides_what_does_not_fit(page, tape, puppet):
    for model in ("m-filter-a", "m-filter-b"):
        async with puppet.stream(tape.url, model) as stream:
            await stream.say("x")
    await page.goto(f"{tape.url}/_/")
    box = page.get_by_role("searchbox")
    await box.fill("model:m-filter-a")
    await expect(row(page, "m-filter-a")).to_be_visible()
    await expect(row(page, "m-filter-b")).to_have_count(0)
    await box.fill("m-filter -model:m-filter-a state:ok ttft<60s")
    await expect(row(page, "m-filter-b")).to_be_visible()
    await expect(row(page, "m-filter-a")).to_have_count(0)
    await box.fill("nofield:1")
    await expect(page.get_by_text("no field is called nofield")).to_be_visible()
    await expect(row(page, "m-filter-a")).to_be_visible()


async def test_a_replay_is_marked_as_one(page, tape, cassettes):
    put(cassettes, "again", said("m-again", (100, "Once"), (200, " more.")))
    await ask(f"{tape.url}/@again", PuppetStream("m-again"))
    await page.goto(f"{tape.url}/_/")
    await expect(row(page, "m-again")).to_contain_text("replay")
