import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.interaction import Request
from recorder.multipart import Part, delimiter_of, field_name, parts_of

FORM = (
    b'--b1\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper\r\n'
    b'--b1\r\ncontent-type: audio/wav\r\nContent-Disposition: form-data; filename="a.wav"; name="file"\r\n'
    b"\r\nRIFF\r\n\r\n"
    b"--b1--\r\n"
)


def form(body: bytes = FORM, kind: str = "multipart/form-data; boundary=b1") -> Request:
    return Request("acme", "POST", "/v1/audio", (("Content-Type", kind),), body)


def test_the_parts_with_their_names() -> None:
    parts = parts_of(form())
    assert parts is not None
    assert [(part.name, part.content) for part in parts] == [("model", b"whisper"), ("file", b"RIFF\r\n")]
    assert list(parts[1].headers) == ["content-disposition", "content-type"]


def test_the_boundary_does_not_matter() -> None:
    other = form(FORM.replace(b"--b1", b"--x y"), 'multipart/form-data; boundary="x y"')
    assert parts_of(other) == parts_of(form())


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('form-data; name="file"', "file"),
        ("form-data; name=file; filename=b", "file"),
        ('form-data; filename="name=x"; NAME="image[]"', "image[]"),
        ("form-data", ""),
        ("", ""),
    ],
)
def test_the_name_of_a_field(disposition: str, name: str) -> None:
    assert field_name(disposition) == name


@pytest.mark.parametrize(
    "request_",
    [
        form(kind="application/json"),
        form(FORM[:-6]),
        form(b"preamble" + FORM),
        form(FORM.replace(b"\r\n\r\nwhisper", b"\r\nwhisper")),
        form(b""),
    ],
    ids=["no form", "no end", "preamble", "no blank line", "empty"],
)
def test_what_is_not_plainly_a_form_is_none(request_: Request) -> None:
    assert parts_of(request_) is None


def test_a_part_without_a_name() -> None:
    assert Part({}, b"").name == ""


@pytest.mark.parametrize(
    ("content_type", "delimiter"),
    [
        ("multipart/form-data; boundary=abc", b"--abc"),
        ('Multipart/Mixed; charset=utf-8; Boundary="a b;c"', b"--a b;c"),
        ("multipart/form-data", None),
        ("application/json; boundary=abc", None),
    ],
)
def test_what_stands_before_each_part(content_type: str, delimiter: bytes | None) -> None:
    assert delimiter_of(content_type) == delimiter


@given(st.text(), st.binary())
def test_nothing_is_an_error(kind: str, body: bytes) -> None:
    parts_of(form(body, kind))
    parts_of(form(body))
