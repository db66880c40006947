"""The canonical form of a request: one tree, from which both the fingerprint and the explanation of a miss are made.

    request ──> tree (volatile paths out, tool-call ids numbered, keys sorted) ──> canonical text ──> fingerprint
                  └──────────────────────────────────────────────────────────> first difference ──> message

Rules: two requests have one tree only if they ask the same. Key order and white space do not matter; array order does,
and so does how a number is written (1, 1.0 and true are three things, and 1e400 is not infinity). What is not plainly
JSON (invalid UTF-8, a key twice, NaN, nested too deep) is compared by its bytes. Nothing here raises on any request.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from typing import Any

from recorder.interaction import Request
from recorder.multipart import Part, parts_of
from recorder.paths import Paths
from recorder.secret_names import is_secret_parameter

__all__ = ["CallId", "Number", "Tree", "canonical_text", "request_tree"]

# Tool schemas nest about thirty deep. Fixed, so that the answer does not depend on how deep the caller's stack is.
_MAX_DEPTH = 128


class Number(str):
    """A JSON number as it was written."""

    __slots__ = ()


class CallId(int):
    """A tool-call id, as the number of its first appearance: ids are compared up to renaming."""

    __slots__ = ()


Tree = dict[str, "Tree"] | list["Tree"] | str | Number | CallId | bytes | bool | None


def request_tree(
    request: Request,
    ignore: Paths,
    headers: Sequence[str],
    *,
    query: Paths = Paths(),  # noqa: B008 - frozen
    parts: Paths = Paths(),  # noqa: B008 - frozen
    exact_ids: bool = False,
) -> dict[str, Tree]:
    """What is compared, in the order in which differences are worth telling.

    A JSON body is under `body`, a form under `parts`, any other body is bytes under `body`. `ignore`, `query` and
    `parts` lead to what does not count of a JSON body, of the query and of a form; with `exact_ids` tool-call ids are
    texts like all others.
    """
    return {
        "upstream": request.upstream,
        "method": request.method,
        "path": request.path,
        "query": _query(request.query, query),
        "headers": _headers(request, headers),
        **_body(request, ignore, parts, exact_ids=exact_ids),
    }


def _query(query: str, ignore: Paths) -> Tree:
    """Parameters by name as written, values sorted: servers read them as a multiset. Credentials are left out."""
    found: dict[str, list[tuple[bool, str]]] = {}
    for parameter in query.split("&") if query else ():
        name, equals, value = parameter.partition("=")
        if not is_secret_parameter(name) and not (ignore and ignore.step(name)[0]):
            found.setdefault(name, []).append((bool(equals), value))
    values = {name: [value if equals else None for equals, value in sorted(found[name])] for name in sorted(found)}
    return {name: several[0] if len(several) == 1 else [*several] for name, several in values.items()}


def _headers(request: Request, names: Sequence[str]) -> Tree:
    wanted = {name.lower() for name in names}
    found: dict[str, list[Tree]] = {}
    for name, value in request.headers:
        if name.lower() in wanted:
            found.setdefault(name.lower(), []).append(value)
    return {name: found[name][0] if len(found[name]) == 1 else found[name] for name in sorted(found)}


def _body(request: Request, ignore: Paths, ignored_parts: Paths, *, exact_ids: bool) -> dict[str, Tree]:
    body = request.body
    parts = parts_of(request)
    if parts is not None:
        return {"parts": [tree for part in parts for tree in _part(part, ignored_parts)]}
    # Only objects and arrays: a text that happens to be a number is a text.
    if body.lstrip(b" \t\r\n")[:1] in (b"{", b"["):
        try:
            value = json.loads(
                body.decode(),
                parse_int=Number,
                parse_float=Number,
                parse_constant=_not_json,
                object_pairs_hook=_unique,
            )
            return {"body": _Canonical(exact_ids=exact_ids).node(value, ignore, "", 0)}
        except (ValueError, RecursionError):
            pass
    return {"body": body}


def _not_json(name: str) -> Tree:
    raise ValueError(f"{name} is no JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name twice: readers differ in which of the two counts")
    return members


class _Canonical:
    """One walk over a parsed body, in sorted order so that ids are numbered alike whatever the order of keys."""

    def __init__(self, *, exact_ids: bool) -> None:
        self._ids: dict[str, CallId] = {}
        self._id_names = frozenset[str]() if exact_ids else _ID_NAMES

    def node(self, value: Any, ignore: Paths, name: str, depth: int) -> Tree:
        """The canonical form of `value`, which is the member `name` of its parent, or an item of it."""
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deep")
        if type(value) is dict:
            return self._object(value, ignore, name, depth + 1)
        if type(value) is list:
            return self._array(value, ignore, name, depth + 1)
        return value  # type: ignore[no-any-return]  # a leaf, as json.loads made it

    def _object(self, members: dict[str, Any], ignore: Paths, inside: str, depth: int) -> Tree:
        found: dict[str, Tree] = {}
        for name in sorted(members):
            hit, below = ignore.step(name) if ignore else (False, ignore)
            if hit:
                continue
            value = members[name]
            if type(value) is str and name in self._id_names and _is_call_id(name, members, inside):
                found[name] = self._ids.setdefault(value, CallId(len(self._ids)))
            else:
                found[name] = self.node(value, below, name, depth)
        return found

    def _array(self, items: list[Any], ignore: Paths, inside: str, depth: int) -> Tree:
        if not ignore:
            return [self.node(item, ignore, inside, depth) for item in items]
        steps = [(item, *ignore.step(str(index))) for index, item in enumerate(items)]
        return [self.node(item, below, inside, depth) for item, hit, below in steps if not hit]


_ID_NAMES = frozenset(("id", "tool_use_id", "tool_call_id", "call_id"))


def _is_call_id(name: str, holder: dict[str, Any], inside: str) -> bool:
    """Whether `name` is where an API keeps the id of a tool call; the same name in a tool's own arguments is not."""
    kind = holder.get("type")
    kind = kind if type(kind) is str else ""
    match name:
        case "id":
            return inside == "tool_calls" or kind.endswith("tool_use")
        case "tool_use_id":
            return kind.endswith("tool_result")
        case "tool_call_id":
            return holder.get("role") == "tool"
        case _:
            return kind.endswith(("_call", "_call_output"))


