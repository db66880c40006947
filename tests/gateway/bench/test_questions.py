"""What is asked: prompts, bodies, a cassette's requests."""

import json

import pytest

from gateway.bench.questions import Wanted, from_bodies, from_prompts, from_recorded
from gateway.bench.target import target_of
from gateway.dialects import PROVIDERS
from gateway.settings import ConfigError
from recorder.interaction import Request

OPENAI = target_of("http://127.0.0.1:1", "openai", PROVIDERS)


def wanted(**values):
    return Wanted(OPENAI, **{"key": "k", "model": "m", **values})


def test_a_request_for_each_prompt_that_is_not_blank():
    first, second = from_prompts(["one", " ", "two\u2028still two"], wanted(max_tokens=9))
    assert json.loads(first.body)["messages"] == [{"role": "user", "content": "one"}]
    assert json.loads(second.body)["messages"][0]["content"] == "two\u2028still two"
    assert json.loads(first.body)["max_completion_tokens"] == 9
    assert first.header("authorization") == "Bearer k"
    assert first.header("user-agent").startswith("tokentape-bench/")


def test_bodies_stay_byte_for_byte_unless_something_else_is_wanted():
    line = '{"model": "gpt",  "stream": true, "max_tokens": 5, "messages": []}'
    (same,) = from_bodies([line, ""], wanted(model=None), "b.jsonl")
    assert same.body == line.encode()
    assert same.target == "/v1/chat/completions"
    (other,) = from_bodies([line], wanted(model="m", max_tokens=7), "b.jsonl")
    assert json.loads(other.body) == {"model": "m", "stream": True, "max_tokens": 7, "messages": []}


def test_recorded_requests_keep_target_and_body_and_get_this_run_s_key():
    headers = (("Authorization", "REDACTED"), ("User-Agent", "sdk"), ("openai-beta", "x"), ("x-trace", "REDACTED-1"))
    stored = [
        Request("openai", "POST", "/v1/responses?a=1", headers, b'{"model":"gpt","stream":true}'),
        Request("openai", "GET", "/v1/models"),
        Request("anthropic", "POST", "/v1/messages", (), b"{}"),
    ]
    (asked,) = from_recorded(stored, wanted(model=None), "c")
    assert (asked.target, asked.body) == (stored[0].target, stored[0].body)
    assert dict(asked.headers).keys() == {"openai-beta", "authorization", "user-agent"}
    assert asked.header("authorization") == "Bearer k"


def test_a_model_in_the_path_is_replaced_there():
    gemini = Wanted(target_of("gemini", None, PROVIDERS), model="new", max_tokens=3)
    stored = [Request("gemini", "POST", "/v1beta/models/old:streamGenerateContent?alt=sse", (), b'{"contents":[]}')]
    assert from_recorded(stored, gemini, "c")[0].target == "/v1beta/models/new:streamGenerateContent?alt=sse"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: from_prompts(["x"], wanted(model=None)), "--model: expected the name"),
        (lambda: from_prompts(["", " "], wanted()), "at least one prompt"),
        (lambda: from_bodies(["[1]"], wanted(), "b.jsonl"), "b.jsonl, line 1: expected a JSON object; got list"),
        (lambda: from_bodies(["{}"], wanted(model=None), "b.jsonl"), "line 1: expected a model"),
        (lambda: from_bodies([""], wanted(), "b.jsonl"), "there is none"),
        (
            lambda: from_recorded([Request("anthropic", "POST", "/v1/messages")], wanted(), "c"),
            "cassette c: expected requests to openai; it has requests to anthropic",
        ),
    ],
    ids=["no model", "blank", "no object", "no model in a body", "no line", "another provider's"],
)
def test_what_cannot_be_asked_is_told(make, says):
    with pytest.raises(ConfigError, match=says):
        make()
