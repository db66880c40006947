"""A comparison as plain JSON values, for programs: nothing shortened. What a side does not have is absent."""

import json
from collections.abc import Iterable

from gateway.exchange.interaction_json import bytes_json
from gateway.tools.diff.comparison import Compared, Comparison, Side
from recorder.canonical import CallId, Number, Tree
from recorder.difference import Difference, Nothing
from recorder.remark import remark

__all__ = ["diff_json"]


def diff_json(comparison: Comparison) -> dict[str, object]:
    """The comparison as JSON values. Times: `ttft` in milliseconds, `end_at` in microseconds, since the request."""
    return {
        "one": comparison.one,
        "two": comparison.two,
        "same": comparison.same,
        "interactions": [_compared(each) for each in comparison.interactions],
    }


def _compared(compared: Compared) -> dict[str, object]:
    sides = (("one", compared.one), ("two", compared.two))
    return {
        "kind": compared.kind,
        "moved": compared.moved,
        **{name: _side(side) for name, side in sides if side},
        "request": _differences(compared.request),
        "answer": _differences(compared.answer),
    }


def _side(side: Side) -> dict[str, object]:
    timing = side.timing
    return {
        "index": side.index,
        "upstream": side.request.upstream,
        "method": side.request.method,
        "target": side.request.target,
        "timing": {"ttft": timing.ttft, "end_at": timing.end_at, "chunks": timing.chunks},
    }


def _differences(found: Iterable[Difference]) -> list[dict[str, object]]:
    return [_difference(difference) for difference in found]


def _difference(difference: Difference) -> dict[str, object]:
    values = (("one", difference.one), ("two", difference.two))
    return {
        "path": difference.path,
        **{name: _plain(value) for name, value in values if not isinstance(value, Nothing)},
        **({"was": difference.was} if difference.was else {}),
        **({"order": list(difference.order)} if difference.order else {}),
        **({"remark": said} if (said := remark(difference)) else {}),
    }


def _plain(tree: Tree) -> object:
    """A tree as the JSON it was made of; a tool-call id as its number, bytes as text or base64."""
    if isinstance(tree, dict):
        return {name: _plain(member) for name, member in tree.items()}
    if isinstance(tree, list):
        return [_plain(item) for item in tree]
    if isinstance(tree, CallId):
        return f"tool call {tree + 1}"
    if isinstance(tree, Number):
        return _number(tree)
    return bytes_json(tree) if isinstance(tree, bytes) else tree


def _number(written: Number) -> object:
    """JSON has no infinity, which is what reading 1e400 gives: such a number stays text."""
    value: object = json.loads(written)
    return written if value in (float("inf"), float("-inf")) else value
