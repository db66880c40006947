"""Reading what strangers send."""

import re

from hypothesis import given
from hypothesis import strategies as st

from gateway.simulator.answer import Asked, answer
from gateway.simulator.anthropic import ANTHROPIC
from gateway.simulator.gemini import GEMINI_ARRAY, GEMINI_EVENTS, GEMINI_WHOLE
from gateway.simulator.ollama import OLLAMA_CHAT, OLLAMA_GENERATE
from gateway.simulator.openai_chat import OPENAI_CHAT
from gateway.simulator.openai_responses import OPENAI_RESPONSES
from gateway.simulator.prompt import Tool, chosen, count, entries, hear, mapping, member, strings, text_in, weigh
from gateway.simulator.simulation import Simulation

APIS = [
    ANTHROPIC,
    GEMINI_ARRAY,
    GEMINI_EVENTS,
    GEMINI_WHOLE,
    OLLAMA_CHAT,
    OLLAMA_GENERATE,
    OPENAI_CHAT,
    OPENAI_RESPONSES,
]
NAMES = """role content text parts type tool_result tools function name parameters input_schema tool_choice mode
    thinking enabled format schema json_schema properties enum items anyOf $ref #/properties/a user tool model
    functionResponse functionDeclarations object array integer minimum get_a stop reasoning summary any auto"""
MEMBERS = """messages input contents prompt tools tool_choice thinking reasoning stop max_tokens stream format text
    options generationConfig toolConfig response_format stream_options output_config include think system"""
WORDS = st.sampled_from(re.findall(r"\S+", NAMES))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 50) | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


def test_the_last_words_of_the_user_and_what_tools_said_to_them():
    turns = [("user", "one"), ("tool", "old"), ("model", "hm"), ("user", "two"), ("model", ""), ("tool", "new")]

    assert hear(turns) == ("two", 2, ("new",))
    assert hear([("user", "one"), ("user", "")]) == ("one", 1, ())
    assert hear([]) == ("", 1, ())


def test_text_is_found_in_the_contents_of_every_api():
    assert text_in("a") == "a"
    assert text_in([{"type": "text", "text": "a"}, {"type": "image"}, {"type": "input_text", "text": "b"}]) == "a\nb"
    assert text_in({"role": "user", "parts": [{"text": "a"}]}) == "a"
    assert text_in(7) == text_in(None) == text_in({}) == ""


def test_what_is_not_of_the_expected_kind_reads_as_nothing():
    assert member({"a": {"b": 1}}, "a", "b") == 1
    assert member({"a": [1]}, "a", "b") is None
    assert entries([{"a": 1}, 2, None]) == [{"a": 1}]
    assert entries("no list") == []
    assert mapping([1]) == {}
    assert [count(value) for value in (3, 0, -1, True, "3", None)] == [3, 0, None, None, None, None]
    assert strings(["a", "", 1]) == ("a",)
    assert strings("a") == ("a",)
    assert strings(None) == ()


def test_a_tool_that_the_request_insists_on_is_the_only_one():
    tools = [Tool("a", {}), Tool("b", {})]

    assert chosen(tools, None) == tuple(tools)
    assert chosen(tools, "b") == (tools[1],)


def test_attachments_do_not_weigh_what_they_measure():
    assert weigh({"role": "user", "content": ["four", 1]}) == 4 + 4 + 7 + 4 + 1
    assert weigh("x" * 1_000_000) == 4_000


@given(st.sampled_from(APIS), st.dictionaries(st.sampled_from(re.findall(r"\S+", MEMBERS)), VALUES, max_size=6))
def test_no_body_breaks_an_api(api, body):
    planned = answer(Asked(api, body, "model", Simulation(words=3), None, "0" * 64))

    assert planned.head.status == 200
    assert len(planned.frames) == len(planned.offsets)
