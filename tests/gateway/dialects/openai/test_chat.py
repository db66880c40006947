"""Chat completions: how a stream goes, when it is whole, and what servers that are not OpenAI's do otherwise."""

import typing

import pytest
from mistralai.client.models import CompletionResponseStreamChoice, DeltaMessage
from mistralai.client.models.contentchunk import _CONTENT_CHUNK_VARIANTS
from openai.types.chat.chat_completion_chunk import ChatCompletionChunk, Choice, ChoiceDelta

from gateway.dialects.apis import api_of
from gateway.dialects.openai.chat import OpenAIChat
from recorder.interaction import End
from tests.gateway.dialects.kinds.openai_chat import (
    HEAD,
    HELLO,
    KINDS,
    START,
    STOP,
    choice,
    chunk,
    delta,
    usage,
)
from tests.gateway.dialects.openai.conversation import (
    DONE,
    begins,
    blocks,
    more,
    named,
    over,
    said,
    told,
    told_of_document,
)

MESSAGE = {"type": "message.start", "choice": 0, "role": "assistant", "id": "chatcmpl-1", "model": "gpt-5"}
STOPPED = {"type": "message.stop", "choice": 0, "reason": "stop", "provider_reason": "stop"}
COMPLETE = {"type": "stream.end", "outcome": "complete"}


def ended(events):
    """How the stream ended, and what of it was stopped with which words."""
    stops = [(event["reason"], event.get("provider_reason")) for event in named(events, "message.stop")]
    return events[-1]["outcome"], stops


@pytest.mark.parametrize(
    ("path", "is_chat"),
    [
        ("/v1/chat/completions", True),
        ("/openai/deployments/gpt-5/chat/completions", True),
        ("/v1/fim/completions", True),
        ("/v1/agents/completions", True),
        ("/v1/completions", False),
    ],
)
def test_is_known_by_the_end_of_the_path(path, is_chat):
    assert (api_of(path) is OpenAIChat) is is_chat


class TestEveryKind:
    """What the SDKs know of must have an example among the kinds; a new one fails here."""

    def has(self, *labels):
        return [label for label in labels if not any(kind.startswith(label) for kind in KINDS)]

    def test_fields_of_openais_chunks(self):
        places = {"chunk": ChatCompletionChunk, "choice": Choice, "delta": ChoiceDelta}
        assert self.has(*(f"{place} {name}" for place, model in places.items() for name in model.model_fields)) == []

    def test_finish_reasons(self):
        [reasons, _] = typing.get_args(Choice.model_fields["finish_reason"].annotation)
        assert self.has(*(f"finish_reason {reason}" for reason in typing.get_args(reasons))) == []

    def test_fields_of_mistrals_chunks(self):
        places = {"choice": CompletionResponseStreamChoice, "delta": DeltaMessage}
        assert self.has(*(f"{place} {name}" for place, model in places.items() for name in model.model_fields)) == []

    def test_parts_of_mistrals_content(self):
        assert self.has(*(f"content {kind}" for kind in _CONTENT_CHUNK_VARIANTS)) == []


def test_a_short_answer():
    assert told(START, delta(content="  Hi"), delta(content=" \n"), STOP, chunk(usage=usage()), DONE) == [
        MESSAGE,
        begins(),
        more("  Hi"),
        more(" \n"),
        over(),
        {"type": "usage", "input": 12, "output": 5, "total": 17, "provider": usage()},
        STOPPED,
        COMPLETE,
    ]


def test_an_answer_in_one_piece_says_the_same():
    message = {"role": "assistant", "content": "  Hi \n", "refusal": None, "annotations": [], "audio": None}
    value = {**HEAD, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage()}

    assert [event for event in told_of_document(value) if event["type"] != "provider"] == [
        MESSAGE,
        begins(),
        more("  Hi \n"),
        over(),
        {"type": "usage", "input": 12, "output": 5, "total": 17, "provider": usage()},
        STOPPED,
        COMPLETE,
    ]


def test_choices_have_their_own_messages_and_blocks():
    events = told(
        delta(0, role="assistant", content="a"),
        delta(1, role="assistant", content="b"),
        delta(0, content="c"),
        chunk(choice(0, "stop"), choice(1, "length")),
        DONE,
    )

    assert [event["text"] for event in events if event.get("index") == 0 and "text" in event] == ["a", "c"]
    assert named(events, "block.start") == [begins(), begins(1, choice=1)]
    assert ended(events) == ("complete", [("stop", "stop"), ("length", "length")])


