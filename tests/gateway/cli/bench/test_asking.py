"""What the flags mean."""

import json

import pytest

from gateway.bench.load import Load
from gateway.bench.questions import Wanted
from gateway.bench.target import target_of
from gateway.cli.bench.asking import load_of, objectives_of, questions_of
from gateway.dialects import PROVIDERS
from gateway.settings import ConfigError
from recorder.interaction import COMPLETE, Interaction, Request, Response
from recorder.store import Store
from tests.gateway.cli.bench.flags import flags

WANTED = Wanted(target_of("openai", None, PROVIDERS), "k", "m")


@pytest.mark.parametrize(
    ("given", "load"),
    [
        ({}, Load(rate=1.0, requests=20)),
        ({"duration": 5.0}, Load(rate=1.0, duration=5.0)),
        ({"rate": 4.0, "requests": 3, "duration": 5.0}, Load(rate=4.0, requests=3, duration=5.0)),
        ({"concurrency": 4}, Load(rate=None, concurrency=4, requests=20)),
    ],
    ids=str,
)
def test_loads(given, load):
    assert load_of(flags(**given)) == load


def test_goodput_is_told_if_anybody_asks_for_it():
    assert objectives_of(flags()) is None
    assert objectives_of(flags(min_goodput=0.9)) == []
    assert [each.spelled for each in objectives_of(flags(objectives=("ttft=1s",)))] == ["ttft=1s"]


def said(requests):
    return [json.loads(request.body)["messages"][0]["content"] for request in requests]


def test_a_file_is_read_as_its_name_says(tmp_path):
    prompts, bodies = tmp_path / "p.txt", tmp_path / "b.jsonl"
    prompts.write_text("one\n\ntwo\n")
    bodies.write_text('{"model": "x", "messages": [{"content": "three"}]}\n')
    assert said(questions_of(flags(file=prompts), WANTED, tmp_path)) == ["one", "two"]
    assert said(questions_of(flags(file=bodies), WANTED, tmp_path)) == ["three"]
    assert said(questions_of(flags(prompts=("four", "five")), WANTED, tmp_path)) == ["four", "five"]


def test_a_cassette_gives_its_requests(tmp_path):
    store = Store(tmp_path / "c.cassette")
    body = b'{"model": "x", "messages": [{"content": "six"}]}'
    request = Request("openai", "POST", "/v1/chat/completions", (), body)
    store.append(Interaction(request, Response(200), 1, (), COMPLETE, 2), "f", 1)
    store.close()
    assert said(questions_of(flags(cassette="c"), WANTED, tmp_path)) == ["six"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("b.jsonl", b"not json\n", "b.jsonl, line 1: expected a JSON object"),
        ("p.txt", b"\xff\n", "p.txt is no UTF-8 text, at byte 0"),
        ("p.txt", None, "cannot read .*p.txt: No such file"),
        ("p.txt", b"\n", "expected at least one prompt"),
    ],
    ids=["no JSON", "no text", "no file", "blank"],
)
def test_what_cannot_be_read_is_told(tmp_path, name, content, says):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=says):
        questions_of(flags(file=tmp_path / name), WANTED, tmp_path)
