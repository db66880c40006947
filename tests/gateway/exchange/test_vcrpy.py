"""vcrpy's files as they have been written over the years. Those of today's vcrpy: tests/integration/test_vcrpy.py."""

import copy
import gzip

import pytest

from gateway.exchange.cursor import Cursor, Refused
from gateway.exchange.places import Places
from gateway.exchange.vcrpy import from_vcrpy, vcrpy_values
from recorder.interaction import COMPLETE
from tests.gateway.exchange.interactions import BROKEN, STREAM

PLACES = Places((("anthropic", "https://api.example.com"), ("own", "https://own.example")))


def item(**response):
    return {
        "request": {
            "method": "POST",
            "uri": "https://api.example.com/v1/messages?beta=true",
            "headers": {"Content-Type": ["application/json"], "Authorization": "Bearer x"},
            "body": '{"a": "é"}',
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": ["text/event-stream"], "x": ["1", "2"]},
            "body": {"string": "data: é\n\n"},
            **response,
        },
    }


def read(*items):
    return from_vcrpy(Cursor({"version": 1, "interactions": list(items)}, "vcrpy"), PLACES)


def test_an_interaction():
    (interaction,) = read(item()).interactions
    assert (interaction.request.upstream, interaction.request.target) == ("anthropic", "/v1/messages?beta=true")
    assert interaction.request.method == "POST"
    assert interaction.request.body == '{"a": "é"}'.encode()
    assert interaction.request.headers == (("Content-Type", "application/json"), ("Authorization", "Bearer x"))
    assert interaction.response.status == 200
    assert interaction.response.headers == (("content-type", "text/event-stream"), ("x", "1"), ("x", "2"))
    assert [chunk.data for chunk in interaction.chunks] == ["data: é\n\n".encode()]
    assert (interaction.end, interaction.end_at) == (COMPLETE, 0)
    assert interaction.facts == {"imported_from": "vcrpy", "times": "none: the file has neither times nor chunks"}


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (None, b""),
        ("", b""),
        ("é", "é".encode()),
        (b"\x00\xff", b"\x00\xff"),
        (["a", b"b"], b"ab"),
    ],
)
def test_forms_of_a_requests_body(body, sent):
    each = item()
    each["request"]["body"] = body
    assert read(each).interactions[0].request.body == sent


def test_a_body_that_was_stored_as_its_value():
    each = item()
    del each["request"]["body"], each["response"]["body"]
    each["request"]["parsed_body"] = {"b": [1, "é"]}
    each["response"]["parsed_body"] = {"c": None}
    (interaction,) = read(each).interactions
    assert interaction.request.body == b'{"b": [1, "\\u00e9"]}'
    assert interaction.body == b'{"c": null}'


@pytest.mark.parametrize("body", ["text", {"string": "text"}, {"string": b"text"}])
def test_forms_of_an_answers_body(body):
    assert read(item(body=body)).interactions[0].body == b"text"


def test_httpx_before_vcrpy_6():
    each = item()
    each["response"] = {
        "http_version": "HTTP/1.1",
        "status_code": 429,
        "headers": {"retry-after": ["1"], "Content-Encoding": ["gzip"]},
        "content": '{"error": 1}',
    }
    (interaction,) = read(each).interactions
    assert (interaction.response.status, interaction.body) == (429, b'{"error": 1}')
    assert interaction.response.headers == (("retry-after", "1"),)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (gzip.compress(b"text", mtime=0), {"content-encoding": "gzip", "content-length": "24"}),
        ("text", {}),  # decoded by the client before vcrpy saw it: neither header is true any more
    ],
)
def test_a_compressed_body_and_one_that_no_longer_is(body, kept):
    headers = {"Content-Encoding": ["gzip"], "Content-Length": ["24"], "Transfer-Encoding": ["chunked"]}
    (interaction,) = read(item(headers=headers, body={"string": body})).interactions
    assert {name.lower(): value for name, value in interaction.response.headers} == kept


def test_an_answer_without_a_body_has_no_chunk():
    assert read(item(body={"string": ""})).interactions[0].chunks == ()


def test_order_and_repetition_are_kept():
    items = [item(body={"string": text}) for text in ("b", "a", "b")]
    assert [each.body for each in read(*items).interactions] == [b"b", b"a", b"b"]


def test_what_is_no_upstream_or_no_answer_is_left_out():
    other, switching = item(), item(status={"code": 101, "message": ""})
    other["request"]["uri"] = "https://user:secret@other.example/x?key=secret"
    found = read(other, item(), switching, other)
    assert len(found.interactions) == 1
    assert found.left_out == (
        "https://other.example is no upstream (--upstream NAME=URL makes it one)",
        "status 101 is none of an answer that can be replayed",
        "https://other.example is no upstream (--upstream NAME=URL makes it one)",
    )


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("request", None, "interactions[0].request: expected an object; got None"),
        ("request.uri", 3, "interactions[0].request.uri: expected text; got 3"),
        ("request.body", {"a": 1}, "interactions[0].request.body: expected text; got an object of 1"),
        ("request.body", "\ud800", "interactions[0].request.body: expected text without halves of surrogate pairs"),
        ("request.headers", [], "interactions[0].request.headers: expected an object; got a list of 0"),
        ("request.parsed_body", b"", "interactions[0].request.parsed_body: expected what JSON can hold; got b''"),
        ("response.status", 200, "interactions[0].response.status: expected an object; got 200"),
        ("response.status.code", "200", "interactions[0].response.status.code: expected a whole number; got '200'"),
        ("response.headers.x", [None], "interactions[0].response.headers.x[0]: expected text; got None"),
        ("request.method", "GET IT", "interactions[0]: the interaction cannot be stored: `method` must be an HTTP"),
    ],
)
def test_what_is_wrong_is_refused_by_name(path, value, message):
    wrong = copy.deepcopy(item())
    *parents, name = path.split(".")
    inner = wrong
    for parent in parents:
        inner = inner[parent]
    inner[name] = value
    with pytest.raises(Refused) as refused:
        read(wrong)
    assert str(refused.value).startswith(f"vcrpy: {message}")


def test_values_for_vcrpy():
    values = vcrpy_values([STREAM, BROKEN], PLACES)
    assert values["version"] == 1
    first, second = values["interactions"]
    assert first["request"]["uri"] == "https://api.example.com/v1/messages?beta=true"
    assert first["request"]["body"] == '{"stream": true}'
    assert first["response"]["headers"] == {"content-type": ["text/event-stream"], "request-id": ["req_1"]}
    assert first["response"]["status"] == {"code": 200, "message": "OK"}
    assert first["response"]["body"] == {"string": STREAM.body}
    assert second["request"]["body"] == b"\x00\xff"
    assert second["response"]["status"] == {"code": 500, "message": "Internal Server Error"}


def test_headers_that_come_twice_are_one_list():
    (again,) = vcrpy_values(read(item()).interactions, PLACES)["interactions"]
    assert again["response"]["headers"]["x"] == ["1", "2"]
