"""Redaction: what must never reach the disk. It works on copies; live traffic is not altered.

    interaction ──> headers by allow-list ──> query values ──> bodies: known values, telling names, key shapes, paths

Rules: replacements in bodies keep the length, so that chunk sizes and times stay true, and fit into JSON strings; the
joined body is searched, so a secret may be cut by chunks; redacting twice is redacting once; time is linear; what
cannot be searched is refused, not stored unseen. Recording, matching and rewriting all come through here.
docs/redaction.md is the page for users.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from recorder.carriers import raw, secrets_of, secrets_of_reply
from recorder.content_coding import decoded
from recorder.errors import Unredactable
from recorder.findings import Finding, Part
from recorder.interaction import Chunk, End, Fact, Headers, Interaction, Request, Response, header
from recorder.key_shapes import KEY_SHAPES
from recorder.key_token import token_of, with_token
from recorder.paths import Paths
from recorder.secret_names import is_harmless_request_header, is_harmless_response_header, is_secret_parameter
from recorder.secret_search import Finder, Search, plain_finder

__all__ = ["KEY_SHAPES", "Finding", "Redactor"]

_PLACEHOLDER = "REDACTED"
_OF_THE_CODED_BODY = frozenset(("content-encoding", "content-length"))
# A replacement can make its neighbours look like a secret: repeated until nothing more is found, mostly once.
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Redactor:
    """The rules: `patterns` on bytes (which should be linear-time), `paths` into JSON bodies.

    Of a pattern with a group called `secret` only that group is replaced. With `key_token`, a token tells which key a
    request came with. `finder` knows how streams are built (see `recorder.secret_search`).
    """

    patterns: tuple[re.Pattern[bytes], ...] = KEY_SHAPES
    paths: tuple[str, ...] = ()
    key_token: bool = False
    finder: Finder = plain_finder

    @classmethod
    def with_patterns(
        cls, patterns: Iterable[str], paths: Iterable[str] = (), finder: Finder = plain_finder
    ) -> "Redactor":
        """The known key shapes, and regular expressions of the user's. Raises re.error."""
        own = tuple(re.compile(pattern.encode()) for pattern in patterns)
        return cls(KEY_SHAPES + own, tuple(paths), finder=finder)

    def request(self, request: Request) -> Request:
        """The request as it is stored, and as it is compared. Never raises: what cannot be searched stays as it is."""
        return _Redaction(self, request, strict=False).request(request)

    def interaction(self, interaction: Interaction) -> Interaction:
        """The interaction as it is stored. Its facts tell how many places were `redacted`, which headers `withheld`.

        Raises Unredactable if a body cannot be searched: then it must not be stored.
        """
        return _Redaction(self, interaction.request).interaction(interaction)

    def findings(self, interaction: Interaction) -> list[Finding]:
        """Where there are still secrets in `interaction`: what `interaction()` would change, and by which rule.

        Of one that was stored by these rules there are none. A body that cannot be searched is one, too.
        """
        found: list[Finding] = []
        try:
            _Redaction(self, interaction.request, found).interaction(interaction)
        except Unredactable as error:
            found.append(Finding(error.part, "the whole", str(error)))
        return found


