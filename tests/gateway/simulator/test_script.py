"""What is said, and what it costs."""

import pytest

from gateway.simulator.prompt import Prompt, Tool
from gateway.simulator.script import HEX, born, code, digest, write
from gateway.simulator.simulation import Simulation

STORY = "Tell me a short story about space."
PRINT = digest(b"request")
SEARCH = Tool("searchWeb", {"properties": {"query": {"type": "string"}}})


def script(text=STORY, simulation=None, fingerprint=PRINT, **more):
    return write(Prompt(text, **more), "model", simulation or Simulation(), fingerprint)


def test_the_words_follow_from_seed_prompt_and_turn():
    said = script().text

    assert script(fingerprint=digest(b"another request")).text == said
    assert script(turn=2).text != said
    assert script(simulation=Simulation(seed=1)).text != said
    assert script("Tell me a story about rain.").text != said


def test_the_words_are_these():
    # A change of these words changes every cassette that was recorded from the simulated provider.
    assert "".join(script().text) == (
        "Maëlle kept a golden umbrella in the last village. It had never been told about space, and it hummed out of "
        "tune. One night the umbrella began to speak out of tune. “Take me to space,” it said, and Maëlle found "
        "no reason not to. “Hello, 世界,” said Maëlle, and waved. 👩‍🚀"
    )


def test_ids_follow_from_the_whole_request():
    assert script().id("message", 22) == script().id("message", 22)
    assert script().id("message", 22) != script().id("call", 22)
    assert script().id("message", 22) != script(fingerprint=digest(b"other")).id("message", 22)
    assert set(code(PRINT, "x", 500, HEX)) == set(HEX)


def test_parts_of_a_fingerprint_do_not_run_into_each_other():
    assert digest(b"ab", b"c") != digest(b"a", b"bc")


def test_every_seed_has_its_second_of_2026():
    assert born(0) == 1767225600
    assert 1767225600 <= born(-7) < 1798761600
    assert len({born(seed) for seed in range(100)}) == 100


@pytest.mark.parametrize("words", [0, 1, 40, 400])
def test_about_so_many_words(words):
    said = "".join(script(simulation=Simulation(words=words)).text).split()

    assert words <= len(said) <= words + 25


def test_tokens_are_counted_as_they_are_sent():
    said = script(thinking=True, size=400)

    assert said.thinking_tokens == len(said.thinking) > 0
    assert said.output_tokens == len(said.thinking) + len(said.text)
    assert said.input_tokens == 107
    assert said.total_tokens == said.input_tokens + said.output_tokens


def test_a_grapheme_may_be_split_between_tokens():
    assert "\u200d" in script().text


def test_a_limit_cuts_thinking_then_text_then_whole_calls():
    full = script("Please search for cats.", thinking=True, remarks=True, tools=(SEARCH,))
    thought, said = len(full.thinking), len(full.text)

    assert script(thinking=True, limit=0).output_tokens == 0
    cut = script("Please search for cats.", thinking=True, remarks=True, tools=(SEARCH,), limit=thought + said + 1)
    assert (cut.thinking, cut.text, cut.calls, cut.stop) == (full.thinking, full.text, (), "length")
    whole = script("Please search for cats.", thinking=True, remarks=True, tools=(SEARCH,), limit=full.output_tokens)
    assert whole == full


def test_the_first_stop_sequence_counts():
    said = script(stops=("space", "kept"))

    assert (said.stop, said.stop_sequence) == ("stop_sequence", "kept")
    assert "kept" not in "".join(said.text)


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("Please search the web for cats.", ["cats"]),
        ("Use searchWeb about cats", ["cats"]),
        ("What do you think about cats?", None),
    ],
)
def test_a_tool_is_called_when_the_prompt_speaks_of_it(text, queries):
    said = script(text, tools=(SEARCH,))

    assert [call.arguments["query"] for call in said.calls] == (queries or [])
    assert said.stop == ("tool_calls" if queries else "end")


def test_a_forced_call_takes_the_first_tool():
    assert [call.name for call in script("Hello", tools=(SEARCH,), must_call=True).calls] == ["searchWeb"]


def test_separators_come_first():
    said = "".join(script(simulation=Simulation(separators=True)).text)

    assert said.startswith("a line\u2028a paragraph\u2029a next line\u0085 ")
