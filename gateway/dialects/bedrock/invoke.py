"""Bedrock's InvokeModel: an envelope round what the model's own API says, `{"bytes": base64 of JSON, "p": padding}`.

The first object shows whose API it is, by a field that only that API has; an object of none is passed on as it is.
Bedrock adds its own counts to the last object. They do not always agree with the model's, which count; where a model
gives none, Bedrock's do.
"""

import base64
from collections.abc import Mapping
from typing import ClassVar

from gateway.dialects.anthropic.complete import AnthropicComplete
from gateway.dialects.anthropic.messages import AnthropicMessages
from gateway.dialects.api import Api, Value
from gateway.dialects.bedrock.choices import ChatChoices, choices_of
from gateway.dialects.bedrock.converse import BedrockConverse
from gateway.dialects.bedrock.failure import say_failure
from gateway.dialects.bedrock.texts import LlamaText, MistralText, TitanText
from gateway.dialects.cohere.chat_v1 import CohereV1Chat
from gateway.dialects.cohere.generate import CohereGenerate
from gateway.dialects.composer import Composer
from gateway.dialects.json_object import json_object
from gateway.dialects.openai.chunks import ChunkApi
from gateway.dialects.tokens import with_cached
from gateway.wire.frame import Frame

__all__ = ["BedrockInvoke", "NovaMessages"]

_ENVELOPE = frozenset({"bytes", "p"})
_METRICS = "amazon-bedrock-invocationMetrics"


class NovaMessages(BedrockConverse):
    """Amazon Nova: the messages of Converse, each in a field with its name."""

    def frame(self, _frame: Frame, value: Value) -> None:
        """One object."""
        for kind, said in value.items():
            self.event(kind, said if isinstance(said, dict) else {kind: said})
        self.repeated = False

    def kind(self, _frame: Frame, value: Value) -> str:
        """The field."""
        return next(iter(value), "frame")


# By a field of an answer or of the first object of a stream; the first that is there counts. For `choices`: choices_of.
_MODELS: Mapping[str, type[Api]] = {
    "event_type": CohereV1Chat,
    "chat_history": CohereV1Chat,
    "generations": CohereGenerate,
    "is_finished": CohereGenerate,
    "completion": AnthropicComplete,
    "outputText": TitanText,
    "results": TitanText,
    "generation": LlamaText,
    "outputs": MistralText,
    "messageStart": NovaMessages,
    "output": NovaMessages,
    "type": AnthropicMessages,
}

# Models that say nothing of tokens, but for some that have a `usage`.
_UNCOUNTED = (AnthropicComplete, ChunkApi, CohereGenerate, MistralText)


class BedrockInvoke(Api):
    """POST /model/<id>/invoke-with-response-stream and /invoke."""

    name: ClassVar[str] = "bedrock.invoke"
    # `p`: padding, so that a message's size tells nothing. `bytes`: what is in them is told. And what the models' do.
    dropped: ClassVar[frozenset[str]] = frozenset({"p", "bytes"}).union(
        *(api.dropped for api in (AnthropicMessages, ChatChoices, CohereV1Chat, NovaMessages, TitanText))
    )

    def __init__(self, out: Composer, path: str = "") -> None:
        super().__init__(out, path)
        self._model = Api(out, path)
        self._counted = False
        self._said = False

    def frame(self, frame: Frame, value: Value) -> None:
        """One message: a failure, or an object of the model's in its envelope."""
        if say_failure(self.out, frame, value):
            return
        said = json_object(base64.b64decode(value["bytes"], validate=True).decode())
        self._recognise(said)
        self._said = True
        self.out.rest("chunk", value, _ENVELOPE)
        self._counted |= bool(said.get("usage"))
        if metrics := said.pop(_METRICS, None):
            self._count(metrics)
        inside = frame._replace(event=None)
        self._model.repeated = False
        self._model.frame(inside, said)
        if not self.out.spoke:
            self.out.provider(self._model.kind(inside, said), None if self._model.repeated else said)

    def end(self) -> None:
        """What finishes is the model's matter; nothing does if it said nothing."""
        if self._said:
            self._model.end()

    def document(self, value: Value) -> None:
        """The model's answer, without an envelope."""
        self._recognise(value)
        self._model.document(value)

    def _recognise(self, said: Value) -> None:
        """Whose API this object is of, unless an earlier one has shown it."""
        if type(self._model) is Api:
            known = (api for field, api in _MODELS.items() if field in said)
            model = choices_of(said) if said.get("choices") else next(known, Api)
            self._model = model(self.out, self.path)

    def _count(self, metrics: Value) -> None:
        """Bedrock's own counts."""
        if self._counted or not isinstance(self._model, _UNCOUNTED):
            return self.out.usage({_METRICS: metrics})
        read, written = metrics.get("cacheReadInputTokenCount"), metrics.get("cacheWriteInputTokenCount")
        return self.out.usage(
            {_METRICS: metrics},
            input=with_cached(metrics.get("inputTokenCount"), read, written),
            output=metrics.get("outputTokenCount"),
            cache_read=read,
            cache_write=written,
        )
