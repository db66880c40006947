import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.interaction import Headers, Request
from recorder.matching import Matcher

CHAT: dict[str, Any] = {
    "model": "large-1",
    "system": "Be brief.",
    "messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}],
    "temperature": 1,
    "tools": [{"name": "area"}, {"name": "population"}],
    "stream": True,
}


def ask(body: Any = CHAT, target: str = "/v1/chat", headers: Headers = (), **other: str) -> Request:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(other.get("upstream", "acme"), other.get("method", "POST"), target, headers, data)


def match(one: Request, two: Request, matcher: Matcher | None = None) -> bool:
    matcher = matcher or Matcher()
    return matcher.fingerprint(one) == matcher.fingerprint(two)


def test_a_fingerprint_stays_the_same_over_releases() -> None:
    # It is stored in cassettes: whoever changes this must change FINGERPRINT_VERSION.
    assert Matcher().fingerprint(ask()) == "9da7ee3cef29e58d9ec8a93b5fc60bf2"


@pytest.mark.parametrize(
    "other",
    [
        ask(dict(reversed(CHAT.items()))),
        ask(json.dumps(CHAT, indent=4).encode()),
        ask(json.dumps(CHAT).replace("Hi", "\\u0048i").encode()),
        ask(headers=(("User-Agent", "other"), ("Anything", "else"))),
    ],
    ids=["order of keys", "white space", "escapes", "headers"],
)
def test_requests_that_ask_the_same(other: Request) -> None:
    assert match(ask(), other)


@pytest.mark.parametrize(
    "other",
    [
        ask(CHAT | {"model": "small-1"}),
        ask(CHAT | {"system": "Be brief"}),
        ask(CHAT | {"temperature": 1.0}),
        ask(CHAT | {"temperature": True}),
        ask(CHAT | {"temperature": "1"}),
        ask(CHAT | {"temperature": None}),
        ask(CHAT | {"tools": CHAT["tools"][::-1]}),
        ask(CHAT | {"tools": CHAT["tools"][:1]}),
        ask(CHAT | {"messages": CHAT["messages"][:1]}),
        ask(CHAT | {"messages": [*CHAT["messages"], {"role": "user", "content": "And?"}]}),
        ask(CHAT | {"new": None}),
        ask(target="/v1/chat/"),
        ask(target="/v1/chat?beta=true"),
        ask(method="PUT"),
        ask(upstream="apex"),
        ask(b""),
    ],
    ids=lambda other: other.body.decode()[-60:] + other.target,
)
def test_any_part_that_differs_is_a_miss(other: Request) -> None:
    assert not match(ask(), other)


def test_query_parameters_are_a_multiset_without_credentials() -> None:
    assert match(ask(target="/v1?a=1&b=2&a=3"), ask(target="/v1?a=3&b=2&a=1"))
    assert match(ask(target="/v1?alt=sse&key=one"), ask(target="/v1?%6Bey=two&alt=sse&API_KEY=three"))
    assert match(ask(target="/v1?key=one"), ask(target="/v1"))
    for other in ("/v1?a=1", "/v1?a=1&a=1&a=1", "/v1?a=1&A=1", "/v1?a=1&a", "/v1?a=1&a="):
        assert not match(ask(target="/v1?a=1&a=1"), ask(target=other))


def test_headers_count_when_they_are_named() -> None:
    one, two, none = (ask(headers=headers) for headers in ((("X-Beta", "a"),), (("x-beta", "b"),), ()))
    assert match(one, two)
    matcher = Matcher(headers=("x-beta",))
    assert match(one, ask(headers=(("x-BETA", "a"), ("Other", "c"))), matcher)
    assert not match(one, two, matcher)
    assert not match(one, none, matcher)


def test_volatile_paths_do_not_count() -> None:
    matcher = Matcher(ignore=("metadata.*", "messages.*.id"))
    one = ask({"metadata": {"run": 1}, "messages": [{"id": "a", "content": "Hi"}]})
    assert match(one, ask({"metadata": {}, "messages": [{"id": "b", "content": "Hi"}]}), matcher)
    assert not match(one, ask({"metadata": {}, "messages": [{"id": "a", "content": "Ho"}]}), matcher)
    assert not match(one, ask({"messages": [{"content": "Hi"}]}), matcher)


def test_other_rules_make_other_fingerprints() -> None:
    matchers = [Matcher(), Matcher(ignore=("a",)), Matcher(headers=("a",)), Matcher(("a",), ("a",))]
    assert len({matcher.fingerprint(ask()) for matcher in matchers}) == 4


def test_tool_call_ids_count_up_to_renaming() -> None:
    def turn(call: str, other: str, result: str) -> Request:
        uses = [{"type": "tool_use", "id": call}, {"type": "tool_use", "id": other}]
        return ask({"messages": [{"content": uses}, {"content": [{"type": "tool_result", "tool_use_id": result}]}]})

    assert match(turn("toolu_1", "toolu_2", "toolu_1"), turn("x", "y", "x"))
    assert not match(turn("toolu_1", "toolu_2", "toolu_1"), turn("x", "y", "y"))
    assert not match(turn("toolu_1", "toolu_2", "toolu_1"), turn("x", "x", "x"))


LOOK_ALIKE = [
    b"[1]", b"[1.0]", b"[true]", b'["1"]', b"[null]", b'["null"]', b"[]", b"{}", b'[""]', b"[[]]", b"[{}]",
    b"[0]", b"[-0]", b"[0.0]", b"[-0.0]", b"[1e0]", b"[1e400]", b"[1e500]", b'["#0"]', b'["bytes:"]', b"[1,1]",
    b'{"a":1}', b'{"a":1,"a":1}', b'{"a":[1]}', b'{"a":{"0":1}}', b'{"parts":[]}', b"", b"null", b'{"":1}', b"[1",
]  # fmt: skip


def test_bodies_that_look_alike_stay_apart() -> None:
    assert len({Matcher().fingerprint(ask(body)) for body in LOOK_ALIKE}) == len(LOOK_ALIKE)


@given(
    st.builds(
        Request, st.text(), st.text(), st.text(), st.lists(st.tuples(st.text(), st.text())).map(tuple), st.binary()
    )
)
def test_no_request_is_an_error(request: Request) -> None:
    matcher = Matcher(("a.*", "**.id"), ("accept",))
    assert matcher.fingerprint(request) == matcher.fingerprint(request)
