"""Gemini's counts come in parts, and not all in one frame."""

import pytest

from gateway.dialects.composer import Composer
from gateway.dialects.gemini.usage import GeminiUsage

NAMES = {name: name.upper() for name in ("prompt", "tools", "answer", "thoughts", "total", "cached")}


@pytest.fixture
def out():
    composer = Composer()
    composer.at(0, 0)
    return composer


def test_input_and_output_are_the_sums_of_their_parts(out):
    counts = {"PROMPT": 8, "TOOLS": 2, "ANSWER": 5, "THOUGHTS": 3, "TOTAL": 18, "CACHED": 4}
    GeminiUsage(out, NAMES).say(counts)
    (usage,) = out.take()
    assert (usage.input, usage.output, usage.total, usage.cache_read, usage.reasoning) == (10, 8, 18, 4, 3)
    assert usage.provider == counts


def test_a_part_counts_until_the_next(out):
    said = GeminiUsage(out, NAMES)
    said.say({"PROMPT": 8, "THOUGHTS": 3})
    said.say({"ANSWER": 5})
    said.say({"ANSWER": 9})
    assert [(usage.input, usage.output) for usage in out.take()] == [(8, 3), (8, 8), (8, 12)]


def test_what_was_not_counted_is_none(out):
    GeminiUsage(out, NAMES).say({"PROMPT": 8})
    (usage,) = out.take()
    assert (usage.input, usage.output, usage.reasoning, usage.cache_read) == (8, None, None, None)
