"""What a person should know about a difference beyond the two values: that it is hardly one.

Most misses after a change that was not meant have one of these causes, so they are named: a time stamp in a prompt, an
id that is made anew in every run, JSON in a text whose members come in another order.
"""

import json
import re
from collections.abc import Mapping

from recorder.canonical import CallId, Number, Tree
from recorder.difference import Difference, Nothing
from recorder.excerpt import is_text

__all__ = ["remark"]

# Longer texts are not looked through; nor are numbers of more digits worked out.
_LONGEST = 1 << 20
_DIGITS = 30

# In this order: a date holds numbers, and so does an id. Each is tried on top of those before it.
_VOLATILE: Mapping[str, re.Pattern[str]] = {
    "white space": re.compile(r"\s+"),
    "UUIDs": re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"),
    "dates or times": re.compile(
        r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?\b|\b\d\d?:\d\d(?::\d\d)?\b|"
        r"(?i:\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|"
        r"july?|aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b)"
    ),
    "numbers": re.compile(r"\d+"),
}


def remark(difference: Difference) -> str:
    """What is to be said about a difference, in a few words; mostly nothing."""
    one, two = difference.one, difference.two
    if isinstance(one, CallId) and isinstance(two, CallId):
        return "tool-call ids may have any names, but this one belongs to another call"
    if isinstance(one, Number) and isinstance(two, Number):
        return "the same number, written in another way" if _is_equal(one, two) else ""
    if is_text(one) and is_text(two) and len(one) + len(two) <= _LONGEST:
        return _on_texts(one, two)
    if _holds(one, two) or _holds(two, one):
        return "the same text, as part of a list"
    if str(one) == str(two) and {type(one), type(two)} == {str, Number}:
        return "a number on one side, a text on the other"
    return ""


def _is_equal(one: Number, two: Number) -> bool:
    return len(one) <= _DIGITS and len(two) <= _DIGITS and float(one) == float(two)


def _on_texts(one: str, two: str) -> str:
    if _is_same_json(one, two):
        return "both are the same JSON: only the order of members or the white space differs"
    names = []
    for name, pattern in _VOLATILE.items():
        if pattern.findall(one) != pattern.findall(two):
            names.append(name)
        one, two = pattern.sub(" ", one), pattern.sub(" ", two)
        if one.split() == two.split():
            return f"differs only in {' and '.join(names)}"
    return ""


def _is_same_json(one: str, two: str) -> bool:
    try:
        return {one.strip()[:1], two.strip()[:1]} <= {"{", "["} and bool(json.loads(one) == json.loads(two))
    except (ValueError, RecursionError):
        return False


def _holds(text: Tree | Nothing, items: Tree | Nothing) -> bool:
    """Whether `items` is a list that has `text` as a member of one of its objects."""
    if not is_text(text) or not isinstance(items, list):
        return False
    return any(isinstance(item, dict) and text in item.values() for item in items)
