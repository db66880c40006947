from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.edits import merged
from recorder.forms import form_spans, url_spans
from recorder.key_shapes import Span
from tests.scaling import assert_linear

FORM = "application/x-www-form-urlencoded"
MULTIPART = 'multipart/form-data; charset=utf-8; boundary="x.y"'


def cut(data: bytes, spans: Iterable[Span]) -> list[bytes]:
    return [data[start:end] for start, end in merged(spans)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"postgres://app:c0rrecthorse@db.test/x", [b"c0rrecthorse"]),
        (b'{"url":"https://:s3cr3t-value@h"}', [b"s3cr3t-value"]),
        (b"see https://user:password@host, https://me:<password>@host and https://me:${PW}@host", []),
        (b"http://host:8080/a@b and mailto:a@b", []),
        (b"https://h/x?api_key=aB3dE5gH9&page=12345678", [b"aB3dE5gH9"]),
        (b"https://h/x?a=1&amp;sig=aB3dE5%2fgH9#top", [b"aB3dE5%2fgH9"]),
        (b'"https://h/x?a=1\\u0026X-Amz-Signature=aB3dE5gH9"', [b"aB3dE5gH9"]),
        (b"https://h/x?api_key=YOUR_API_KEY&token=<token-here>", []),
        (b"api_key=aB3dE5gH9 if a&&key == 12345678", []),
        (b"dGVzdA== ?token=short", []),
    ],
)
def test_urls_in_a_text(text: bytes, found: list[bytes]) -> None:
    assert cut(text, url_spans(text)) == found


def test_a_form() -> None:
    body = b"grant_type=refresh&client_secret=a%20b&max_tokens=5&refresh_token=&ke%79=1"
    assert cut(body, form_spans(body, FORM + "; charset=utf-8")) == [b"a%20b", b"1"]
    assert cut(body, form_spans(body, "application/json")) == []


PARTS = (
    b"--x.y\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n"
    b"--x.y\r\nContent-Disposition: form-data; name=\"api_key\"; filename=\"a\"\r\n"
    b"X-Auth-Token: aB3dE5gH9\r\n\r\nse\r\ncret\r\n"
    b"--x.y\r\nContent-Type: application/http\r\n\r\n"
    b"POST /v1 HTTP/1.1\r\nX-Api-Key: zY3dE5gH9\r\nContent-Type: a/b\r\n\r\n{}\r\n"
    b"--x.y--\r\n"
)  # fmt: skip


def test_a_multipart_body() -> None:
    assert cut(PARTS, form_spans(PARTS, MULTIPART)) == [b"aB3dE5gH9", b"se\r\ncret", b"zY3dE5gH9"]
    assert cut(PARTS, form_spans(PARTS, "multipart/mixed; boundary=x.y")) == [b"aB3dE5gH9", b"se\r\ncret", b"zY3dE5gH9"]


@pytest.mark.parametrize("end", range(0, len(PARTS), 7))
def test_a_multipart_body_that_is_cut_off(end: int) -> None:
    body = PARTS[:end]
    assert set(b"".join(cut(body, form_spans(body, MULTIPART)))) <= set(b"aB3dE5gH9se\r\ncretzY3dE5gH9")


@given(st.binary(), st.text() | st.sampled_from([FORM, MULTIPART]))
def test_nothing_is_an_error(body: bytes, content_type: str) -> None:
    list(form_spans(body, content_type))
    list(url_spans(body))


@pytest.mark.parametrize("piece", [b"://", b"://a:", b"&a=", b"&key=", b"--x.y\r\n", b"\r\na: b", b"=aaaaaaaa", b"?"])
def test_the_time_is_linear(piece: bytes) -> None:
    def work(size: int) -> None:
        body = piece * size
        list(url_spans(body))
        list(form_spans(body, FORM))
        list(form_spans(body, MULTIPART))

    assert_linear(work, 4000)
