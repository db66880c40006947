"""Matching: which requests ask the same.

One function makes the fingerprint of a request, and recording and replay both use it, after redaction. By default all
of the request decides (upstream, method, path, query, the whole body) except its headers: a suite that matches by less
replays wrong answers. docs/matching.md is the page for users; recorder/canonical.py says what "the same" is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import Any

from recorder.canonical import Tree, canonical_text, request_tree
from recorder.interaction import Request
from recorder.paths import Paths

__all__ = ["FINGERPRINT_VERSION", "Matcher"]

FINGERPRINT_VERSION = 1
"""Of the rules below this module; a stored fingerprint of another version is made anew."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Which parts of a request decide. Never raises on any request.

    `ignore` takes JSON paths into the body out of the comparison, as if they were not there (recorder/paths.py has the
    spelling). `headers` takes headers in, by name; only stored ones can tell requests apart.
    """

    ignore: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()

    def extended(self, rules: Mapping[str, Any]) -> "Matcher":
        """These rules and more: `rules` maps the fields above to what is added to them. Raises ValueError."""
        for name, value in rules.items():
            if name not in ("ignore", "headers") or isinstance(value, str):
                raise ValueError(f"match: expected ignore or headers, each with a list of texts; got {name}={value!r}")
        added = {name: (*getattr(self, name), *value) for name, value in rules.items()}
        return replace(self, **added)

    def tree(self, request: Request) -> dict[str, Tree]:
        """What is compared of `request`, in canonical form."""
        return request_tree(request, _parsed(self.ignore), self.headers)

    def fingerprint(self, request: Request) -> str:
        """128 bits in hex over the canonical request and these rules: equal exactly for requests that ask the same."""
        rules: Tree = {"version": str(FINGERPRINT_VERSION), "ignore": [*self.ignore], "headers": [*self.headers]}
        return sha256(canonical_text([rules, self.tree(request)]).encode()).hexdigest()[:32]


@lru_cache(maxsize=64)
def _parsed(ignore: tuple[str, ...]) -> Paths:
    return Paths.parse(ignore)
