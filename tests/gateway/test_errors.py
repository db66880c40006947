"""What went wrong -> status, kind and message, in the shape that the client's SDK reads."""

import json
from typing import get_args

import pytest

import gateway.errors
import recorder.errors
from gateway.dialects import DIALECTS, Provider
from gateway.errors import (
    Answer,
    BadRequest,
    GatewayError,
    NotRouted,
    Overloaded,
    answer_for,
    error_response,
    normalized_error,
)
from recorder.errors import (
    CassetteLocked,
    CassetteName,
    FailureReason,
    Miss,
    RecorderError,
    RecordingStopped,
    UpstreamFailed,
)


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (NotRouted("no upstream"), Answer(404, "not_found_error", "no upstream", False)),
        (BadRequest("no"), Answer(400, "invalid_request_error", "no", False)),
        (BadRequest("large", status=413), Answer(413, "invalid_request_error", "large", False)),
        (Overloaded("full"), Answer(503, "gateway_overloaded", "full", None)),
        (Miss("nothing"), Answer(404, "cassette_miss", "nothing", False)),
        (CassetteName("../x"), Answer(400, "cassette_error", "../x", False)),
        (CassetteLocked("pid 4"), Answer(500, "cassette_error", "pid 4", False)),
        (RecordingStopped("full"), Answer(503, "recording_stopped", "full", False)),
    ],
)
def test_each_error_has_its_answer(error, answer):
    assert answer_for(error) == answer


@pytest.mark.parametrize("reason", get_args(FailureReason))
def test_an_upstream_without_a_head_is_502_and_one_that_took_too_long_504(reason):
    answer = answer_for(UpstreamFailed(reason, "https://p:443 did it"))
    late = reason in ("timeout", "connect_timeout")
    assert answer == Answer(
        504 if late else 502,
        "upstream_timeout" if late else "upstream_error",
        "upstream https://p:443 did it",
        source="upstream",
    )


def leaves(kind):
    below = [leaf for child in kind.__subclasses__() for leaf in leaves(child)]
    return below or [kind]


@pytest.mark.parametrize("kind", [*leaves(GatewayError), *leaves(RecorderError)])
def test_no_error_of_either_tree_is_without_an_answer(kind):
    if kind.__module__ not in (gateway.errors.__name__, recorder.errors.__name__):
        pytest.skip("not of these trees")
    error = kind("refused", "why") if kind is UpstreamFailed else kind("why")
    assert answer_for(error).status >= 400


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_the_body_has_the_providers_shape_and_says_what_happened(dialect):
    provider = Provider(dialect.name, "https://provider", dialect)
    response = error_response(Answer(404, "cassette_miss", "what to do about it", False), provider)
    assert response.status == 404
    assert response.content_type == "application/json"
    assert json.loads(response.body) == dialect.error(404, "cassette_miss", "what to do about it")
    assert "what to do about it" in response.text


@pytest.mark.parametrize(("retry", "header"), [(True, "true"), (False, "false"), (None, None)])
def test_sdks_are_told_whether_to_try_again(retry, header):
    response = error_response(Answer(503, "kind", "message", retry), None)
    assert response.headers.get("x-should-retry") == header


def test_whoever_named_no_provider_is_answered_plainly():
    response = error_response(Answer(404, "not_found_error", "no upstream fits"), None)
    assert json.loads(response.body) == {
        "type": "error",
        "error": {"type": "not_found_error", "message": "no upstream fits"},
    }


@pytest.mark.parametrize("provider", [None, Provider("own", "https://provider", next(iter(DIALECTS.values())))])
def test_whoever_reads_the_one_format_gets_its_one_error(provider):
    response = error_response(Answer(404, "cassette_miss", "what to do about it", False), provider, normalized=True)
    assert (response.status, response.headers["x-should-retry"]) == (404, "false")
    assert response.headers["x-tokentape-format"] == "normalized"
    assert json.loads(response.body) == normalized_error("gateway", 404, "cassette_miss", "what to do about it")
    assert json.loads(response.body) == {
        "error": {"source": "gateway", "status": 404, "kind": "cassette_miss", "message": "what to do about it"}
    }
