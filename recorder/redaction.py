"""Redaction: what must never reach the disk. It works on copies; live traffic is not altered.

    interaction ──> headers by allow-list ──> query values ──> bodies: known values, telling names, key shapes, paths

Rules: replacements in bodies keep the length, so that chunk sizes and times stay true, and fit into JSON strings; the
joined body is searched, so a secret may be cut by chunks; redacting twice is redacting once; time is linear. Recording,
matching and rewriting all come through here. docs/redaction.md is the page for users.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from recorder.carriers import raw, secrets_of
from recorder.content_coding import decoded
from recorder.findings import Finding, Part
from recorder.interaction import Chunk, Fact, Headers, Interaction, Request, Response
from recorder.json_walk import paths_at
from recorder.key_shapes import KEY_SHAPES, Span, shape_spans
from recorder.key_token import token_of, with_token
from recorder.paths import Paths
from recorder.secret_names import is_harmless_request_header, is_harmless_response_header, is_secret_parameter
from recorder.secret_spans import member_spans, merged, path_spans, value_spans

__all__ = ["KEY_SHAPES", "Finding", "Redactor"]

_PLACEHOLDER = "REDACTED"
_FILLING = b"REDACTED-"
_OF_THE_CODED_BODY = frozenset(("content-encoding", "content-length"))
# A replacement can make its neighbours look like a secret: repeated until nothing more is found, mostly once.
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Redactor:
    """The rules: `patterns` on bytes (which should be linear-time), `paths` into JSON bodies.

    Of a pattern with a group called `secret` only that group is replaced. With `key_token`, a token tells which key a
    request came with. Never raises on any interaction.
    """

    patterns: tuple[re.Pattern[bytes], ...] = KEY_SHAPES
    paths: tuple[str, ...] = ()
    key_token: bool = False

    @classmethod
    def with_patterns(cls, patterns: Iterable[str], paths: Iterable[str] = ()) -> "Redactor":
        """The known key shapes, and regular expressions of the user's. Raises re.error."""
        own = tuple(re.compile(pattern.encode()) for pattern in patterns)
        return cls(KEY_SHAPES + own, tuple(paths))

    def request(self, request: Request) -> Request:
        """The request as it is stored, and as it is compared."""
        redaction = _Redaction(self, request)
        redaction.look_over(_texts(request))
        return redaction.request(request)

    def interaction(self, interaction: Interaction) -> Interaction:
        """The interaction as it is stored. Its facts tell how many places were `redacted`, which headers `withheld`."""
        redaction = _Redaction(self, interaction.request)
        kept = [value for name, value in interaction.response.headers if is_harmless_response_header(name)]
        redaction.look_over([*_texts(interaction.request), *map(raw, kept), interaction.body])
        request = redaction.request(interaction.request)
        response, chunks = redaction.reply(interaction.response, interaction.chunks)
        facts = redaction.facts(interaction.facts)
        return replace(interaction, request=request, response=response, chunks=chunks, facts=facts)

    def findings(self, interaction: Interaction) -> Iterator[Finding]:
        """Where there are still secrets in `interaction`: what `interaction()` would change, and by which rule.

        Of one that was stored by these rules there are none.
        """
        search = _Redaction(self, interaction.request)
        yield from search.findings_in_request(interaction.request)
        yield from search.findings_in_reply(interaction.response, interaction.body)


