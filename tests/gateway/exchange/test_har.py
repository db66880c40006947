"""HAR, written: valid by the schema of HAR 1.2, what a viewer expects, and nothing lost."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource

from gateway.exchange.har import har
from gateway.exchange.har_import import from_har
from gateway.exchange.places import Places
from recorder.interaction import Chunk, Response
from tests.gateway.exchange.interactions import ANY, BROKEN, CASSETTES, STREAM, on_file

PLACES = Places((("anthropic", "https://api.example.com"), ("own", "http://127.0.0.1:8000/base")))
SCHEMAS = {
    path.name: json.loads(path.read_text())
    for path in sorted((Path(__file__).parent / "data" / "har-1.2").glob("*.json"))
}
# The schemas name each other as `entry.json#`.
REGISTRY = Registry().with_resources(
    (uri, Resource.from_contents(schema)) for name, schema in SCHEMAS.items() for uri in (name, f"{name}#")
)
VALIDATOR = jsonschema.Draft6Validator(
    SCHEMAS["har.json"], registry=REGISTRY, format_checker=jsonschema.Draft6Validator.FORMAT_CHECKER
)


def entries(*interactions):
    return json.loads(har(interactions, PLACES))["log"]["entries"]


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_a_recording_is_valid_and_comes_back(path):
    interactions = on_file(path)
    text = har(interactions, PLACES)
    VALIDATOR.validate(json.loads(text))
    assert list(from_har(text, PLACES).interactions) == interactions


@given(st.lists(ANY, max_size=2))
def test_whatever_can_be_stored_is_valid_and_comes_back(interactions):
    text = har(interactions, PLACES)
    VALIDATOR.validate(json.loads(text))
    assert from_har(text, PLACES).interactions == tuple(interactions)


def test_the_validator_would_see_what_is_wrong():
    wrong = json.loads(har([STREAM], PLACES))
    wrong["log"]["entries"][0]["startedDateTime"] = "yesterday"
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(wrong)


def test_an_entry():
    (entry,) = entries(STREAM)
    assert entry["startedDateTime"] == "2026-11-21T10:00:00.000+00:00"
    assert entry["timings"] == {"send": 0, "wait": 302.0, "receive": 1048.1}
    assert entry["time"] == 1350.1
    assert entry["request"]["url"] == "https://api.example.com/v1/messages?beta=true"
    assert entry["request"]["queryString"] == [{"name": "beta", "value": "true"}]
    assert entry["request"]["postData"] == {"mimeType": "application/json", "text": '{"stream": true}'}
    assert entry["response"]["statusText"] == "OK"
    assert entry["response"]["content"]["mimeType"] == "text/event-stream"
    assert entry["_chunks"] == [{"at": 302400, "size": 27}, {"at": 1350000, "size": 5}, {"at": 1350000, "size": 1}]


def test_what_is_no_text_is_base64():
    (entry,) = entries(BROKEN)
    assert entry["request"]["postData"] == {"mimeType": "", "text": "", "_base64": "AP8="}
    assert entry["request"]["url"] == "http://127.0.0.1:8000/base/x?a=%20&b"
    assert entry["timings"] == {"send": 0, "wait": 0, "receive": 0.014}
    (stream,) = entries(STREAM)
    assert stream["response"]["content"]["encoding"] == "base64"


def test_a_compressed_body_is_shown_decoded_and_kept_as_sent():
    body = gzip.compress(b'{"a": 1}' * 50, mtime=0)
    coded = replace(
        STREAM, response=Response(200, (("content-encoding", "gzip"),)), chunks=(Chunk(1, body[:9]), Chunk(2, body[9:]))
    )
    content = entries(coded)[0]["response"]["content"]
    assert content["text"] == '{"a": 1}' * 50
    assert (content["size"], content["compression"]) == (400, 400 - len(body))
    assert from_har(har([coded], PLACES), PLACES).interactions == (coded,)


@pytest.mark.parametrize("recorded", [None, "yesterday", 7])
def test_a_start_that_is_not_known_is_that_of_time(recorded):
    facts = {} if recorded is None else {"recorded_at": recorded}
    assert entries(replace(STREAM, facts=facts))[0]["startedDateTime"] == "1970-01-01T00:00:00.000Z"


def test_a_status_without_a_name_is_valid():
    text = har([replace(STREAM, response=Response(299))], PLACES)
    VALIDATOR.validate(json.loads(text))
    assert json.loads(text)["log"]["entries"][0]["response"]["statusText"] == ""
