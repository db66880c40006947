import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.difference import Difference, Nothing
from recorder.matching import Matcher
from recorder.mismatch import differences_of
from recorder.ruling import rulings
from tests.recorder.test_mismatch import ask

NOTHING = Nothing.NOTHING
FORM = "Decided by the parts of the form, which all count"
WHOLE = "Decided by the JSON body, which counts as a whole"


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (Difference("upstream", "a", "b"), "Decided by the upstream, which always counts."),
        (Difference("method", "a", "b"), "Decided by the method, which always counts."),
        (Difference("path", "a", "b"), "Decided by the path, which always counts."),
        (
            Difference("query.api-version", "1", "2"),
            'Decided by the query, which counts as a whole; if harmless: match_ignore = ["query.api-version"].',
        ),
        (Difference("key", "a", "b"), "Decided by the key, which counts since match_key is on."),
        (
            Difference("headers.x-beta", "a", NOTHING),
            "Decided by the header x-beta, which counts because of match_headers.",
        ),
        (Difference("body.a.b", "1", "2"), f'{WHOLE}; if harmless: match_ignore = ["a.b"].'),
        (Difference("body.query.b", "1", "2"), f'{WHOLE}; if harmless: match_ignore = ["body.query.b"].'),
        (Difference("body.a[1].b", "1", "2"), f'{WHOLE}; if harmless: match_ignore = ["a[1].b"].'),
        (Difference("body.a[1]", NOTHING, "2"), f"{WHOLE}."),
        (Difference("body.a[2].b", "1", "2", was="body.a[1].b"), f"{WHOLE}."),
        (Difference("body." + "a" * 200, "1", "2"), f"{WHOLE}."),
        (Difference("body", {}, []), f"{WHOLE}."),
        (
            Difference("body", b"1", b"22"),
            "Decided by the bytes of the body, which all count since it is no plain JSON (1 stored, 2 in the request).",
        ),
        (
            Difference("parts.file.content", b"1", b"2"),
            f'{FORM}; if harmless: match_ignore = ["parts.file.content"].',
        ),
    ],
    ids=lambda value: value.path[:30] if isinstance(value, Difference) else "",
)
def test_which_rule_decided(difference: Difference, said: str) -> None:
    assert list(rulings([difference])) == [said]


def test_a_line_for_each_section_and_a_hint_for_few() -> None:
    several = [Difference(path, "1", "2") for path in ("path", "headers.a", "body.a", "headers.b[0]", "body.b")]
    assert list(rulings(several)) == [
        "Decided by the path, which always counts.",
        "Decided by the headers a, b, which count because of match_headers.",
        f'{WHOLE}; if harmless: match_ignore = ["a", "b"].',
    ]
    assert list(rulings([Difference(f"body.{name}", "1", "2") for name in "abcd"])) == [f"{WHOLE}."]


names = st.sampled_from(["a", "query", "parts", "body", "a b", "x.y", "*", "[a]", '"', "0", ""])
bodies: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([1, 2, "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(bodies, bodies)
def test_what_is_hinted_at_does_leave_it_out(one: Any, two: Any) -> None:
    first, second = ask({"top": one}), ask({"top": two})
    for line in rulings(list(differences_of(first, second, Matcher()))):
        _, found, hint = line.partition("match_ignore = ")
        if found:
            paths = json.loads(hint.removesuffix("."))
            matcher = Matcher(ignore=tuple(paths))
            assert matcher.fingerprint(first) == matcher.fingerprint(second)
