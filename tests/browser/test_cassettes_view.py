"""Cassettes in the page: the folder, one cassette, one interaction, and its playback."""

from playwright.async_api import expect

from gateway.events import event_json
from gateway.reader import read
from gateway.transcript import Transcript, transcript_json
from tests.browser.tapes import put, said
from tests.gateway.bodies import MEDIA_TYPES
from tests.gateway.voices import CALLERS, VOICES, answer, body_of

STORY = said("m-story", (400, "Once"), (450, " upon"), (2000, " a"), (2100, " time."))


def address(tape, *parts):
    return "/".join([f"{tape.url}/_/#/cassettes", *(part.replace("/", "%2F") for part in parts)])


async def test_from_the_folder_to_one_interaction(page, tape, cassettes):
    put(cassettes, "team/story", STORY, said("m-second", (100, "x")))
    await page.goto(f"{tape.url}/_/")
    await page.get_by_role("link", name="Cassettes").click()
    await expect(page.get_by_role("row").filter(has_text="team/story")).to_contain_text("2")
    await page.get_by_role("link", name="team/story").click()
    first = page.get_by_role("row").filter(has_text="m-story")
    await expect(first).to_contain_text("ok")
    await expect(first).to_contain_text("400")  # ms to the first token
    await first.get_by_role("link", name="#0").click()
    await expect(page.locator("[data-number=ttft]")).to_have_text("400")
    await expect(page.get_by_role("tabpanel", name="Transcript")).to_contain_text("Once upon a time.")
    await page.go_back()
    await expect(page.get_by_role("row").filter(has_text="m-second")).to_be_visible()


async def test_a_stream_is_shown_as_it_was_at_any_moment(page, tape, cassettes):
    put(cassettes, "moments", STORY)
    await page.goto(address(tape, "moments", "0"))
    transcript = page.get_by_role("tabpanel", name="Transcript")
    slider = page.get_by_role("slider")
    await expect(transcript).to_contain_text("Once upon a time.")
    await page.get_by_role("button", name="First token").click()
    await expect(transcript.locator("pre")).to_have_text("Once")
    await expect(page.get_by_text("1 of 6 frames")).to_be_visible()
    await slider.fill("1.9")
    await expect(transcript.locator("pre")).to_have_text("Once upon")
    await slider.press("Home")
    await expect(transcript.get_by_text("Nothing has been said.")).to_be_visible()
    await expect(transcript.locator("pre:visible")).to_have_count(0)
    await expect(page.get_by_text("no token yet")).to_be_visible()
    await slider.press("End")
    await expect(transcript.locator("pre")).to_have_text("Once upon a time.")
    await page.get_by_role("tab", name="Events").click()
    await slider.press("Home")
    await expect(page.get_by_text("No events yet.")).to_be_visible()


async def test_it_plays_with_its_own_times_and_stops_at_the_end(page, tape, cassettes):
    put(cassettes, "plays", STORY)
    await page.goto(address(tape, "plays", "0"))
    await expect(page.get_by_role("button", name="Play")).to_be_visible()
    await page.get_by_role("combobox", name="Speed").select_option("0.25")
    await page.locator("main").focus()  # a select would take the space for itself
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await expect(page.get_by_role("tabpanel", name="Transcript").locator("pre")).to_have_text("Once upon")
    await page.get_by_role("combobox", name="Speed").select_option("100")
    await expect(page.get_by_role("button", name="Play")).to_be_visible()
    await expect(page.get_by_role("tabpanel", name="Transcript").locator("pre")).to_have_text("Once upon a time.")


async def test_a_click_into_the_waterfall_jumps_there(page, tape, cassettes):
    put(cassettes, "jumps", STORY)
    await page.goto(address(tape, "jumps", "0"))
    waterfall = page.locator("canvas.waterfall")
    await expect(waterfall).to_be_visible()
    box = await waterfall.bounding_box()
    await waterfall.click(position={"x": box["width"] * 0.5, "y": 10})
    await expect(page.get_by_role("tabpanel", name="Transcript").locator("pre")).to_have_text("Once upon")


