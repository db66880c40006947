import gzip
import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest

from recorder.cassette import Cassette
from recorder.errors import Unredactable, Unstorable
from recorder.interaction import COMPLETE, Chunk, End, Headers, Interaction, Request, Response
from recorder.matching import Matcher
from recorder.redaction import Redactor
from recorder.secret_search import Search
from recorder.self_check import check_kept
from recorder.store import Store

KEY = "sk-" + "aB3dE5gH9kLmN0pQrS7uVwXyZ1"


def interaction(*chunks: bytes, headers: Headers = (), body: bytes = b'{"a":1}') -> Interaction:
    asked = Request("acme", "POST", "/v1/x?key=12345678", (("Authorization", f"Bearer {KEY}"),), body)
    reply = tuple(Chunk(number, data) for number, data in enumerate(chunks, 1))
    return Interaction(asked, Response(200, headers), 900, reply, COMPLETE, 9000, {"version": "1"})


def check(came: Interaction, stored: Interaction, kept: Request | None = None, fingerprint: str = "") -> None:
    fingerprint = fingerprint or Matcher().fingerprint(stored.request)
    check_kept(came, stored, kept or stored.request, fingerprint=fingerprint, redactor=Redactor())


@pytest.mark.parametrize(
    "came",
    [
        interaction(b"clean"),
        interaction(b"your key ", KEY.encode(), b"!"),
        interaction(gzip.compress(KEY.encode()), headers=(("Content-Encoding", "gzip"),)),
        interaction(body=f'{{"password":"x","text":"{KEY}"}}'.encode()),
    ],
)
def test_what_was_redacted_passes(came: Interaction) -> None:
    check(came, Redactor().interaction(came))


CAME = interaction(b"clean", b"er")
STORED = Redactor().interaction(CAME)


@pytest.mark.parametrize(
    ("stored", "kept", "fingerprint", "problem"),
    [
        (STORED, replace(STORED.request, body=b"{}"), "", "the file would say something else"),
        (replace(STORED, chunks=STORED.chunks[:1]), None, "", "other times or sizes"),
        (STORED, None, "0" * 32, "does not match itself"),
        (replace(STORED, chunks=(Chunk(1, b"sk-aB"), Chunk(2, b"er"))), None, "", ""),
        (replace(STORED, chunks=(Chunk(1, b'"tok'), Chunk(2, b"xx"))), None, "", "other times or sizes"),
        (replace(STORED, end=End("upstream_error", f"bad {KEY}")), None, "", "a secret of the request is left"),
        (replace(STORED, facts={"note": KEY}), None, "", "a secret of the request is left"),
        (replace(STORED, request=replace(STORED.request, headers=(("x", KEY),))), None, "", "a secret of the request"),
    ],
)
def test_what_fails(stored: Interaction, kept: Request | None, fingerprint: str, problem: str) -> None:
    if not problem:
        check(CAME, stored, kept, fingerprint)
        return
    with pytest.raises(Unstorable, match=f"POST /v1/x: .*{problem}.*; please report this") as caught:
        check(CAME, stored, kept, fingerprint)
    assert KEY not in str(caught.value)


def careless(body: bytes, content_type: str, search: Search) -> bytes:
    """A finder that leaves the second of two secrets."""
    return body if search.is_clean(body[:50]) else search.cleaned(body[:50]) + body[50:]


def test_what_fails_is_not_on_file_and_said_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Store(tmp_path / "a.cassette")
    cassette = Cassette("a", store, redactor=Redactor(finder=careless))
    with pytest.raises(Unstorable, match=r"POST /v1/x: .* failed: a secret of the request is left"):
        cassette.record(interaction(b"your key is " + KEY.encode() + b" and " + KEY.encode()))
    cassette.record(interaction(b"clean"))
    store.close()
    assert len(Store(store.path).read()) == cassette.tally.recorded == 1
    assert KEY[:12].encode() not in store.path.read_bytes()


def test_a_rule_that_never_comes_to_an_end_is_refused() -> None:
    endless = Redactor(patterns=(re.compile(rb"(?s).+(?P<secret>.)"), re.compile(rb"^.")), finder=turning)
    with pytest.raises(Unredactable, match="redacted 8 times, it holds secrets still: mend the patterns"):
        endless.interaction(interaction(b"abcdef"))
    endless.request(interaction(b"abcdef").request)


def turning(body: bytes, content_type: str, search: Search) -> bytes:
    return body[1:] + body[:1]


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_what_cannot_be_searched_is_refused_with_its_name_and_the_remedy(coding: str) -> None:
    came = interaction(b"\x1b\x0f\x00\xf8", headers=(("Content-Encoding", coding),))
    with pytest.raises(
        Unredactable, match=r"POST /v1/x: the response body cannot be redacted: .*Accept-Encoding: identity"
    ):
        Redactor().interaction(came)
    assert [(finding.part, finding.where) for finding in Redactor().findings(came)][-1] == (
        "response body",
        "the whole",
    )


def test_logging_is_the_recordings(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Redactor().interaction(interaction(KEY.encode()))
    assert caplog.records == []
