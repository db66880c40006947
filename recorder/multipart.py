"""The parts of a form (`multipart/form-data`), whatever boundary it was sent with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from recorder.interaction import Request

__all__ = ["Part", "delimiter_of", "field_name", "parts_of"]

# RFC 2046, 5.1.1: what a boundary may be made of.
_BOUNDARY = re.compile(r"""(?i)multipart/[^;]*;.*?boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))""")
_NAME = re.compile(r'(?i);\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers, names in lower case and sorted, and its content."""

    headers: Mapping[str, str]
    content: bytes

    @property
    def name(self) -> str:
        """The name of the field; empty if it has none."""
        return field_name(self.headers.get("content-disposition", ""))


def field_name(disposition: str) -> str:
    """The name in a Content-Disposition; empty if there is none."""
    found = _NAME.search(disposition)
    return (found[1] or found[2] or "") if found else ""


def delimiter_of(content_type: str) -> bytes | None:
    """What stands before each part of a body of this content type; None if such a body has no parts."""
    match = _BOUNDARY.match(content_type.strip())
    return None if match is None else b"--" + (match[1] or match[2]).encode("utf-8", "replace")


def parts_of(request: Request) -> list[Part] | None:
    """The parts in their order. None if the body is not plainly a form."""
    kind = request.header("content-type") or ""
    delimiter = delimiter_of(kind)
    if delimiter is None or not kind.lower().startswith("multipart/form-data"):
        return None
    first, *raw = (b"\r\n" + request.body).split(b"\r\n" + delimiter)
    if first or not raw or raw.pop() not in (b"--", b"--\r\n"):
        return None
    parts = [part for each in raw if (part := _part(each)) is not None]
    return parts if len(parts) == len(raw) else None


def _part(raw: bytes) -> Part | None:
    head, blank, content = raw.partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"\r\n"):
        return None
    headers: dict[str, str] = {}
    for line in head[2:].decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or name.lower() in headers:
            return None
        headers[name.lower()] = value.strip()
    return Part({name: headers[name] for name in sorted(headers)}, content)