async def test_what_is_damaged_is_shown_with_its_problem(page, tape, cassettes):
    path = put(cassettes, "damaged", STORY, said("m-lost", (1, "x")))
    path.write_bytes(path.read_bytes().replace(b"Once", b"Ones"))
    put(cassettes, "torn", STORY, STORY)
    torn = cassettes / "torn.cassette"
    torn.write_bytes(torn.read_bytes()[:-7])
    (cassettes / "foreign.cassette").write_bytes(b"PK\x03\x04")
    await page.goto(address(tape))
    await expect(page.get_by_role("row").filter(has_text="foreign")).to_contain_text("not a cassette")
    await page.get_by_role("link", name="damaged").click()
    await expect(page.get_by_role("row").filter(has_text="#0")).to_contain_text("fails its checksum")
    await expect(page.get_by_role("row").filter(has_text="#1")).to_contain_text("m-lost")
    await page.get_by_role("link", name="#0").click()
    await expect(page.get_by_text("fails its checksum")).to_be_visible()
    await page.goto(address(tape, "torn"))
    await expect(page.get_by_text("7 bytes are missing")).to_be_visible()
    await page.goto(address(tape, "foreign"))
    await expect(page.get_by_role("main").locator(".notice")).to_contain_text("not a cassette")


async def test_a_cassette_that_is_not_there_is_a_sentence(page, watch, tape):
    await page.goto(address(tape, "../../etc/passwd"))
    await expect(page.get_by_role("alert")).to_contain_text("cannot be a cassette")
    await watch.provoked("404")  # Chromium says so in the console, whatever the page does


async def test_a_large_cassette_comes_in_parts(page, tape, cassettes):
    put(cassettes, "large", *(said(f"m-{number:03}", (100, "x")) for number in range(120)))
    await page.goto(address(tape, "large"))
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(50)
    await page.get_by_role("button", name="Show more: 70 of 120").click()
    await expect(rows).to_have_count(100)
    await page.get_by_role("button", name="Show more: 20 of 120").click()
    await expect(rows).to_have_count(120)
    await expect(page.get_by_role("button", name="Show more")).to_have_count(0)


async def test_what_the_page_folds_is_what_the_gateway_folds(page, tape):
    """The page's own fold, which playback needs, agrees with gateway/transcript: for each API, text and tool calls."""
    bodies = [(voice, body_of(voice.wire, voice.says("Hel", "lo"))) for voice in VOICES.values()]
    bodies += [(caller, body_of(caller.wire, caller.calls(("look", '{"at": "sky"}')))) for caller in CALLERS.values()]
    told = [list(read(answer([body], api.path, MEDIA_TYPES[api.wire]))) for api, body in bodies]
    await page.goto(f"{tape.url}/_/")
    folded = await page.evaluate(
        "all => import('/_/static/playback-transcript.js').then(({transcriptOf}) => all.map(transcriptOf))",
        [[event_json(event) for event in events] for events in told],
    )
    expected = [transcript_json(Transcript.of(events)) for events in told]
    assert len(expected) > 20
    for ours, theirs in zip(folded, expected, strict=True):
        assert [shape(choice) for choice in ours["choices"]] == [shape(choice) for choice in theirs["choices"]]


def shape(choice):
    """What is compared of a message: who speaks, why it ended, the blocks with their texts."""
    names = ("index", "kind", "id", "name", "by", "text", "transcript", "mime")
    blocks = [{name: block.get(name) or None for name in names} for block in choice.get("blocks", [])]
    calls = [bool(block.get("arguments") or block.get("patches")) for block in choice.get("blocks", [])]
    return {name: choice.get(name) for name in ("choice", "role", "id", "model", "reason")}, blocks, calls