class TestIsWhole:
    def test_with_done(self):
        assert ended(told(START, HELLO, STOP, DONE)) == ("complete", [("stop", "stop")])

    def test_without_done_after_every_finish_reason_which_is_noted(self):
        events = told(START, HELLO, STOP)

        assert ended(events) == ("complete", [("stop", "stop")])
        assert {"type": "provider", "name": "no [DONE]"} in events

    def test_with_done_and_no_finish_reason_but_none_is_invented(self):
        assert ended(told(START, HELLO, DONE)) == ("complete", [("other", None)])

    def test_not_at_a_clean_end_while_a_choice_goes_on(self):
        assert ended(told(START, delta(1, content="b"), STOP)) == ("truncated", [])

    def test_not_when_the_connection_was_lost_before_done(self):
        body = b'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}\n\n'
        assert said(body, end=End("upstream_error", "reset"))[-1]["outcome"] == "truncated"

    def test_not_with_done_alone(self):
        assert ended(told(DONE)) == ("truncated", [])

    def test_once(self):
        events = told(START, HELLO, STOP, DONE, DONE)

        assert ended(events) == ("complete", [("stop", "stop")])
        assert {"type": "provider", "name": "[DONE]"} in events


class TestAfterTheFinishReason:
    def test_it_may_come_again(self):
        assert ended(told(START, HELLO, STOP, STOP, DONE)) == ("complete", [("stop", "stop")])

    def test_text_survives(self):
        assert blocks(HELLO, STOP, delta(content=" there"), DONE) == [
            begins(),
            more("Hello"),
            over(),
            begins(1),
            more(" there", 1),
            over(1),
        ]

    def test_an_error_has_the_last_word(self):
        failed = chunk(choice(), error={"code": 400, "message": "Token limit reached"})
        events = told(START, HELLO, STOP, failed, DONE)

        assert ended(events) == ("error", [])
        assert named(events, "stream.error") == [
            {
                "type": "stream.error",
                "source": "provider",
                "kind": "400",
                "message": "Token limit reached",
                "provider": {"code": 400, "message": "Token limit reached"},
            }
        ]

    def test_the_last_one_counts_and_the_first_is_told(self):
        events = told(START, HELLO, STOP, chunk(choice(finish_reason="length")), DONE)

        assert ended(events) == ("complete", [("length", "length")])
        assert {"type": "provider", "name": "choices[0]", "data": {"finish_reason": "stop"}} in events


class TestUsage:
    def totals(self, *values):
        return [
            {name: total for name, total in event.items() if name not in ("type", "provider")}
            for event in named(told(START, *values), "usage")
        ]

    def test_null_first_then_before_the_content_and_again(self):
        values = [{**START, "usage": None}, {**chunk(), "usage": usage()}, HELLO, {**STOP, "usage": usage()}]
        assert self.totals(*values) == [{"input": 12, "output": 5, "total": 17}]

    def test_grows_and_is_not_added_up(self):
        grown = usage(completion_tokens=6, total_tokens=18)
        assert [each["output"] for each in self.totals({**HELLO, "usage": usage()}, {**STOP, "usage": grown})] == [5, 6]

    def test_includes_reasoning_that_xai_counts_beside_it(self):
        beside = usage(total_tokens=57, completion_tokens_details={"reasoning_tokens": 40})
        within = usage(completion_tokens_details={"reasoning_tokens": 4})

        assert self.totals(chunk(usage=beside)) == [{"input": 12, "output": 45, "total": 57, "reasoning": 40}]
        assert self.totals(chunk(usage=within)) == [{"input": 12, "output": 5, "total": 17, "reasoning": 4}]

    @pytest.mark.parametrize(
        "fields",
        [
            {"prompt_tokens_details": {"cached_tokens": 8}},
            {"prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 4},
            {"cached_tokens": 8, "prompt_tokens_details": None},
            {"cache_read_input_tokens": 8},
        ],
    )
    def test_of_a_cache(self, fields):
        assert self.totals(chunk(usage=usage(**fields)))[0]["cache_read"] == 8

    def test_that_is_absent_stays_absent(self):
        assert self.totals(HELLO, STOP, DONE) == []
