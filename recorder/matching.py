"""Matching: which requests ask the same.

One function makes the fingerprint of a request, and recording and replay both use it, after redaction. By default all
of the request decides (upstream, method, path, query, the whole body) except its headers: a suite that matches by less
replays wrong answers. docs/matching.md is the page for users; recorder/canonical.py says what "the same" is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal, NamedTuple, get_args

from recorder.canonical import Tree, canonical_text, request_tree
from recorder.errors import MatchFailed
from recorder.excerpt import printable, shown
from recorder.interaction import Request
from recorder.key_token import token_in
from recorder.paths import Paths

__all__ = ["FINGERPRINT_VERSION", "Matcher", "ToolCallIds", "function_name", "stored_fingerprint"]

FINGERPRINT_VERSION = 1
"""Of the rules below this module; a stored fingerprint of another version is made anew."""


ToolCallIds = Literal["renamed", "exact"]


@dataclass(frozen=True, slots=True)
class Matcher:
    """Which parts of a request decide. Never raises on any request, unless `function` does.

    `ignore` takes paths out of the comparison, as if they were not there (recorder/paths.py has the spelling).
    `headers` takes headers in, by name; only stored ones can tell requests apart. `tool_call_ids` compare up to
    renaming or exactly. With `key` the client's key decides too, by its token; `stand_in` is the text that clients have
    in its place in replay. `function` changes each request before it is compared, the stored as the asked.
    """

    ignore: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    tool_call_ids: ToolCallIds = "renamed"
    key: bool = False
    stand_in: str = field(default="", compare=False)
    function: Callable[[Request], Request] | None = None

    def extended(self, rules: Mapping[str, Any]) -> "Matcher":
        """These rules and more, by the names of the fields above: lists are added, others replaced.

        Raises ValueError, which says what was expected.
        """
        fields: dict[str, Any] = {}
        for name, value in rules.items():
            checked, before = _checked(name, value), getattr(self, name)
            fields[name] = (*before, *checked) if isinstance(before, tuple) else checked
        return replace(self, **fields)

    def tree(self, request: Request) -> dict[str, Tree]:
        """What is compared of `request`, in canonical form. Raises MatchFailed if `function` fails."""
        key: dict[str, Tree] = {"key": token_in(request.headers)} if self.key else {}
        if self.function is not None:
            request = _changed(request, self.function)
        ignored = _parsed(self.ignore)
        tree = request_tree(
            request,
            ignored.body,
            self.headers,
            query=ignored.query,
            parts=ignored.parts,
            exact_ids=self.tool_call_ids == "exact",
        )
        return {**key, **tree}

    def fingerprint(self, request: Request) -> str:
        """128 bits in hex over the canonical request: equal exactly for those that ask the same by these rules."""
        rules: Tree = {"version": str(FINGERPRINT_VERSION), "ignore": [*self.ignore], "headers": [*self.headers]}
        return sha256(canonical_text([rules, self.tree(request)]).encode()).hexdigest()[:32]


def stored_fingerprint(request: Request) -> tuple[str, int]:
    """What is stored beside a redacted request: its fingerprint by the default rules, and the version of those.

    Settings do not count: they change, and whoever compares by others makes fingerprints anew.
    """
    return Matcher().fingerprint(request), FINGERPRINT_VERSION


class _Ignored(NamedTuple):
    """Paths by the section of a request that they lead into."""

    body: Paths
    query: Paths
    parts: Paths


@lru_cache(maxsize=64)
def _parsed(ignore: tuple[str, ...]) -> _Ignored:
    return _Ignored(Paths.parse(ignore), Paths.below("query", ignore), Paths.below("parts", ignore))


def _changed(request: Request, function: Callable[[Request], Request]) -> Request:
    try:
        changed = function(request)
    except Exception as error:
        raise _failed(request, function, f"raised {type(error).__name__}: {error}") from error
    if not _is_request(changed):
        raise _failed(request, function, f"gave {printable(repr(changed)[:80])}")
    return changed


def _is_request(value: object) -> bool:
    """Whether `value` is a request whose parts are of the right types, so that it can be compared."""
    if not isinstance(value, Request) or not isinstance(value.body, bytes) or not isinstance(value.headers, tuple):
        return False
    pairs = [text for pair in value.headers for text in (pair if len(pair) == 2 else (None,))]
    return all(isinstance(text, str) for text in (value.upstream, value.method, value.target, *pairs))


def _failed(request: Request, function: Callable[[Request], Request], what: str) -> MatchFailed:
    return MatchFailed(
        f"the match function {function_name(function)} {printable(what[:200])} on {shown(request)}; expected a "
        "recorder.interaction.Request, made of the one that it is given"
    )


def function_name(function: Callable[..., object]) -> str:
    """Where a function is, for a message: its module and its name."""
    module, name = getattr(function, "__module__", "?"), getattr(function, "__qualname__", repr(function))
    return printable(f"{module}.{name}"[:200])


def _is_texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(text, str) and text for text in value)


_RULES: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "ignore": ('a list of paths such as ["metadata.user_id", "messages.*.id"]', _is_texts),
    "headers": ('a list of names of headers such as ["anthropic-beta"]', _is_texts),
    "tool_call_ids": ('"renamed" or "exact"', lambda value: value in get_args(ToolCallIds)),
    "key": ("True or False", lambda value: isinstance(value, bool)),
    "function": ("a function that takes a recorder.interaction.Request and gives one", callable),
}


def _checked(name: str, value: object) -> Any:
    if name not in _RULES:
        raise ValueError(f"match: expected rules named {', '.join(_RULES)}; got {name!r}")
    expected, is_right = _RULES[name]
    if not is_right(value):
        raise ValueError(f"match: {name}: expected {expected}; got {value!r:.200}")
    return tuple(value) if isinstance(value, list) else value
