"""Secrets in forms and URLs: `api_key=...` in a form or a query, a multipart field of that name, `user:password@host`.

Works on bytes and positions, in linear time, like all that searches (recorder/secret_spans). A URL is found anywhere in
a text; a form only in a body whose content type says that it is one.
"""

import re
from collections.abc import Iterator

from recorder.carriers import is_secret_value
from recorder.key_shapes import Span
from recorder.multipart import delimiter_of
from recorder.secret_names import hints_at_secret, is_harmless_request_header, is_secret_member, is_secret_parameter

__all__ = ["form_spans", "url_spans"]

_FIELD = re.compile(rb"([^&=]{1,256})=([^&]*)")
# RFC 3986: before the host. Whoever writes a placeholder there writes <password>, ${PASSWORD} or {password}.
_USER_INFO = re.compile(rb"://[^\s/?#@:\"'\\<>{}$]{0,128}:([^\s/?#@:\"'\\<>{}$]{1,256})@")
# A value, and the name before it: looked at from the rare = on, since all texts have letters.
_IN_QUERY = re.compile(rb"=([^=&;\s\"'\\<>#{}$][^&;\s\"'\\<>#{}$]{7,4095})")
_PARAMETER_NAME = re.compile(rb"(?:[?&;]|\\u0026)([A-Za-z0-9_.%~-]{1,64})\Z")
_LONGEST_NAME = 70
_HEADER = re.compile(rb"(?:\A|\r?\n)([A-Za-z0-9-]{1,64}):[ \t]*([^\r\n]{1,8192})")
_NAME = re.compile(rb"""(?i);\s*name="?([^";\r\n]{1,256})""")


def url_spans(data: bytes) -> Iterator[Span]:
    """Passwords, and secret parameters, of URLs in a text. Stand-ins such as `password` are none."""
    for match in _USER_INFO.finditer(data):
        if is_secret_value(match[1], shortest=4):
            yield match.span(1)
    for match in _IN_QUERY.finditer(data):
        name = _PARAMETER_NAME.search(data[max(0, match.start() - _LONGEST_NAME) : match.start()])
        if name and is_secret_parameter(name[1].decode()) and is_secret_value(match[1]):
            yield match.span(1)


def form_spans(data: bytes, content_type: str) -> Iterator[Span]:
    """The values of fields whose names say that they are secret, of a body of this content type."""
    if content_type.lower().lstrip().startswith("application/x-www-form-urlencoded"):
        for match in _FIELD.finditer(data):
            if _is_secret_field(match[1].decode("latin-1")):
                yield match.span(2)
    elif delimiter := delimiter_of(content_type):
        yield from _part_spans(data, delimiter)


def _is_secret_field(name: str) -> bool:
    return is_secret_parameter(name) or is_secret_member(name)


def _part_spans(data: bytes, delimiter: bytes) -> Iterator[Span]:
    start = data.find(delimiter)
    while start >= 0:
        start += len(delimiter)
        next_start = data.find(delimiter, start)
        yield from _spans_in_part(data, start, len(data) if next_start < 0 else next_start)
        start = next_start


def _spans_in_part(data: bytes, start: int, end: int) -> Iterator[Span]:
    """The content of a part whose name is secret, and secret headers: its own, or those of a request inside it."""
    head = data.find(b"\r\n\r\n", start, end)
    if head >= 0 and (name := _NAME.search(data, start, head)) and _is_secret_field(name[1].decode("latin-1")):
        yield head + 4, max(head + 4, end - len(b"\r\n"))
    for header in _HEADER.finditer(data, start, end):
        field = header[1].decode()
        if hints_at_secret(field) and not is_harmless_request_header(field) and is_secret_value(header[2]):
            yield header.span(2)
