"""A tree of JSON as lines that a line-by-line diff shows well: no brackets, no commas, texts broken where they stay.

    body                                            body
      model: "sim"                                    messages:
      messages:                                         - role: "user"
        - role: "user"                                    content:
          content: "Hello"                                  | The first sentence of a long text.
      max_tokens: 200                                         The next one, of the same line.
                                                            | The second line of it.

A long text breaks at its own line ends (`|`) and behind its sentences, so a change in it moves nothing else. What no
person reads (base64, bytes) is its size and the beginning of its SHA-256. Nothing in a line is obeyed by a terminal.
"""

import re
from collections.abc import Iterator
from hashlib import sha256

from gateway.escaping import escaped
from gateway.exchange.words import text_of
from recorder.canonical import CallId, Number, Tree, canonical_text

__all__ = ["outline", "text_lines"]

# Said first, wherever they are: they tell what the rest is about.
_FIRST = {name: place for place, name in enumerate(("model", "type", "kind", "role", "name", "id"))}
_LONG = 100
_BASE64 = re.compile(r"(?:data:[^,]{0,200};base64,)?[A-Za-z0-9+/_-]{256,}={0,2}")
# One space, which a break stands for; or none, in scripts that have none there. So no two texts look the same.
_SENTENCE = re.compile(r"(?<=[.!?;:]) (?=[^ ])|(?<=[。！？])(?=[^ ])")
_INDENT = "  "


def outline(name: str, tree: Tree) -> Iterator[str]:
    """`tree` below `name`, a line for each thing in it; unindented, like `name` itself."""
    inline = _inline(tree)
    yield f"{_harmless(name)}: {inline}" if inline is not None else f"{_harmless(name)}:"
    if inline is None:
        yield from (_INDENT + line for line in _inside(tree))


def text_lines(text: str) -> Iterator[str]:
    """A text as lines: `| ` begins each of its own, `  ` goes on with it where a sentence ended."""
    for line in text.split("\n"):
        sentences = _SENTENCE.split(line) if len(line) > _LONG else [line]
        for number, sentence in enumerate(sentences):
            yield ("  " if number else "| " if line else "|") + _harmless(sentence)


def _inside(tree: Tree) -> Iterator[str]:
    if isinstance(tree, dict):
        for name in sorted(tree, key=lambda name: _FIRST.get(name, len(_FIRST))):
            yield from outline(name, tree[name])
    elif isinstance(tree, list):
        for item in tree:
            yield from _item(item)
    elif isinstance(tree, str | bytes):
        yield from text_lines(_text(tree) or "")


def _item(tree: Tree) -> Iterator[str]:
    """An item of a list: its first line begins with a dash."""
    inline = _inline(tree)
    lines = iter([inline]) if inline is not None else _inside(tree)
    yield f"- {next(lines)}"
    yield from (_INDENT + line for line in lines)


def _inline(tree: Tree) -> str | None:
    """What fits behind a name, or None."""
    if isinstance(tree, CallId):
        return f"tool call {tree + 1}"
    if isinstance(tree, dict | list):
        return None if tree else canonical_text(tree)
    if isinstance(tree, bytes) or (isinstance(tree, str) and not isinstance(tree, Number)):
        return _short(tree)
    return canonical_text(tree)


def _short(value: str | bytes) -> str | None:
    text = _text(value)
    if text is None:
        return f"<{len(value):,} bytes, sha256 {_hash(value)}>"
    if _BASE64.fullmatch(text):
        return f"<base64, {len(text):,} characters, sha256 {_hash(value)}>"
    if len(text) > _LONG or "\n" in text:
        return None
    return f'"{_harmless(text)}"'


def _text(value: str | bytes) -> str | None:
    return text_of(value) if isinstance(value, bytes) else value


def _hash(value: str | bytes) -> str:
    data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    return sha256(data).hexdigest()[:12]


def _harmless(text: str) -> str:
    return escaped(text, limit=len(text))
