"""The page when its feed breaks: the gateway restarts, the observer dies, the feed begins anew."""

import json
import os
import signal
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import expect

from tests.browser.puppet import DONE
from tests.integration.programs import served


@asynccontextmanager
async def own_gateway(tmp_path, puppet, watch, port=0):
    async with served(tmp_path, "", *puppet.flags, "--observe", "--mode", "live", "--port", str(port)) as tape:
        watch.origins.add(tape.url)
        watch.expected.add("ERR_|Failed to load resource")  # what Chromium itself says of a connection that is lost
        yield tape


async def test_a_restarted_gateway_is_found_again(page, watch, tmp_path, puppet):
    async with own_gateway(tmp_path, puppet, watch) as tape:
        await page.goto(f"{tape.url}/_/")
        async with puppet.stream(tape.url, "m-before") as stream:
            await stream.say("x")
        await expect(page.get_by_role("row").filter(has_text="m-before")).to_contain_text("ok")
        feed = page.locator("#feed")
        await expect(feed).to_have_attribute("data-state", "live")
    await expect(feed).to_have_attribute("data-state", "lost")
    async with own_gateway(tmp_path, puppet, watch, tape.port) as tape:
        await expect(feed).to_have_attribute("data-state", "live")
        async with puppet.stream(tape.url, "m-after") as stream:
            await expect(page.get_by_role("row").filter(has_text="m-after")).to_contain_text("running")
            await stream.say("x")
        await expect(page.get_by_role("row").filter(has_text="m-before")).to_have_count(
            0
        )  # the new one knows nothing of it


async def test_without_its_observer_the_gateway_relays_and_the_page_says_so(page, watch, tmp_path, puppet):
    async with own_gateway(tmp_path, puppet, watch) as tape:
        await page.goto(f"{tape.url}/_/")
        await expect(page.locator("#feed")).to_have_attribute("data-state", "live")
        (observer,) = map(int, Path(f"/proc/{tape.pid}/task/{tape.pid}/children").read_text().split())
        async with puppet.stream(tape.url, "m-goes-on") as stream:
            await stream.say("one")
            os.kill(observer, signal.SIGKILL)
            await expect(page.locator("#feed")).to_have_attribute("data-state", "lost")
            await stream.say("two")
        assert stream.body.endswith(DONE)
        await page.get_by_role("link", name="Health").click()
        await expect(page.get_by_role("main")).to_contain_text("streams go on, the page does not; restart tokentape")


async def test_a_page_that_fell_behind_begins_anew(page, watch, tape):
    """What the gateway sends a page that was too slow: a second snapshot. What was before it is forgotten."""

    def stream(number, **more):
        return {
            "id": str(number),
            "model": f"m-{number}",
            "state": "ok",
            "source": "live",
            "started": number,
            "ticks": [],
            **more,
        }

    told = [
        ("snapshot", {"seq": 1, "streams": [stream(1, state="running")]}),
        ("update", {"seq": 2, "streams": [stream(2)]}),
        ("snapshot", {"seq": 90, "streams": [stream(4), stream(3)]}),
        ("gone", {"ids": ["3"]}),
    ]
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in told)
    await page.route("**/_/feed", lambda route: route.fulfill(content_type="text/event-stream", body=body))
    await page.goto(f"{tape.url}/_/")
    await expect(page.get_by_role("row").filter(has_text="m-4")).to_be_visible()
    for number in (1, 2, 3):
        await expect(page.get_by_role("row").filter(has_text=f"m-{number}")).to_have_count(0)
