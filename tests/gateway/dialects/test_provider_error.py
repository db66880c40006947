"""Kind and message of the errors that providers write, each in its own shape."""

import pytest

from gateway.dialects.provider_error import error_in, is_error

QUOTA = {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED", "details": [{"@type": "x"}]}
MISSING = {"type": "missing", "loc": ["body", "model"], "msg": "Field required", "input": {}}
COUNT = {"message": "No", "type": "BadRequestError", "param": None, "code": 400}
SILENCE = "the provider gave no message"

# By whose shape it is.
ERRORS = {
    "Anthropic": (
        {"type": "error", "error": {"type": "overloaded_error", "message": "Over"}, "request_id": "req_1"},
        *("overloaded_error", "Over"),
    ),
    "OpenAI": (
        {"error": {"message": "No", "type": "invalid_request_error", "param": None, "code": "model_not_found"}},
        *("invalid_request_error", "No"),
    ),
    "Azure": ({"error": {"code": "DeploymentNotFound", "message": "No"}}, "DeploymentNotFound", "No"),
    "Azure's gateway": ({"statusCode": 401, "message": "Access denied"}, "error", "Access denied"),
    "Gemini": ({"error": QUOTA}, "RESOURCE_EXHAUSTED", "Quota"),
    "Gemini, as an array": ([{"error": QUOTA}], "RESOURCE_EXHAUSTED", "Quota"),
    "Google's sign-in": ({"error": "invalid_grant", "error_description": "Expired"}, "invalid_grant", "Expired"),
    "Bedrock": ({"message": "Too many requests"}, "error", "Too many requests"),
    "Amazon": ({"message": "Too many", "__type": "ThrottlingException"}, "ThrottlingException", "Too many"),
    "Amazon's gateway": ({"Message": "User is not authorized"}, "error", "User is not authorized"),
    "Ollama": ({"error": "model 'x' not found"}, "error", "model 'x' not found"),
    "Cohere": ({"id": "e1", "message": "invalid api token"}, "error", "invalid api token"),
    "Mistral": (
        {"object": "error", "message": "Bad", "type": "invalid_request_error", "param": None, "code": "1500"},
        *("invalid_request_error", "Bad"),
    ),
    "Mistral, of a field": ({"detail": [MISSING]}, "error", "Field required"),
    "Mistral, of a field, before": (
        {"object": "error", "message": {"detail": [MISSING]}, "type": "invalid_request_message"},
        *("invalid_request_message", "Field required"),
    ),
    "OpenRouter": (
        {"error": {"code": 502, "message": "Provider returned error", "metadata": {"raw": "x"}}},
        *("502", "Provider returned error"),
    ),
    "xAI": ({"code": "invalid argument", "error": "Incorrect API key"}, "invalid argument", "Incorrect API key"),
    "Hugging Face": ({"error": "Overloaded", "error_type": "overloaded"}, "overloaded", "Overloaded"),
    "Hugging Face, as a list": ({"error": ["too long"]}, "error", "too long"),
    "Cloudflare": ({"success": False, "errors": [{"code": 7003, "message": "No"}], "result": None}, "7003", "No"),
    "DeepInfra": ({"detail": {"error": "No such model"}}, "error", "No such model"),
    "FastAPI": ({"detail": "Not Found"}, "error", "Not Found"),
    "vLLM": ({"error": COUNT}, "BadRequestError", "No"),
    "vLLM, before": ({"object": "error", **COUNT}, "BadRequestError", "No"),
    "llama.cpp": (
        {"code": 500, "message": "No slot", "type": "unavailable_error"},
        *("unavailable_error", "No slot"),
    ),
    "several": ({"errors": [{"message": "first"}, {"message": "second"}]}, "error", "first"),
    "words": ("plain words", "error", "plain words"),
    "an error without words": ({"error": {"type": "api_error", "message": ""}}, "api_error", SILENCE),
    "an empty error": ({"error": {}}, "error", SILENCE),
    "an error that is true": ({"error": True, "message": "No"}, "error", "No"),
    "nothing but true": ({"error": True}, "error", SILENCE),
    "an empty object": ({}, "error", SILENCE),
    "an empty list": ([], "error", SILENCE),
    "null": (None, "error", SILENCE),
    "an empty text": ("", "error", SILENCE),
}


@pytest.mark.parametrize("whose", ERRORS)
def test_kind_and_message(whose):
    value, kind, message = ERRORS[whose]
    assert error_in(value) == (kind, message)


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({"error": {"message": "No"}}, True),
        ({"error": "No"}, True),
        ({"type": "error", "error": {"type": "api_error"}, "request_id": "req_1"}, True),
        ({"error": None}, False),
        ({"error": {}}, False),
        ({"message": "Hello"}, False),
        ({"error": {"code": "server_error"}, "status": "failed", "output": [{"type": "message"}]}, False),
    ],
)
def test_a_body_that_is_nothing_but_an_error(value, is_one):
    assert is_error(value) == is_one
