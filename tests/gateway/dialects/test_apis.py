"""Paths and the APIs that answer there, whoever the provider is and whatever stands before."""

import pytest

from gateway.dialects.apis import api_of, model_in


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/messages", "anthropic.messages"),
        ("/v1/v1/messages", "anthropic.messages"),
        ("/anthropic/v1/messages", "anthropic.messages"),
        ("/v1/projects/p/locations/l/publishers/anthropic/models/m:streamRawPredict", "anthropic.messages"),
        ("/v1/complete", "anthropic.complete"),
        ("/v1/chat/completions", "openai.chat"),
        ("/chat/completions", "openai.chat"),
        ("/openai/deployments/d/chat/completions", "openai.chat"),
        ("/v1beta/openai/chat/completions", "openai.chat"),
        ("/v1/fim/completions", "openai.chat"),
        ("/v1/completions", "openai.completions"),
        ("/v1/responses", "openai.responses"),
        ("/v1/responses/resp_1", "openai.responses"),
        ("/v1/images/generations", "openai.images"),
        ("/v1/audio/transcriptions", "openai.transcription"),
        ("/v1/audio/speech", "openai.speech"),
        ("/v1beta/models/gem:streamGenerateContent", "gemini.generate_content"),
        ("/v1/models/gem:generateContent", "gemini.generate_content"),
        ("/v1/interactions", "gemini.interactions"),
        ("/api/chat", "ollama.chat"),
        ("/api/generate", "ollama.generate"),
        ("/v2/chat", "cohere.chat"),
        ("/v1/chat", "cohere.v1.chat"),
        ("/v1/generate", "cohere.generate"),
        ("/model/us.anthropic.claude%3A0/converse-stream", "bedrock.converse"),
        ("/model/m/converse", "bedrock.converse"),
        ("/model/m/invoke-with-response-stream", "bedrock.invoke"),
        ("/model/m/invoke", "bedrock.invoke"),
    ],
)
def test_an_api_is_known_by_its_path(path, name):
    assert api_of(path).name == name


@pytest.mark.parametrize(
    "path",
    [
        "/v1/models",
        "/v1/messages/count_tokens",
        "/v1/messages/batches",
        "/v1/threads/t/messages",
        "/v1/responses/compact",
        "/v1/responses/r/input_items",
        "/v1beta/models/gem:countTokens",
        "/v1/embeddings",
        "/",
        "",
    ],
)
def test_what_is_no_stream_of_a_message_is_unknown(path):
    assert api_of(path).name == "unknown"


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/v1/models/gem-1.5:streamGenerateContent", "gem-1.5"),
        ("/v1/projects/p/publishers/google/models/g:generateContent", "g"),
        ("/model/us.anthropic.claude-v1%3A0/converse-stream", "us.anthropic.claude-v1:0"),
        ("/model/us.anthropic.claude-v1:0/invoke", "us.anthropic.claude-v1:0"),
        ("/openai/deployments/gpt-4/chat/completions", "gpt-4"),
        ("/v1/messages", None),
    ],
)
def test_a_path_may_name_the_model(path, model):
    assert model_in(path) == model
