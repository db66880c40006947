"""HAR, read: as Chrome, Firefox and mitmproxy write it, with what each leaves out."""

import base64
import copy
import json

import pytest

from gateway.exchange.cursor import Refused
from gateway.exchange.har import har
from gateway.exchange.har_import import from_har
from gateway.exchange.places import Places
from recorder.interaction import COMPLETE, Chunk, End
from tests.gateway.exchange.interactions import STREAM

PLACES = Places((("anthropic", "https://api.example.com"),))

CHROME = {
    "_connectionId": "31",
    "_resourceType": "fetch",
    "cache": {},
    "connection": "443",
    "request": {
        "method": "POST",
        "url": "https://api.example.com/v1/messages",
        "httpVersion": "http/2.0",
        "headers": [
            {"name": ":authority", "value": "api.example.com"},
            {"name": "content-type", "value": "application/json"},
            {"name": "x-api-key", "value": "secret"},
        ],
        "queryString": [],
        "cookies": [],
        "headersSize": -1,
        "bodySize": 14,
        "postData": {"mimeType": "application/json", "text": '{"a": "é 世"}'},
    },
    "response": {
        "status": 200,
        "statusText": "",
        "httpVersion": "http/2.0",
        "headers": [
            {"name": "content-type", "value": "text/event-stream; charset=utf-8"},
            {"name": "content-encoding", "value": "br"},
            {"name": "content-length", "value": "7"},
            {"name": "transfer-encoding", "value": "chunked"},
            {"name": "x-ratelimit", "value": "1\n2"},
            {"name": "x-name", "value": "世"},
        ],
        "cookies": [],
        "content": {"size": 16, "mimeType": "text/event-stream", "text": "data: é 世\n\n"},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "_transferSize": 500,
        "_error": None,
    },
    "serverIPAddress": "127.0.0.1",
    "startedDateTime": "2026-11-21T10:00:00.000Z",
    "time": 1350.4,
    "timings": {"blocked": 3, "dns": -1, "ssl": -1, "connect": -1, "send": 0.1, "wait": 302.25, "receive": 1045.05},
}


def log(*entries, creator="WebInspector"):
    return json.dumps(
        {"log": {"version": "1.2", "creator": {"name": creator, "version": "537.36"}, "entries": entries}}
    )


def changed(path, value):
    entry = copy.deepcopy(CHROME)
    *parents, name = path.split(".")
    inner = entry
    for parent in parents:
        inner = inner[parent]
    inner[name] = value
    return entry


def read(*entries):
    return from_har(log(*entries), PLACES)


def test_an_entry_of_a_browser():
    (interaction,) = read(CHROME).interactions
    assert (interaction.request.upstream, interaction.request.target) == ("anthropic", "/v1/messages")
    assert interaction.request.headers == (("content-type", "application/json"), ("x-api-key", "secret"))
    assert interaction.request.body == '{"a": "é 世"}'.encode()
    assert interaction.response.headers == (
        ("content-type", "text/event-stream; charset=utf-8"),
        ("x-ratelimit", "1"),
        ("x-ratelimit", "2"),
        ("x-name", "世".encode().decode("latin-1")),
    )
    assert interaction.head_at == 302_250
    assert interaction.chunks == (Chunk(1_347_300, "data: é 世\n\n".encode()),)
    assert (interaction.end, interaction.end_at) == (COMPLETE, 1_347_300)
    assert interaction.facts == {
        "recorded_at": "2026-11-21T10:00:00.000Z",
        "imported_from": "HAR of WebInspector",
        "times": "head and end only: the file has no chunks",
    }


def test_a_binary_body():
    content = {"size": 2, "mimeType": "image/png", "text": base64.b64encode(b"\x00\xff").decode(), "encoding": "base64"}
    assert read(changed("response.content", content)).interactions[0].body == b"\x00\xff"


def test_mitmproxy_writes_bytes_as_halves_of_surrogate_pairs():
    post = {
        "mimeType": "application/octet-stream",
        "text": b"\x00\xff".decode("utf-8", "surrogateescape"),
        "params": [],
    }
    assert read(changed("request.postData", post)).interactions[0].request.body == b"\x00\xff"


def test_a_form_that_is_only_in_parts():
    post = {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "é"}]}
    assert read(changed("request.postData", post)).interactions[0].request.body == b"a+b=%C3%A9"