class _Redaction:
    """One request, perhaps with its reply, being redacted. What is found is told to `found`, if there is one."""

    def __init__(
        self, rules: Redactor, request: Request, found: list[Finding] | None = None, *, strict: bool = True
    ) -> None:
        self._search = Search(rules.patterns, Paths.parse(rules.paths), secrets_of(request))
        self._finder = rules.finder
        self._token = token_of(request) if rules.key_token else None
        self._found = found
        self._strict = strict
        self._part: Part = "request target"
        self._what = ""
        self._more = 0  # places that no search has found
        self._withheld: set[str] = set()

    def interaction(self, interaction: Interaction) -> Interaction:
        request = self.request(interaction.request)
        self._search.secrets += secrets_of_reply(interaction.response)
        response, chunks = self._reply(interaction.response, interaction.chunks)
        end = End(interaction.end.kind, self._line("end", interaction.end.reason))
        facts = self._facts(interaction.facts)
        return replace(interaction, request=request, response=response, chunks=chunks, end=end, facts=facts)

    def request(self, request: Request) -> Request:
        self._part = "request target"
        target = self._target(request.target)
        self._what = f"{request.method} {target.partition('?')[0]}"
        self._part = "request headers"
        headers = self._harmless(request.headers, is_harmless_request_header)
        self._part = "request body"
        body, headers = self._body(request.body, headers)
        return replace(request, target=target, headers=with_token(headers, self._token), body=body)

    def _reply(self, response: Response, chunks: tuple[Chunk, ...]) -> tuple[Response, tuple[Chunk, ...]]:
        self._part = "response headers"
        headers = self._harmless(response.headers, is_harmless_response_header)
        self._part = "response body"
        joined = b"".join([chunk.data for chunk in chunks])
        body, headers = self._body(joined, headers)
        return replace(response, headers=headers), chunks if body == joined else _cut(body, chunks)

    def _facts(self, facts: Mapping[str, Fact]) -> dict[str, Fact]:
        """`facts` and what was done, on top of what may have been done before."""
        told = dict(facts)
        if redacted := self._search.count + self._more:
            told["redacted"] = int(told.get("redacted", 0)) + redacted
        if self._withheld:
            before = str(told.get("withheld", "")).split(",")
            told["withheld"] = ",".join(sorted(self._withheld.union(filter(None, before))))
        return told

    def _harmless(self, headers: Headers, is_harmless: Callable[[str], bool]) -> Headers:
        kept = []
        for name, value in headers:
            if is_harmless(name):
                kept.append((name, self._location(value) if name.lower() == "location" else value))
            else:
                self._withheld.add(name.lower())
                self._tell(name, "header name")
        if self._search.is_clean(b"\n".join([raw(value) for _, value in kept])):  # all at once: mostly there is nothing
            return tuple(kept)
        return tuple([(name, self._line(name, value)) for name, value in kept])

    def _location(self, value: str) -> str:
        """Neither the user and password of a URL nor anything after its path."""
        bare = re.sub(r"(?<=//)[^/?#]*@", "", re.split(r"[?#]", value, maxsplit=1)[0])
        if bare != value:
            self._more += 1
            self._tell("location", "place in a URL")
        return bare

    def _target(self, target: str) -> str:
        path, mark, query = target.partition("?")
        return self._line("target", path + mark + "".join(map(self._parameter, re.split("([&;])", query))))

    def _parameter(self, parameter: str) -> str:
        name, equals, value = parameter.partition("=")
        if value in ("", _PLACEHOLDER) or not is_secret_parameter(name):
            return parameter
        self._more += 1
        self._tell(name, "parameter name")
        return name + equals + _PLACEHOLDER

    def _line(self, where: str, text: str) -> str:
        data = raw(text)
        clean = self._settled(data, lambda data: self._search.cleaned(data, where))
        return text if clean == data else clean.decode("latin-1")

    def _body(self, body: bytes, headers: Headers) -> tuple[bytes, Headers]:
        """The body; one that is compressed and holds a secret is stored without its compression, and told so."""
        content_type = header(headers, "content-type") or ""
        try:
            coded = decoded(body, headers)
            plain = body if coded is None else coded.data
            clean = self._settled(plain, lambda data: self._finder(data, content_type, self._search))
            if clean == plain:
                return body, headers
            if coded is None:
                return clean, headers
            if not coded.sound:
                raise Unredactable("it is compressed, holds a secret, and cannot be read to its end")
        except Unredactable as error:
            if self._strict:
                raise Unredactable(f"{self._what}: the {self._part} cannot be redacted: {error}", self._part) from error
            return body, headers
        return clean, tuple(pair for pair in headers if pair[0].lower() not in _OF_THE_CODED_BODY)

    def _settled(self, data: bytes, clean: Callable[[bytes], bytes]) -> bytes:
        """`data` as `clean` leaves it in the end. Only the first round is told about."""
        self._search.note = None if self._found is None else self._tell
        for _ in range(_ROUNDS):
            before, data = data, clean(data)
            self._search.note = None
            if data == before:
                return data
        if self._strict:
            raise Unredactable(f"redacted {_ROUNDS} times, it holds secrets still: mend the patterns in `redact`")
        return data

    def _tell(self, where: str, rule: str) -> None:
        if self._found is not None:
            self._found.append(Finding(self._part, where, rule))


def _cut(body: bytes, chunks: Sequence[Chunk]) -> tuple[Chunk, ...]:
    """`body` in pieces as large as those of `chunks`, in proportion if its length is another."""
    ends = list(accumulate(len(chunk.data) for chunk in chunks))
    bounds = [0, *(end * len(body) // ends[-1] for end in ends)]
    return tuple(Chunk(chunk.at, body[start:end]) for chunk, (start, end) in zip(chunks, pairwise(bounds), strict=True))
