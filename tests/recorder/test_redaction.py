import base64
import gzip
import json
import re
import time
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.errors import Unredactable
from recorder.interaction import COMPLETE, Chunk, Headers, Interaction, Request, Response
from recorder.matching import Matcher
from recorder.redaction import KEY_SHAPES, Redactor

# Put together at run time: whole keys in a repository trip secret scanners.
KEY = "sk-" + "ant-api03-" + "aB3dE5gH9kLmN0pQrS7uVwXyZ1" * 3
OTHER = "tok/" + "q9W+e8R_t7Y6" * 3


def request(
    body: Any = b"", target: str = "/v1/chat", headers: Headers = (("Authorization", f"Bearer {KEY}"),)
) -> Request:
    return Request("acme", "POST", target, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


def interaction(asked: Request | None = None, *chunks: bytes, headers: Headers = ()) -> Interaction:
    reply = tuple(Chunk(number * 1000, data) for number, data in enumerate(chunks, 1))
    return Interaction(asked or request(), Response(200, headers), 900, reply, COMPLETE, 9000, {"version": "1"})


def everything(stored: Interaction) -> bytes:
    """All that would reach the disk, as one text."""
    return repr(stored).encode() + stored.request.body + stored.body


def assert_nowhere(secret: str, stored: Interaction) -> None:
    text = everything(stored)
    data = secret.encode()
    forms = [data, data.hex().encode(), data.hex().upper().encode(), quote(secret, safe="").encode()]
    forms += ["".join(f"\\u{byte:04x}" for byte in data).encode()]
    forms += [base64.b64encode(bytes(offset) + data)[offset * 2 : -4] for offset in range(3)]
    forms += [data[at : at + 20] for at in range(len(data) - 19)]
    assert [form for form in forms if form in text] == []


def redacted(text: str | bytes, redactor: Redactor | None = None) -> str:
    """What becomes of a response body."""
    data = text if isinstance(text, bytes) else text.encode()
    return (redactor or Redactor()).interaction(interaction(None, data)).body.decode()


CARRIERS = [
    "Authorization", "X-Api-Key", "api-key", "x-goog-api-key", "Cookie", "Proxy-Authorization", "X-Amz-Security-Token",
    "ocp-apim-subscription-key", "helicone-auth", "cf-aig-authorization", "x-mycorp-secret", "x-portkey-api-key",
    "x-auth-token", "x-session-id-token", "x-credential", "x-signature", "x-access-key", "x-secret", "x-vault-token",
    "X-CSRF-Token", "x-password", "private-token", "x-litellm-key", "langsmith-api-key",
]  # fmt: skip


@pytest.mark.parametrize("name", CARRIERS)
def test_a_key_in_a_header_is_nowhere_not_even_where_it_is_echoed(name: str) -> None:
    value = {"Cookie": f"a=b; session={OTHER}", "Authorization": f"Bearer {OTHER}"}.get(name, OTHER)
    token = OTHER.encode()
    echo = b" | ".join([
        token, token[5:32], quote(token, safe="").encode(), token.hex().encode(), token.hex().upper().encode(),
        base64.b64encode(token), base64.b64encode(b"a:" + token), base64.urlsafe_b64encode(b"b" + token),
        b"".join(b"\\u%04x" % byte for byte in token), token.replace(b"/", b"\\/"),
    ])  # fmt: skip
    asked = request(b'{"metadata": "' + echo + b'"}', f"/v1/{OTHER}?debug={quote(OTHER)}", ((name, value),))
    stored = Redactor().interaction(
        interaction(asked, echo[:50], echo[50:], headers=(("x-request-id", OTHER), ("Retry-After", "1")))
    )
    assert_nowhere(OTHER, stored)
    assert stored.request.headers == ()
    assert stored.response.headers[1] == ("Retry-After", "1")
    assert stored.facts["withheld"] == name.lower()


@pytest.mark.parametrize(
    ("target", "stored"),
    [
        ("/v1?key=abcd", "/v1?key=REDACTED"),
        ("/v1?%6Bey=abcd&alt=sse", "/v1?%6Bey=REDACTED&alt=sse"),
        ("/v1?key=a&b=%7E&KEY=b&key=", "/v1?key=REDACTED&b=%7E&KEY=REDACTED&key="),
        ("/v1?a=1;api-key=b=c", "/v1?a=1;api-key=REDACTED"),
        ("/v1?X-Amz-Signature=ab%2f&x-goog-algorithm=c", "/v1?X-Amz-Signature=REDACTED&x-goog-algorithm=REDACTED"),
        ("/v1?", "/v1?"),
        ("/%2e%2E/v1?a&&pageToken=x&=", "/%2e%2E/v1?a&&pageToken=x&="),
    ],
)
def test_query_values(target: str, stored: str) -> None:
    assert Redactor().request(request(target=target)).target == stored


def test_request_headers_go_by_an_allow_list() -> None:
    kept = (("Content-Type", "application/json"), ("X-Stainless-Lang", "python"), ("anthropic-version", "2026-10-21"))
    ids = (("OpenAI-Organization", "org-1"), ("OpenAI-Project", "proj-1"), ("Host", "h"), ("Idempotency-Key", "i"))
    stored = Redactor().interaction(interaction(request(headers=(*kept, *ids))))
    assert stored.request.headers == kept
    assert stored.facts == {"version": "1", "withheld": "host,idempotency-key,openai-organization,openai-project"}


def test_response_headers_go_by_an_allow_list() -> None:
    kept = (("Content-Type", "text/event-stream"), ("Request-Id", "req_1"), ("x-ratelimit-limit-tokens", "9"))
    ids = (("Set-Cookie", "a=b"), ("openai-organization", "org-1"), ("anthropic-organization-id", "o"))
    stored = Redactor().interaction(interaction(request(headers=()), headers=(*kept, *ids)))
    assert stored.response.headers == kept
    assert stored.facts["withheld"] == "anthropic-organization-id,openai-organization,set-cookie"


def test_a_redirect_keeps_its_path_alone() -> None:
    headers = (("Location", "https://me:secret@other.example/login?token=abc#x=y"),)
    stored = Redactor().interaction(interaction(request(headers=()), headers=headers))
    assert stored.response.headers == (("Location", "https://other.example/login"),)
    assert stored.facts == {"version": "1", "redacted": 1}


def test_a_key_that_two_chunks_share() -> None:
    body = f'{{"error":{{"message":"Incorrect API key provided: {KEY}"}}}}'.encode()
    stored = Redactor().interaction(interaction(None, body[:60], body[60:90], b"", body[90:]))
    assert_nowhere(KEY, stored)
    assert [(chunk.at, len(chunk.data)) for chunk in stored.chunks] == [(1000, 60), (2000, 30), (3000, 0), (4000, 53)]
    assert json.loads(stored.body)["error"]["message"].startswith("Incorrect API key provided: REDACTED-REDACTED-")
    assert stored.facts["redacted"] == 1


def test_the_length_stays_and_the_placeholder_is_always_the_same() -> None:
    placeholder = ("REDACTED-" * 20)[: len(KEY)]
    assert redacted(f'{{"a": "{KEY}", "b": "{KEY}", "password": "ä"}}') == (
        f'{{"a": "{placeholder}", "b": "{placeholder}", "password": "RE"}}'
    )


def test_secrets_in_known_places_of_request_bodies() -> None:
    body = {
        "mcp_servers": [{"url": "https://mcp.example", "authorization_token": "hunter2"}],
        "tools": [{"type": "mcp", "headers": {"Authorization": "Token hunter2", "X-Api-Key": "hunter2"}}],
        "messages": [{"role": "user", "content": json.dumps({"private_key": "hunter2", "client_email": "me"})}],
    }
    stored = Redactor().request(request(body))
    assert b"hunter2" not in stored.body
    assert json.loads(stored.body)["tools"][0]["headers"] == {"Authorization": "REDACTED-REDA", "X-Api-Key": "REDACTE"}
    assert json.loads(json.loads(stored.body)["messages"][0]["content"])["client_email"] == "me"


def test_a_compressed_reply_with_a_secret_is_stored_plain() -> None:
    body = gzip.compress(f'{{"error":"bad key {KEY}"}}'.encode())
    headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"), ("Content-Length", str(len(body))))
    stored = Redactor().interaction(interaction(None, body[:20], body[20:], headers=headers))
    assert_nowhere(KEY, stored)
    assert json.loads(stored.body)["error"].startswith("bad key REDACTED-")
    assert stored.response.headers == headers[:1]
    assert [chunk.at for chunk in stored.chunks] == [1000, 2000]


def test_a_compressed_reply_without_one_stays_as_it_came() -> None:
    body = gzip.compress(b'{"text": "hello"}')
    came = interaction(request(headers=()), body, headers=(("Content-Encoding", "gzip"),))
    assert Redactor().interaction(came) == came


def test_patterns_and_paths_of_the_users() -> None:
    redactor = Redactor.with_patterns([r"ACME-(?P<secret>\d+)", r"[a-z]+@example\.com"], ["user", "messages.*.name"])
    body = {"user": "ann", "messages": [{"name": "Ann", "content": f"ACME-1234 ann@example.com {KEY}"}, {"name": None}]}
    stored = json.loads(redactor.request(request(body)).body)
    assert stored["user"] == stored["messages"][0]["name"].lower().upper() == "RED"
    assert stored["messages"][0]["content"].startswith("ACME-REDA REDACTED-REDACT REDACTED-")
    assert redactor.patterns[: len(KEY_SHAPES)] == KEY_SHAPES
    with pytest.raises(re.error):
        Redactor.with_patterns(["("])


def test_the_key_of_a_replay_is_no_secret() -> None:
    body = b'{"content": "set it to tokentape-replay-needs-no-key, test-key or password"}'
    for key in ("tokentape-replay-needs-no-key", "test-key", "password"):
        assert Redactor().request(request(body, headers=(("x-api-key", key),))).body == body


IMAGE = base64.b64encode(bytes(number * number % 256 for number in range(30_000))).decode()
KEEP = {
    "anthropic ids": '{"id":"msg_01XFDUDYJgAACzvnptvVoYEL","content":[{"id":"toolu_01T1x1fJ34qAmk2tNTrN7Up6"}]}',
    "openai ids": '{"id":"chatcmpl-CDYpwKLMZNMmjMnJvPqVnO9SbZ3qK","tool_calls":[{"id":"call_abcdefghijklmnopqrstuv"}]}',
    "response ids": '{"id":"resp_68a1b2c3d4e5f60718293a4b5c6d7e8f","item":"fc_68a1b2c3d4e5f60718293a4b5c6d7e8f"}',
    "signature": '{"type":"thinking","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrzLoky3dl1pkiMOYds+/aA=="}',
    "thought signature": '{"thoughtSignature":"CiQB0e2Kb' + IMAGE[:400] + '"}',
    "encrypted": '{"encrypted_content":"gAAAAABo' + IMAGE[400:900] + '"}',
    "image": '{"source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo' + IMAGE + '"}}',
    "usage": '{"usage":{"input_tokens":12345678,"output_tokens":1,"cache_read_input_tokens":0}}',
    "logprobs": '{"content":[{"token":"Hello","logprob":-0.1,"bytes":[72]},{"token":" secret"}]}',
    "schema": '{"properties":{"password":{"type":"string"},"api_key":{"type":"string"}},"required":["password"]}',
    "sk-learn": '{"text":"Use sk-learn, not sk-learn-contrib-with-many-words; see risk-free and ask-me-anything."}',
    "prose": '{"text":"Send it as Authorization: Bearer YOUR_API_KEY, never share your password or secret key."}',
    "masked": '{"error":{"message":"Incorrect API key provided: sk-ant-a********************wxyz."}}',
    "fingerprint": '{"system_fingerprint":"fp_44709d6fcb","model":"gpt-4o-2024-08-06","service_tier":"default"}',
    "page token": '{"next_page_token":"CAEQAA","nextPageToken":"EAIaBlBUOkNBVQ","prompt_cache_key":"user-7"}',
}


@pytest.mark.parametrize("text", KEEP.values(), ids=KEEP.keys())
def test_what_is_no_secret_stays_byte_for_byte(text: str) -> None:
    came = interaction(request(text.encode(), headers=()), text[:40].encode(), text[40:].encode())
    stored = Redactor().interaction(came)
    assert stored == came
    assert stored.chunks is came.chunks


def test_the_live_interaction_is_not_altered() -> None:
    came = interaction(request({"password": "x"}), b'{"password":"y"}')
    before = repr(came)
    Redactor().interaction(came)
    assert repr(came) == before


words = st.sampled_from(
    ["sk-", "REDACTED-", "REDACTED", KEY, KEY[:25], OTHER, '"password":"', '\\"secret\\":\\"', '"', "\\", "Bearer ",
     "\n", "é", "AIza", "-", "eyJ", "a" * 16, "A", "1", "@", "ACME-", '{"user":"', '"}', "%3D"]
) | st.text(max_size=3)  # fmt: skip
texts = st.lists(words, max_size=12).map("".join)
header_names = st.sampled_from(["authorization", "x-api-key", "cookie", "location", "content-type", "x-y"])
codings = st.tuples(st.just("content-encoding"), st.sampled_from(["gzip", "deflate", "identity", "br"]))
header = st.tuples(header_names, texts | st.just("application/json")) | codings
headers = st.lists(header, max_size=3)
interactions = st.builds(
    lambda target, asked, body, headers, pieces: interaction(
        Request("acme", "POST", target, tuple(asked), body.encode("utf-8", "surrogatepass")),
        *(piece.encode("utf-8", "surrogatepass") for piece in pieces),
        headers=tuple(headers),
    ),
    texts | texts.map("/v1?key={}".format),
    headers,
    texts,
    headers,
    st.lists(texts, max_size=3),
)
OWN = Redactor.with_patterns([r"ACME-.{0,3}", "é.", "TED-RED"], ["user"])


def test_what_becomes_a_secret_by_redaction_is_redacted_at_once() -> None:
    asked = request(f'{{"text": "sk-{OTHER}"}}'.encode(), headers=(("x-api-key", OTHER),))
    stored = Redactor().request(asked)
    assert b"sk-" not in stored.body  # else "sk-REDACTED-REDACTED-" would be a key the next time
    assert Redactor().request(stored) == stored


@pytest.mark.parametrize("redactor", [Redactor(), OWN])
@given(came=interactions)
def test_redacting_twice_is_redacting_once_and_lengths_stay(redactor: Redactor, came: Interaction) -> None:
    try:
        stored = redactor.interaction(came)
    except Unredactable:
        return
    assert redactor.interaction(stored) == stored
    assert stored.request == redactor.request(came.request)
    assert [chunk.at for chunk in stored.chunks] == [chunk.at for chunk in came.chunks]
    assert [len(chunk.data) for chunk in stored.chunks] == [len(chunk.data) for chunk in came.chunks]
    matcher = Matcher()
    assert matcher.fingerprint(stored.request) == matcher.fingerprint(redactor.request(stored.request))


@given(
    st.builds(
        Request, st.text(), st.text(), st.text(), st.lists(st.tuples(st.text(), st.text())).map(tuple), st.binary()
    )
)
def test_no_request_is_an_error(asked: Request) -> None:
    Redactor().request(asked)
    Redactor().findings(interaction(asked, asked.body, headers=asked.headers))


def test_a_clean_megabyte_is_quick() -> None:
    frame = b'data: {"type":"content_block_delta","delta":{"text":"Hello wonderful world of tokens"}}\n\n'
    came = interaction(None, *[frame] * (1_000_000 // len(frame)))
    start = time.perf_counter()
    Redactor().interaction(came)
    assert time.perf_counter() - start < 0.5  # 0.04 s here


def test_findings_say_where_and_by_which_rule_and_never_what() -> None:
    asked = request(
        {"messages": [{"content": f"use {KEY}"}], "password": "hunter2"},
        "/v1/chat?key=abcd",
        (("Content-Type", "application/json"), ("X-Api-Key", "1234")),
    )
    came = interaction(asked, f'{{"error":"{KEY}"}}'.encode(), headers=(("X-Request-Id", KEY),))
    found = list(Redactor().findings(came))
    assert [(finding.part, finding.where, finding.rule) for finding in found] == [
        ("request target", "key", "parameter name"),
        ("request headers", "X-Api-Key", "header name"),
        ("request body", "password", "member name"),
        ("request body", "messages[0].content", "key shape"),
        ("response headers", "X-Request-Id", "key shape"),
        ("response body", "error", "key shape"),
    ]
    assert KEY[:12] not in repr(found)
    assert list(Redactor().findings(Redactor().interaction(came))) == []