def test_a_body_that_stopped_is_not_complete():
    (interaction,) = read(changed("response._error", "net::ERR_CONNECTION_RESET")).interactions
    assert interaction.end == End("upstream_error", "net::ERR_CONNECTION_RESET")


def test_free_text_goes_into_no_fact():
    entry = changed("response._error", "no: sk-secret")
    entry["startedDateTime"] = "sk-secret"
    (interaction,) = from_har(log(entry, creator="sk-secret"), PLACES).interactions
    assert interaction.end == End("upstream_error", "")
    assert interaction.facts == {"imported_from": "HAR", "times": "head and end only: the file has no chunks"}


def test_without_bodies_there_is_none():
    entry = changed("response.content", {"size": 0, "mimeType": "x-unknown"})
    entry["request"].pop("postData")
    entry["request"]["bodySize"] = 0
    (interaction,) = read(entry).interactions
    assert (interaction.request.body, interaction.chunks) == (b"", ())


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (
            "request.url",
            "https://other.example/x?key=secret",
            "https://other.example is no upstream (--upstream NAME=URL makes it one)",
        ),
        ("response.status", 0, "no answer came"),
        ("response.status", 101, "status 101 is none of an answer that can be replayed"),
        ("request.postData", None, "the body of the request is not in the file"),
        ("response.content", {"size": 5, "mimeType": ""}, "the body of the answer is not in the file"),
    ],
)
def test_what_cannot_be_replayed_is_left_out(path, value, reason):
    found = read(changed(path, value), CHROME)
    assert (len(found.interactions), found.left_out) == (1, (reason,))


def test_entries_are_in_the_order_of_their_start():
    late = changed("startedDateTime", "2026-11-21T12:00:00.000+01:00")
    early = changed("startedDateTime", "2026-11-21T10:30:00Z")
    found = read(late, early, CHROME)
    assert [each.facts["recorded_at"][11:16] for each in found.interactions] == ["10:00", "10:30", "12:00"]
    unknown = changed("startedDateTime", "yesterday")
    assert ["recorded_at" in each.facts for each in read(late, unknown, early).interactions] == [True, False, True]


@pytest.mark.parametrize("text", ['{"log": {}}', '{"log": {"entries": {}}}', "{", "[]"])
def test_what_is_no_har_is_refused(text):
    with pytest.raises(Refused, match=r"^HAR: "):
        from_har(text, PLACES)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("request.url", 7, "log.entries[0].request.url: expected text; got 7"),
        ("request.headers", [{"name": "a"}], "log.entries[0].request.headers[0].value: expected text; got nothing"),
        ("response.status", "200", "log.entries[0].response.status: expected a whole number; got '200'"),
        ("timings.wait", "1", "log.entries[0].timings.wait: expected a number below 1e+15; got '1'"),
        ("timings.wait", 1e300, "log.entries[0].timings.wait: expected a number below 1e+15; got 1e+300"),
        ("timings.wait", float("nan"), "log.entries[0].timings.wait: expected a number; got nan"),
        ("timings.wait", float("inf"), "log.entries[0].timings.wait: expected a number below 1e+15; got inf"),
        ("timings.wait", 1e14, "log.entries[0]: the interaction cannot be stored: `head_at` must be a whole number"),
        (
            "response.content",
            {"size": 1, "text": "?", "encoding": "base64"},
            "log.entries[0].response.content.text: expected base64; got '?'",
        ),
        ("response.content.text", "\ud800", "log.entries[0].response.content.text: expected text without halves"),
        ("request.postData", {"mimeType": "a/b"}, "log.entries[0].request.postData: expected a body as text"),
        ("_tokentape", 1, "log.entries[0]._tokentape: expected an object; got 1"),
    ],
)
def test_what_is_wrong_is_refused_by_name(path, value, message):
    with pytest.raises(Refused) as refused:
        read(changed(path, value))
    assert str(refused.value).startswith(f"HAR: {message}")


@pytest.mark.parametrize("sizes", [[], [1], [27, 5, 2], [-1, 34], [27, 5, 0, 1, 9]])
def test_chunks_of_ours_must_fit_the_body(sizes):
    ours = json.loads(har([STREAM], PLACES))
    ours["log"]["entries"][0]["_chunks"] = [{"at": 1, "size": size} for size in sizes]
    with pytest.raises(Refused, match="_chunks: expected chunks of 33 bytes together, as the body has"):
        from_har(json.dumps(ours), PLACES)