def _part(part: Part, ignore: Paths) -> list[Tree]:
    """What counts of a part: one tree, or none if all of it is ignored. `parts.file` is the part, whichever place."""
    hit, below = ignore.step(part.name)
    if hit:
        return []
    without, headers = below.step("headers")
    kept = {name: value for name, value in part.headers.items() if not headers.step(name)[0]}
    members: dict[str, Tree] = {} if without else {"headers": {**kept}}
    if not below.step("content")[0]:
        members["content"] = part.content
    return [members]


def canonical_text(tree: Tree) -> str:
    """The tree as one line of text; different trees give different texts."""
    if isinstance(tree, str) and not isinstance(tree, Number):
        return encode_basestring_ascii(tree)
    if isinstance(tree, dict):
        members = [f"{encode_basestring_ascii(name)}:{canonical_text(value)}" for name, value in tree.items()]
        return "{" + ",".join(members) + "}"
    if isinstance(tree, list):
        return "[" + ",".join([canonical_text(item) for item in tree]) + "]"
    return _leaf_text(tree)


def _leaf_text(leaf: Number | CallId | bytes | bool | None) -> str:
    if isinstance(leaf, bytes):
        return f"bytes:{sha256(leaf).hexdigest()}"
    if isinstance(leaf, CallId):
        return f"#{leaf:d}"
    return leaf if isinstance(leaf, Number) else _CONSTANTS[leaf]


_CONSTANTS = {True: "true", False: "false", None: "null"}
