"""Which API answers a request: a table of paths. The first that fits the end counts, whoever the provider is."""

import re
from urllib.parse import unquote

from gateway.dialects.anthropic.complete import AnthropicComplete
from gateway.dialects.anthropic.messages import AnthropicMessages
from gateway.dialects.api import Api
from gateway.dialects.bedrock.converse import BedrockConverse
from gateway.dialects.bedrock.invoke import BedrockInvoke
from gateway.dialects.cohere.chat import CohereChat
from gateway.dialects.cohere.chat_v1 import CohereV1Chat
from gateway.dialects.cohere.generate import CohereGenerate
from gateway.dialects.gemini.generate_content import GeminiGenerate
from gateway.dialects.gemini.interactions import GeminiInteractions
from gateway.dialects.ollama.chat import OllamaChat, OllamaGenerate
from gateway.dialects.openai.chat import OpenAIChat
from gateway.dialects.openai.completions import OpenAICompletions
from gateway.dialects.openai.media import OpenAIImages, OpenAISpeech, OpenAITranscription
from gateway.dialects.openai.responses import OpenAIResponses

__all__ = ["APIS", "api_of", "model_in", "operation_of"]

APIS: tuple[tuple[str, type[Api]], ...] = (
    (
        r"(?:^|/v\d+)/messages|/publishers/anthropic/models/(?!count-tokens:)[^/]+:(?:streamR|r)awPredict",
        AnthropicMessages,
    ),
    (r"/v\d+/complete", AnthropicComplete),
    (r"/model/[^/]+/converse(?:-stream)?", BedrockConverse),
    (r"/model/[^/]+/invoke(?:-with-response-stream)?", BedrockInvoke),
    (r"/v2/chat", CohereChat),
    (r"/v1/chat", CohereV1Chat),
    (r"/v1/generate", CohereGenerate),
    (r"/(?:chat|fim|agents)/completions|/publishers/mistralai/models/[^/]+:(?:streamR|r)awPredict", OpenAIChat),
    (r"/completions", OpenAICompletions),
    (r":(?:streamG|g)enerateContent", GeminiGenerate),
    (r"/interactions(?:/[^/]+)?", GeminiInteractions),
    (r"/api/chat", OllamaChat),
    (r"/api/generate", OllamaGenerate),
    (r"/responses(?:/(?!compact$|input_tokens$)[^/]+)?", OpenAIResponses),
    (r"/audio/(?:transcriptions|translations)", OpenAITranscription),
    (r"/audio/speech", OpenAISpeech),
    (r"/images/(?:generations|edits)", OpenAIImages),
)

_TABLE = tuple((re.compile(f"(?:{pattern})$"), api) for pattern, api in APIS)

# What OpenTelemetry calls what these do; of the others that have a name, all chat.
_OPERATIONS: dict[type[Api], str] = {
    AnthropicComplete: "text_completion",
    BedrockInvoke: "text_completion",
    CohereGenerate: "text_completion",
    GeminiGenerate: "generate_content",
    GeminiInteractions: "generate_content",
    OllamaGenerate: "text_completion",
    OpenAICompletions: "text_completion",
    OpenAIImages: "image_generation",
    OpenAISpeech: "speech_generation",
    OpenAITranscription: "transcription",
}
_EMBEDS = re.compile(r"/embed|:(?:batchE|e)mbed", re.IGNORECASE)

# Azure's, Bedrock's, and Google's with its verb. A model's own name may have colons.
_MODEL = re.compile(
    r"/(?:deployments|model)/([^/]+)/|/(?:tunedM|m)odels/([^/]+?)(?::[a-zA-Z]*(?:Content|[Pp]redict))?$"
)


def api_of(path: str) -> type[Api]:
    """The API of a request's path; `Api` itself, which passes everything on, where none is known."""
    return next((api for pattern, api in _TABLE if pattern.search(path)), Api)


def operation_of(path: str) -> str:
    """What a request to this path has done, in OpenTelemetry's words where it has one; `other` for what is unknown."""
    api = api_of(path)
    if api is Api:
        return "embeddings" if _EMBEDS.search(path) else "other"
    return _OPERATIONS.get(api, "chat")


def model_in(path: str) -> str | None:
    """The model that a path names, if it does."""
    found = _MODEL.search(path)
    return unquote(found[1] or found[2]) if found else None
