"""Matching: which requests ask the same.

One function makes the fingerprint of a request, and recording and replay both use it, after redaction. By default all
of the request decides (upstream, method, path, query, the whole body) except its headers: a suite that matches by less
replays wrong answers. docs/matching.md is the page for users; recorder/canonical.py says what "the same" is.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

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
