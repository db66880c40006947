"""Which format a file has, and what each holds."""

from pathlib import Path
from typing import get_args

import pytest

from gateway.exchange import vcrpy_yaml
from gateway.exchange.cursor import Refused
from gateway.exchange.formats import Format, exported, format_by_suffix, imported
from gateway.exchange.places import Places
from tests.gateway.exchange.interactions import BROKEN, STREAM

PLACES = Places((("anthropic", "https://api.example.com"), ("own", "https://own.example")))


def written(form):
    return exported(form, iter([STREAM, BROKEN]), PLACES, lambda: vcrpy_yaml)


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.jsonl", "jsonl"), ("a.HAR", "har"), ("a.yaml", "vcrpy"), ("a.yml", "vcrpy"), ("a.json", None), ("-", None)],
)
def test_the_suffix_says_the_format(name, form):
    assert format_by_suffix(Path(name)) == form


@pytest.mark.parametrize("form", get_args(Format))
def test_so_does_the_content(form):
    text = "".join(written(form).text)
    by_content = imported(None, text, PLACES, lambda: vcrpy_yaml)
    assert by_content == imported(form, text, PLACES, lambda: vcrpy_yaml)
    assert by_content.interactions


@pytest.mark.parametrize("form", ["jsonl", "har"])
def test_two_lose_nothing_and_need_no_yaml(form):
    text = "".join(exported(form, iter([STREAM, BROKEN]), PLACES, pytest.fail).text)
    assert imported(form, text, PLACES, pytest.fail).interactions == (STREAM, BROKEN)
    assert written(form).remarks == ()


def test_vcrpy_gets_what_is_complete_and_says_what_is_lost():
    found = written("vcrpy")
    assert found.remarks == (
        "vcrpy's format has no place for times and chunks: they are left out",
        "left out 1 of 2 interactions, which did not end complete",
    )
    (interaction,) = imported("vcrpy", "".join(found.text), PLACES, lambda: vcrpy_yaml).interactions
    assert (interaction.request, interaction.body) == (STREAM.request, STREAM.body)


def test_json_of_vcrpy_needs_no_yaml():
    text = """{"version": 1, "interactions": [{
        "request": {"method": "GET", "uri": "https://own.example/x", "headers": {}, "body": null},
        "response": {"status": {"code": 204, "message": ""}, "headers": {}, "body": {"string": ""}}}]}"""
    assert imported(None, text, PLACES, pytest.fail).interactions[0].request.target == "/x"


@pytest.mark.parametrize("text", ["", "{}", "[1]", "hello", '{"entries": []}'])
def test_what_is_none_of_them_is_refused(text):
    with pytest.raises(Refused) as refused:
        imported(None, text, PLACES, pytest.fail)
    assert str(refused.value) == (
        "expected JSON lines of `cassette export`, HAR or a cassette of vcrpy; if it is one, add --format"
    )
