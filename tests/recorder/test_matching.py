import json
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.errors import CassetteError, MatchFailed
from recorder.interaction import Headers, Request
from recorder.key_token import KEY_HEADER
from recorder.matching import Matcher, function_name
from tests.recorder.test_mismatch import form

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


def test_tool_call_ids_can_count_as_they_are() -> None:
    one, two = (ask({"messages": [{"role": "tool", "tool_call_id": name}]}) for name in ("call_1", "call_2"))
    assert match(one, two)
    assert not match(one, two, Matcher(tool_call_ids="exact"))


def test_parameters_of_the_query_can_be_ignored() -> None:
    one, two = ask(target="/v1?beta=1&run=7"), ask(target="/v1?beta=1&run=8&run=9")
    assert not match(one, two)
    assert match(one, two, Matcher(ignore=("query.run",)))
    assert not match(one, ask(target="/v1?beta=2"), Matcher(ignore=("query.run",)))
    assert match(one, ask(target="/v1"), Matcher(ignore=("query.*",)))


def test_parts_of_a_form_can_be_ignored() -> None:
    one = form(("model", b"m"), ("file", b"RIFF"), ("image[]", b"1"))
    two = form(("model", b"m"), ("file", b"OGG"), ("image[]", b"1"))
    assert not match(one, two)
    for path in ("parts.file", "parts.file.content", "parts.*.content", "parts.f*.**", "parts.file[0].content"):
        assert match(one, two, Matcher(ignore=(path,))), path
    for path in ("parts.model", "file.content", "parts.file.headers", "parts.1", "query.file"):
        assert not match(one, two, Matcher(ignore=(path,))), path
    without = form(("model", b"m"), ("file", b"RIFF"), ("image[]", b"1"), ("image[]", b"2"))
    assert match(one, without, Matcher(ignore=('parts["image[]"]',)))
    assert not match(one, without, Matcher(ignore=('parts["image[]"].content',)))


def test_a_header_of_a_part_can_be_ignored() -> None:
    one = form(("file", b"RIFF"))
    named = one.body.replace(b'name="file"', b'name="file"; filename="a.wav"')
    two = ask(named, headers=one.headers, target="/v1/audio")
    assert not match(one, two)
    assert match(one, two, Matcher(ignore=("parts.file.headers.content-disposition",)))


def test_keys_decide_if_that_is_wanted() -> None:
    one, two, none = (ask(headers=((KEY_HEADER, token),) if token else ()) for token in ("1", "2", ""))
    assert match(one, two)
    assert match(one, none)
    assert not match(one, two, Matcher(key=True))
    assert not match(one, none, Matcher(key=True))
    assert match(one, one, Matcher(key=True))


def without_seed(request: Request) -> Request:
    body = json.loads(request.body)
    del body["seed"]
    return Request(request.upstream, request.method, request.target, (), json.dumps(body).encode())


def test_a_function_changes_both_sides_before_they_are_compared() -> None:
    matcher = Matcher(function=without_seed, key=True)
    assert match(ask(CHAT | {"seed": 1}), ask(CHAT | {"seed": 2}), matcher)
    assert not match(ask(CHAT | {"seed": 1}), ask({"seed": 2}), matcher)
    one, two = (ask(CHAT | {"seed": 1}, headers=((KEY_HEADER, token),)) for token in "12")
    assert not match(one, two, matcher)


def test_a_function_that_fails_is_named() -> None:
    with pytest.raises(MatchFailed) as failed:
        Matcher(function=without_seed).fingerprint(ask())
    assert str(failed.value) == (
        "the match function tests.recorder.test_matching.without_seed raised KeyError: 'seed' on POST /v1/chat "
        "(upstream acme); expected a recorder.interaction.Request, made of the one that it is given"
    )
    assert isinstance(failed.value, CassetteError)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "text",
        Request("acme", "POST", 5),  # type: ignore[arg-type]
        Request("acme", "POST", "/", [("a", "b")]),  # type: ignore[arg-type]
        Request("acme", "POST", "/", (("a",),)),  # type: ignore[arg-type]
        Request("acme", "POST", "/", (), "{}"),  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_a_function_that_gives_no_request_is_named(given: Any) -> None:
    with pytest.raises(MatchFailed, match="gave "):
        Matcher(function=lambda request: given).fingerprint(ask())


def test_what_a_function_says_cannot_forge_a_line() -> None:
    def fails(request: Request) -> Request:
        raise ValueError("\x1b[2J\n" * 1000)

    with pytest.raises(MatchFailed) as failed:
        Matcher(function=fails).tree(ask())
    assert str(failed.value).isprintable()
    assert len(str(failed.value)) < 1000


def test_rules_are_added_to_rules() -> None:
    matcher = Matcher(("a",), ("x-beta",), stand_in="dummy")
    more = {"ignore": ["b", "query.c"], "headers": ["x-Other"], "tool_call_ids": "exact", "key": True}
    assert matcher.extended(more | {"function": without_seed}) == Matcher(
        ("a", "b", "query.c"), ("x-beta", "x-Other"), "exact", key=True, function=without_seed
    )
    assert matcher.extended({}) == matcher
    assert matcher.extended({"key": True}).stand_in == "dummy"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"ignored": []}, "match: expected rules named ignore, headers, tool_call_ids, key, function; got 'ignored'"),
        (
            {"ignore": "user"},
            'match: ignore: expected a list of paths such as ["metadata.user_id", "messages.*.id"]; got \'user\'',
        ),
        ({"headers": [1]}, 'match: headers: expected a list of names of headers such as ["anthropic-beta"]; got [1]'),
        ({"tool_call_ids": "same"}, 'match: tool_call_ids: expected "renamed" or "exact"; got \'same\''),
        ({"tool_call_ids": []}, 'match: tool_call_ids: expected "renamed" or "exact"; got []'),
        ({"key": 1}, "match: key: expected True or False; got 1"),
        (
            {"function": "f"},
            "match: function: expected a function that takes a recorder.interaction.Request and gives one; got 'f'",
        ),
    ],
)
def test_rules_that_are_none(rules: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as refused:
        Matcher().extended(rules)
    assert str(refused.value) == message


def test_the_name_of_a_function() -> None:
    assert function_name(without_seed) == "tests.recorder.test_matching.without_seed"
    assert "partial" in function_name(partial(without_seed))


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
    matcher = Matcher(("a.*", "**.id", "query.*", "parts.*.headers"), ("accept",), "exact", key=True)
    assert matcher.fingerprint(request) == matcher.fingerprint(request)
