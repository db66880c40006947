"""What a model, a provider or a stranger's cassette says is shown as text, wherever it stands: nothing of it runs."""

import json
from dataclasses import replace

from playwright.async_api import expect

from recorder.interaction import Chunk
from tests.browser.puppet import DONE, LAST, delta, frame
from tests.browser.tapes import put, said

PAYLOADS = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<svg onload=window.hacked=1><script>window.hacked=1</script></svg>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "</pre></textarea></title></style><script>window.hacked=1</script>",
    "<style>@import 'http://127.0.0.1:9/css'; body{display:none}</style>",
    "<link rel=stylesheet href=http://127.0.0.1:9/css>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>",
    "<base href=http://127.0.0.1:9/>",
    "<form action=http://127.0.0.1:9/><input autofocus onfocus=window.hacked=1></form>",
    "<a href=javascript:window.hacked=1>click</a>",
    "<video><source onerror=window.hacked=1></video>",
    "<details open ontoggle=window.hacked=1>x</details>",
    "<object data=http://127.0.0.1:9/></object><embed src=http://127.0.0.1:9/>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>",
    '"><img src=x onerror=window.hacked=1>',
    "{{constructor.constructor('window.hacked=1')()}} ${window.hacked=1} javascript:window.hacked=1",
    "\x1b[2J\x1b]0;owned\x07\x1b[31mred\x1b[0m \x00 \x08 \x7f \x9b31m",
    "\u202egnp.exe\u202c \u2066hidden\u2069 \u200b\u200d\ufeff \u2028 \u2029 \ud800 \U000e0041",
    "data:text/html,<script>opener.hacked=1</script> __proto__ constructor toString",
]

_STATE = r"""() => {
    const all = [...document.querySelectorAll("*")];
    const foreign = "main img, iframe, svg, object, embed, form, base, style, video, math, meta[http-equiv]";
    const text = document.documentElement.textContent + all.map(node => node.title ?? "");
    const control = "\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f";
    const unseen = `[${control}\\u200b\\u2028-\\u202e\\u2060-\\u2069\\ufeff]|\\p{Cs}|[\\u{e0000}-\\u{e007f}]`;
    return {
        hacked: window.hacked,
        scripts: document.scripts.length,
        foreign: document.querySelectorAll(foreign).length,
        listening: all.flatMap(node => node.getAttributeNames()).filter(name => name.startsWith("on")).length,
        leading: [...document.links].filter(link => new URL(link.href).origin !== location.origin).length,
        unseen: new RegExp(unseen, "u").test(text),
    };
}"""
HARMLESS = {"hacked": None, "scripts": 1, "foreign": 0, "listening": 0, "leading": 0, "unseen": False}


def hostile(payload):
    """The payload wherever something from outside can stand."""
    whole = said("m", (100, payload))
    tool = {"index": 0, "id": payload, "function": {"name": payload, "arguments": json.dumps({payload: payload})}}
    error = json.dumps({"error": {"type": payload, "code": payload, "message": payload}}).encode()
    plain = payload.encode("ascii", "ignore").decode()
    printable = "".join(letter for letter in plain if " " <= letter < "\x7f")
    chunks = [
        frame(payload, delta(role=payload, reasoning=payload)),
        frame(payload, delta(content=payload)),
        frame(payload, delta(tool_calls=[tool])),
        b"event: " + payload.encode("utf-8", "replace").replace(b"\n", b" ") + b"\ndata: " + error + b"\n\n",
        payload.encode("utf-8", "replace") + b"\n\n",
        frame(payload, LAST) + DONE,
    ]
    return replace(
        whole,
        request=replace(
            whole.request,
            target=f"{whole.request.path}?q={printable.replace(' ', '+')}",
            headers=(("x-stainless-lang", printable), ("content-type", "application/json")),
            body=json.dumps({"model": payload, "messages": [{"role": "user", "content": payload}]}).encode(),
        ),
        response=replace(whole.response, headers=(*whole.response.headers, ("x-request-id", printable))),
        chunks=tuple(Chunk(100_000 + number * 1000, data) for number, data in enumerate(chunks)),
        facts={"mode": payload.encode("utf-8", "replace").decode(), "recorded_at": printable},
    )


async def open_all(page):
    """See everything that a detail has: each tab, each row unfolded."""
    for name in ("Events", "Native frames", "Request, response", "Timing", "Transcript"):
        await page.get_by_role("tab", name=name).click()
        await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    await page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


async def test_twenty_payloads_from_a_strangers_cassette_stay_text(page, tape, cassettes):
    assert len(PAYLOADS) == 20
    put(cassettes, "hostile", *map(hostile, PAYLOADS))
    await page.goto(f"{tape.url}/_/#/cassettes/hostile")
    await expect(page.locator("tbody tr")).to_have_count(20)
    assert await page.evaluate(_STATE) == HARMLESS
    for index, payload in enumerate(PAYLOADS):
        await page.evaluate(f"location.hash = '#/cassettes/hostile/{index}'")
        await expect(page.get_by_text(f"Interaction {index}", exact=True)).to_be_visible()
        await open_all(page)
        assert await page.evaluate(_STATE) == HARMLESS, payload
        if payload.isprintable():
            await expect(page.get_by_role("tabpanel", name="Transcript")).to_contain_text(payload)


async def test_they_stay_text_while_they_stream(page, tape, puppet):
    await page.goto(f"{tape.url}/_/")
    async with puppet.stream(tape.url, "m-hostile<img src=x onerror=window.hacked=1>") as stream:
        for payload in PAYLOADS:
            await stream.say(payload)
            await stream.say(payload, "reasoning")
            await stream.send(frame(payload, delta(tool_calls=[{"index": 0, "function": {"name": payload}}])))
        await page.get_by_role("row").filter(has_text="m-hostile").click()
        await expect(page.get_by_role("tabpanel", name="Transcript")).to_contain_text("owned")
        await open_all(page)
        assert await page.evaluate(_STATE) == HARMLESS
    await expect(page.locator(".stream-head")).not_to_contain_text("running")
    await open_all(page)
    assert await page.evaluate(_STATE) == HARMLESS


async def test_this_test_would_see_it(page, tape):
    await page.goto(f"{tape.url}/_/")
    assert await page.evaluate(_STATE) == HARMLESS
    await page.evaluate("document.body.append(document.createElement('svg'), 'a\\x1b\\u202e')")
    assert await page.evaluate(_STATE) == {**HARMLESS, "foreign": 1, "unseen": True}


async def test_a_line_of_a_megabyte_is_shown_a_part_at_a_time(page, tape, cassettes):
    put(cassettes, "long", said("m-long", (100, "A" + "x" * (1 << 20) + "Z")))
    await page.goto(f"{tape.url}/_/#/cassettes/long/0")
    panel = page.get_by_role("tabpanel", name="Transcript")
    await expect(panel).to_contain_text("Axxx")
    assert len(await panel.text_content()) < 10_000
    await panel.get_by_role("button", name="Show more").click()
    assert len(await panel.text_content()) > 60_000
    await open_all(page)
    assert len(await page.locator("main").text_content()) < 200_000
    slider = page.get_by_role("slider")
    await slider.press("Home")
    await expect(panel.locator("pre:visible")).to_have_count(0)
