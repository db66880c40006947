"""Paths and the APIs that answer there, whoever the provider is and whatever stands before."""

import pytest

from gateway.dialects.apis import APIS, api_of, model_in, operation_of
from recorder.interaction import Request

VERTEX = "/v1/projects/p/locations/us-east5/publishers"
ARN = "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.anthropic.claude-v1%3A0"

ANSWERING = {
    "anthropic.messages": [
        "/v1/messages",
        "/v1/v1/messages",
        "/messages",
        "/anthropic/v1/messages",
        "/api/v1/messages",  # OpenRouter
        f"{VERTEX}/anthropic/models/claude-opus-4@20250514:streamRawPredict",
        f"{VERTEX}/anthropic/models/claude-opus-4@20250514:rawPredict",
    ],
    "anthropic.complete": ["/v1/complete"],
    "openai.chat": [
        "/v1/chat/completions",
        "/chat/completions",  # DeepSeek
        "/api/v1/chat/completions",  # OpenRouter
        "/openai/v1/chat/completions",  # Groq
        "/openai/deployments/gpt-4o/chat/completions",  # Azure
        "/openai/deployments/gpt-4o/extensions/chat/completions",
        "/v1beta/openai/chat/completions",  # Gemini
        "/v1/projects/p/locations/l/endpoints/openapi/chat/completions",  # Vertex
        "/client/v4/accounts/a/ai/v1/chat/completions",  # Cloudflare
        "/v1/fim/completions",  # Mistral
        "/v1/agents/completions",
        f"{VERTEX}/mistralai/models/codestral@2501:streamRawPredict",
        f"{VERTEX}/mistralai/models/codestral@2501:rawPredict",
    ],
    "openai.completions": ["/v1/completions", "/openai/deployments/davinci/completions"],
    "openai.responses": ["/v1/responses", "/openai/v1/responses", "/openai/responses", "/v1/responses/resp_1"],
    "openai.images": ["/v1/images/generations", "/v1/images/edits", "/openai/deployments/d/images/generations"],
    "openai.transcription": [
        "/v1/audio/transcriptions",
        "/v1/audio/translations",
        "/openai/deployments/whisper/audio/transcriptions",
    ],
    "openai.speech": ["/v1/audio/speech"],
    "gemini.generate_content": [
        "/v1beta/models/gemini-2.5-pro:streamGenerateContent",
        "/v1/models/gemini-2.5-pro:generateContent",
        "/v1beta/tunedModels/mine-1:streamGenerateContent",
        f"{VERTEX}/google/models/gemini-2.5-pro:streamGenerateContent",
        "/v1/projects/p/locations/l/endpoints/123:streamGenerateContent",
    ],
    "gemini.interactions": ["/v1beta/interactions", "/v1/interactions", "/v1beta/interactions/int_1"],
    "ollama.chat": ["/api/chat"],
    "ollama.generate": ["/api/generate"],
    "cohere.chat": ["/v2/chat"],
    "cohere.v1.chat": ["/v1/chat"],
    "cohere.generate": ["/v1/generate"],
    "bedrock.converse": [
        "/model/us.anthropic.claude-v1%3A0/converse-stream",
        f"/model/{ARN}/converse-stream",
        "/model/amazon.nova-pro-v1:0/converse",
    ],
    "bedrock.invoke": [
        "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/invoke-with-response-stream",
        f"/model/{ARN}/invoke",
    ],
}


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in ANSWERING.items() for path in paths])
def test_an_api_is_known_by_its_path(name, path):
    assert api_of(path).name == name


def test_every_api_has_a_path_here():
    assert ANSWERING.keys() == {api.name for _, api in APIS}


def test_a_query_is_no_part_of_the_path():
    asked = Request("gemini", "POST", "/v1beta/models/g:streamGenerateContent?alt=sse&key=k")
    assert api_of(asked.path).name == "gemini.generate_content"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1/models",
        "/v1/models/gpt-4o",
        "/v1/messages/",
        "/v1/messages/count_tokens",
        "/v1/messages/batches",
        "/v1/messages/batches/b/results",
        "/v1/threads/t/messages",
        "/v1/autocomplete",
        f"{VERTEX}/anthropic/models/count-tokens:rawPredict",
        f"{VERTEX}/meta/models/llama:rawPredict",
        "/v1/chat/completions/c",
        "/v1/chat/completions/c/messages",
        "/v1/responses/compact",
        "/v1/responses/input_tokens",
        "/v1/responses/r/cancel",
        "/v1/responses/r/input_items",
        "/v1/images/variations",
        "/v1/embeddings",
        "/v1beta/models/gem:countTokens",
        "/v1beta/models/gem:batchGenerateContent",
        "/v1beta/interactions/int_1/cancel",
        "/api/tags",
        "/api/chats",
        "/v2/generate",
        "/model/m/async-invoke",
        "/model/m/count-tokens",
    ],
)
def test_what_is_no_answer_of_a_model_is_unknown(path):
    assert api_of(path).name == "unknown"


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/v1/models/gem-1.5:streamGenerateContent", "gem-1.5"),
        ("/v1/models/gem-1.5:generateContent", "gem-1.5"),
        ("/v1beta/tunedModels/mine-1:streamGenerateContent", "mine-1"),
        (f"{VERTEX}/google/models/g:generateContent", "g"),
        (f"{VERTEX}/anthropic/models/claude-opus-4@20250514:streamRawPredict", "claude-opus-4@20250514"),
        ("/model/us.anthropic.claude-v1%3A0/converse-stream", "us.anthropic.claude-v1:0"),
        ("/model/us.anthropic.claude-v1:0/invoke", "us.anthropic.claude-v1:0"),
        (f"/model/{ARN}/converse", "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-v1:0"),
        ("/openai/deployments/gpt-4/chat/completions", "gpt-4"),
        ("/v1/models/ft:gpt-4o:acme::abc", "ft:gpt-4o:acme::abc"),
        ("/v1/models/meta/llama-3/predictions", None),  # a model has an owner there
        ("/v1/projects/p/locations/l/endpoints/123:streamGenerateContent", None),
        ("/v1/messages", None),
        ("/v1/models", None),
    ],
)
def test_a_path_may_name_the_model(path, model):
    assert model_in(path) == model


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        ("/v1/messages", "chat"),
        ("/v1/chat/completions", "chat"),
        ("/v1/completions", "text_completion"),
        ("/v1beta/models/m:streamGenerateContent", "generate_content"),
        ("/v1/embeddings", "embeddings"),
        ("/v1beta/models/m:batchEmbedContents", "embeddings"),
        ("/v1/models", "other"),
    ],
)
def test_what_a_request_does_has_a_name(path, operation):
    assert operation_of(path) == operation
