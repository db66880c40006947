"""Token counts of OpenAI and its likes: the same totals under whatever names, wherever they stand."""

import pytest

from gateway.dialects.composer import Composer
from gateway.dialects.openai.usage import say_usage
from gateway.events import event_json
from tests.gateway.dialects.kinds.openai_chat import HELLO, START, STOP, chunk, usage
from tests.gateway.dialects.kinds.openai_responses import USAGE
from tests.gateway.dialects.openai.conversation import DONE, named, told


def totals(events):
    return [
        {name: total for name, total in event.items() if name not in ("type", "seq", "t", "provider")}
        for event in named(events, "usage")
    ]


def counted(*objects):
    """The totals after each of these `usage` objects."""
    out = Composer()
    for value in objects:
        say_usage(out, value)
    return totals([event_json(event) for event in out.take()])


def test_null_first_then_before_the_content_and_again():
    values = [{**START, "usage": None}, {**chunk(), "usage": usage()}, HELLO, {**STOP, "usage": usage()}]
    assert totals(told(*values)) == [{"input": 12, "output": 5, "total": 17}]


def test_that_is_absent_stays_absent():
    assert totals(told(START, HELLO, STOP, DONE)) == []
    assert counted(None, {}) == []


def test_grows_and_is_not_added_up():
    assert [each["output"] for each in counted(usage(), usage(completion_tokens=6, total_tokens=18))] == [5, 6]


def test_of_the_responses_api_has_other_names():
    expected = {"input": 12, "output": 30, "total": 42, "cache_read": 4, "cache_write": 2, "reasoning": 20}
    assert counted(USAGE) == [expected]


def test_includes_reasoning_that_xai_counts_beside_it():
    beside = usage(total_tokens=57, completion_tokens_details={"reasoning_tokens": 40})
    within = usage(completion_tokens_details={"reasoning_tokens": 4})

    assert counted(beside) == [{"input": 12, "output": 45, "total": 57, "reasoning": 40}]
    assert counted(within) == [{"input": 12, "output": 5, "total": 17, "reasoning": 4}]


def test_of_seconds_has_no_totals_but_is_passed_on():
    out = Composer()
    say_usage(out, {"type": "duration", "seconds": 9})

    [event] = out.take()
    assert event_json(event)["provider"] == {"type": "duration", "seconds": 9}
    assert totals([event_json(event)]) == [{}]


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt_tokens_details": {"cached_tokens": 8}},
        {"prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 4},
        {"cached_tokens": 8, "prompt_tokens_details": None},
        {"cache_read_input_tokens": 8},
    ],
)
def test_of_a_cache(fields):
    [said] = counted(usage(**fields))
    assert said["cache_read"] == 8
