"""Chat completions: how a stream goes, when it is whole, and what servers that are not OpenAI's do otherwise."""

import typing

import pytest
from mistralai.client.models import CompletionResponseStreamChoice, DeltaMessage
from mistralai.client.models.contentchunk import _CONTENT_CHUNK_VARIANTS
from openai.types.chat.chat_completion_chunk import ChatCompletionChunk, Choice, ChoiceDelta

from gateway.dialects.apis import api_of
from gateway.dialects.openai.chat import OpenAIChat
from tests.gateway.dialects.kinds.openai_chat import (
    HEAD,
    KINDS,
    START,
    STOP,
    chunk,
    delta,
    usage,
)
from tests.gateway.dialects.openai.conversation import (
    DONE,
    begins,
    more,
    over,
    told,
    told_of_document,
)

MESSAGE = {"type": "message.start", "choice": 0, "role": "assistant", "id": "chatcmpl-1", "model": "gpt-5"}
STOPPED = {"type": "message.stop", "choice": 0, "reason": "stop", "provider_reason": "stop"}
COMPLETE = {"type": "stream.end", "outcome": "complete"}


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
        {**COMPLETE, "folded": True},
    ]