class _Redaction:
    """One request with its reply being redacted: the rules, the secrets that the request carried, what was done."""

    def __init__(self, rules: Redactor, request: Request) -> None:
        self._patterns = rules.patterns
        self._paths = Paths.parse(rules.paths)
        self._secrets = secrets_of(request)
        self._token = token_of(request) if rules.key_token else None
        self._clear = False
        self._redacted = 0
        self._withheld: set[str] = set()

    def look_over(self, texts: Sequence[bytes]) -> None:
        """Look for secrets in all `texts` at once: far cheaper than one by one, and mostly there is none."""
        self._clear = not any(self._spans(b"\n".join(texts), Paths()))

    def request(self, request: Request) -> Request:
        harmless = self._harmless(request.headers, is_harmless_request_header)
        body, headers = self._body(request.body, harmless)
        headers = with_token(headers, self._token)
        return replace(request, target=self._target(request.target), headers=headers, body=body)

    def reply(self, response: Response, chunks: tuple[Chunk, ...]) -> tuple[Response, tuple[Chunk, ...]]:
        harmless = self._harmless(response.headers, is_harmless_response_header)
        joined = b"".join([chunk.data for chunk in chunks])
        body, headers = self._body(joined, harmless)
        return replace(response, headers=headers), chunks if body == joined else _cut(body, chunks)

    def facts(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        """`facts` and what was done, on top of what may have been done before."""
        found = dict(facts)
        if self._redacted:
            found["redacted"] = int(found.get("redacted", 0)) + self._redacted
        if self._withheld:
            before = str(found.get("withheld", "")).split(",")
            found["withheld"] = ",".join(sorted(self._withheld.union(filter(None, before))))
        return found

    def _harmless(self, headers: Headers, is_harmless: Callable[[str], bool]) -> Headers:
        self._withheld.update(name.lower() for name, _ in headers if not is_harmless(name))
        return tuple((name, self._value(name, value)) for name, value in headers if is_harmless(name))

    def _value(self, name: str, value: str) -> str:
        if name.lower() == "location":
            # Neither the user and password of a URL nor anything after its path.
            bare = re.sub(r"(?<=//)[^/?#]*@", "", re.split(r"[?#]", value, maxsplit=1)[0])
            self._redacted += bare != value
            return self._line(bare)
        return self._line(value)

    def _target(self, target: str) -> str:
        path, mark, query = target.partition("?")
        return self._line(path + mark + "".join(map(self._parameter, re.split("([&;])", query))))

    def _parameter(self, parameter: str) -> str:
        name, equals, value = parameter.partition("=")
        if value in ("", _PLACEHOLDER) or not is_secret_parameter(name):
            return parameter
        self._redacted += 1
        return name + equals + _PLACEHOLDER

    def _line(self, text: str) -> str:
        if self._clear:
            return text
        data = raw(text)
        clean = self._clean(data, Paths())
        return text if clean == data else clean.decode("latin-1")

    def _body(self, body: bytes, headers: Headers) -> tuple[bytes, Headers]:
        """The body; one that is compressed and holds a secret is stored without its compression, and told so."""
        plain = decoded(body, headers)
        if plain is None:
            return self._clean(body, self._paths), headers
        self._clear = False  # what is inside has not been looked over
        clean = self._clean(plain, self._paths)
        if clean == plain:
            return body, headers
        return clean, tuple(header for header in headers if header[0].lower() not in _OF_THE_CODED_BODY)

    def _clean(self, data: bytes, paths: Paths) -> bytes:
        """`data` with every secret filled in, its length unchanged."""
        if self._clear and not paths:
            return data
        for _ in range(_ROUNDS):
            spans = [span for span in merged(self._spans(data, paths)) if not _is_filled(data[slice(*span)])]
            if not spans:
                break
            self._redacted += len(spans)
            data = _filled(data, spans)
        return data

    def _spans(self, data: bytes, paths: Paths) -> Iterator[Span]:
        for _, spans in self._rules(data, paths):
            yield from spans

    def _rules(self, data: bytes, paths: Paths) -> Iterator[tuple[str, Iterator[Span]]]:
        for secret in self._secrets:
            yield "known value", value_spans(data, secret)
        yield "member name", member_spans(data)
        yield "path", path_spans(data, paths)
        yield "key shape", shape_spans(data, self._patterns)

    def findings_in_request(self, request: Request) -> Iterator[Finding]:
        for parameter in re.split("[&;]", request.query):
            if self._parameter(parameter) != parameter:
                yield Finding("request target", parameter.partition("=")[0], "parameter name")
        yield from self._in_text("request target", "target", raw(request.target))
        yield from self._in_headers("request headers", request.headers, is_harmless_request_header)
        yield from self._in_body("request body", request.body, request.headers)

    def findings_in_reply(self, response: Response, body: bytes) -> Iterator[Finding]:
        yield from self._in_headers("response headers", response.headers, is_harmless_response_header)
        yield from self._in_body("response body", body, response.headers)

    def _in_headers(self, part: Part, headers: Headers, is_harmless: Callable[[str], bool]) -> Iterator[Finding]:
        for name, value in headers:
            if is_harmless(name):
                yield from self._in_text(part, name, raw(value))
            else:
                yield Finding(part, name, "header name")

    def _in_body(self, part: Part, body: bytes, headers: Headers) -> Iterator[Finding]:
        plain = decoded(body, headers)
        data = body if plain is None else plain
        for rule, spans in self._rules(data, self._paths):
            starts = [start for start, end in merged(spans) if not _is_filled(data[start:end])]
            yield from (Finding(part, where, rule) for where in paths_at(data, starts))

    def _in_text(self, part: Part, where: str, text: bytes) -> Iterator[Finding]:
        for rule, spans in self._rules(text, Paths()):
            if any(not _is_filled(text[slice(*span)]) for span in merged(spans)):
                yield Finding(part, where, rule)


def _texts(request: Request) -> list[bytes]:
    """What is stored of a request, apart from the names of its headers."""
    kept = [value for name, value in request.headers if is_harmless_request_header(name)]
    return [raw(request.target), *map(raw, kept), request.body]


def _is_filled(piece: bytes) -> bool:
    return piece in _FILLING * (len(piece) // len(_FILLING) + 2)


def _filled(data: bytes, spans: Iterable[Span]) -> bytes:
    filled = bytearray(data)
    for start, end in spans:
        length = end - start
        filled[start:end] = (_FILLING * (length // len(_FILLING) + 1))[:length]
    return bytes(filled)


def _cut(body: bytes, chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    """`body` in pieces as large as those of `chunks`, in proportion if its length is another."""
    ends = list(accumulate(len(chunk.data) for chunk in chunks))
    bounds = [0, *(end * len(body) // ends[-1] for end in ends)]
    return tuple(Chunk(chunk.at, body[start:end]) for chunk, (start, end) in zip(chunks, pairwise(bounds), strict=True))
