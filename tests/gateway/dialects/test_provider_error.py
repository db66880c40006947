"""Kind and message of the errors that providers write, each in its own shape."""

import pytest

from gateway.dialects.provider_error import error_in, is_error


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        ({"type": "error", "error": {"type": "overloaded_error", "message": "Over"}}, "overloaded_error", "Over"),
        ({"error": {"message": "No", "type": "invalid_request_error", "code": None}}, "invalid_request_error", "No"),
        ({"error": {"message": "No", "code": "model_not_found"}}, "model_not_found", "No"),
        ({"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED"}}, "RESOURCE_EXHAUSTED", "Quota"),
        ([{"error": {"code": 400, "message": "Bad", "status": "INVALID_ARGUMENT"}}], "INVALID_ARGUMENT", "Bad"),
        ({"error": {"code": 502, "message": "Provider returned error"}}, "502", "Provider returned error"),
        ({"error": "model 'x' not found"}, "error", "model 'x' not found"),
        ({"message": "invalid api token"}, "error", "invalid api token"),
        ({"message": "Too many", "__type": "ThrottlingException"}, "ThrottlingException", "Too many"),
        ({"Message": "User is not authorized"}, "error", "User is not authorized"),
        ({"errors": [{"message": "first"}, {"message": "second"}]}, "error", "first"),
        ({"detail": "Not Found"}, "error", "Not Found"),
        ({"error": {}}, "error", "the provider gave no message"),
        ({}, "error", "the provider gave no message"),
        ("plain words", "error", "plain words"),
        ([], "error", "[]"),
    ],
)
def test_kind_and_message(value, kind, message):
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
