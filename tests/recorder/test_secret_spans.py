import base64
import json
import time
from collections.abc import Callable, Iterable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.edits import merged
from recorder.key_shapes import Span
from recorder.paths import Paths
from recorder.secret_spans import member_spans, path_spans, value_spans

SECRET = "Zk3/" + "aB9+dE5_gH" * 4


def cut(text: str | bytes, spans: Callable[[bytes], Iterable[Span]]) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return [data[start:end].decode() for start, end in merged(spans(data))]


def values(text: str, secret: str = SECRET) -> list[str]:
    return cut(text, lambda data: value_spans(data, secret.encode()))


def test_spans_that_overlap_are_one() -> None:
    assert merged([(5, 9), (1, 3), (3, 4), (2, 3), (8, 12), (20, 20), (-1, -1)]) == [(1, 3), (3, 4), (5, 12)]


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET),
        quote(SECRET, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
        SECRET.replace("/", "\\/"),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        "".join(f"\\u{ord(char):04x}" for char in SECRET),
    ],
)
def test_a_value_in_any_spelling(spelling: str) -> None:
    assert values(f'{{"error": "no {spelling}", "key": "{spelling}"}}') == [spelling, spelling]


@pytest.mark.parametrize("before", ["", "a", "ab", "abc:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_value_in_base64_at_any_offset(before: str, encode: Callable[[bytes], bytes]) -> None:
    text = encode(f"{before}{SECRET}:and more".encode()).decode()
    (found,) = values(f'"{text}"')
    left = text.replace(found, "")
    # What is left of the secret is less than a byte at each edge.
    assert len(found) >= len(SECRET) * 4 // 3 - 2
    assert not any(encode(SECRET.encode()[at : at + 3]).decode() in left for at in range(len(SECRET) - 2))


@pytest.mark.parametrize(("start", "end"), [(0, 20), (3, 23), (24, 44), (11, 40), (0, 43)])
def test_a_fragment_of_a_value(start: int, end: int) -> None:
    assert values(f"bad key {SECRET[start:end]}...") == [SECRET[start:end]]


@pytest.mark.parametrize("masked", [f"{SECRET[:12]}***{SECRET[-4:]}", SECRET[:19], SECRET[5:24]])
def test_a_masked_value_is_kept(masked: str) -> None:
    assert values(f"bad key {masked}") == []


@pytest.mark.parametrize(
    "masked",
    [f"{SECRET[:12]}***{SECRET[-9:]}", f"{SECRET[:5]}…………{SECRET[-20:]}", f"{SECRET[:5]}.......{SECRET[-18:]}"],
)
def test_a_masked_value_that_shows_too_much(masked: str) -> None:
    assert values(f"bad key {masked}!") == [masked]


def test_of_a_short_value_a_mask_shows_too_much() -> None:
    assert values("got hunt*****r222", "hunter22222222r222") == ["hunt*****r222"]
    assert values("got hunt*****", "hunter22222222r222") == ["hunt"]
    assert values("got sk-a*****", "sk-" + SECRET) == []


def test_a_value_in_json_that_is_safe_in_html() -> None:
    assert values("no p\\u003dq\\u0026r-and-more", "p=q&r-and-more") == ["p\\u003dq\\u0026r-and-more"]


def test_a_value_that_repeats_itself() -> None:
    assert values("a" * 100, "a" * 40) == ["a" * 100]


def test_a_short_value_only_whole() -> None:
    assert values("hunter22 hunter2 hunter22", "hunter22") == ["hunter22", "hunter22"]


def members(text: str) -> list[str]:
    return cut(text, member_spans)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"password": "hunter2"}', ["hunter2"]),
        ('{"api_key" :\n "a", "x-api-key":"b"}', ["a", "b"]),
        ('{"client_secret": "a\\"b\\\\", "c": "d"}', ['a\\"b\\\\']),
        ('{"Authorization": "Bearer x"}', ["Bearer x"]),
        ('{"authorization_token":"é"}', ["é"]),
        ('{"password": {"type": "string"}, "secret": ["a"], "api_key": null, "passwd": 7}', []),
        ('{"required": ["password", "api_key"], "name": "password"}', []),
        ('{"token": "Hello", "key": "value", "max_tokens": "5"}', []),
        ('{"password": ""}', []),
        ('{"password": "cut o', ["cut o"]),
        ('data: {"password":"a"}\n\ndata: {"password":"b"}\n\n', ["a", "b"]),
        ("password: hunter2", []),
    ],
)
def test_members_with_telling_names(text: str, found: list[str]) -> None:
    assert members(text) == found


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("password", ["hunter2", 'quo"te', "back\\slash", 'end\\"', "end\\", '"', "\\\\"])
def test_members_in_json_in_strings(depth: int, password: str) -> None:
    text = json.dumps({"user": "me", "password": password, "after": "kept"})
    inner = json.dumps(password)[1:-1]
    for _ in range(depth):
        text = json.dumps({"arguments": text, "b": "c"})
        inner = json.dumps(inner)[1:-1]
    assert members(text) == [inner]


def test_the_string_around_may_end_first() -> None:
    assert members('{"partial_json": "{\\"password\\": \\"hun", "index": 0}') == ["hun"]


def paths(data: bytes | str, *texts: str) -> list[str]:
    return cut(data, lambda data: path_spans(data, Paths.parse(texts)))


def test_strings_at_paths() -> None:
    text = '{"user": {"name": "A\\"nn", "age": 7, "tags": ["x", {"y": "z"}]}, "names": ["B", "C"], "name": "D"}'
    assert paths(text, "user.name") == ['A\\"nn']
    assert paths(text, "user") == ['A\\"nn', "x", "z"]
    assert paths(text, "user.tags.*.y", "name") == ["z", "D"]
    assert paths(text, "names[1]") == ["C"]
    assert paths(text, "**.name") == ['A\\"nn', "D"]
    assert paths(text, "user.age", "nobody") == []
    assert paths('[{"id": "a"}, {"id": "b"}]', "*.id") == ["a", "b"]
    assert paths('{"n\\u0061me": "E", "": "F"}', "name") == ["E"]


@pytest.mark.parametrize(
    "text", ["", "data: {}", '"name"', "{", "}{", '{"name"', '{"name": "a', "{]}", "[}]", '{"a":1}}}{"name":"x"}']
)
def test_what_is_no_document_is_no_error(text: str) -> None:
    assert paths(text, "name") in ([], ["a"])


json_text = st.text('{}[]",:\\ \nabc') | st.recursive(
    st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["password", "a"]), inner)
).map(json.dumps)


@given(json_text, st.binary(min_size=8, max_size=60))
def test_nothing_is_an_error_and_spans_lie_inside(text: str, secret: bytes) -> None:
    data = text.encode()
    spans = [*member_spans(data), *path_spans(data, Paths.parse(["**.a"])), *value_spans(data + secret, secret)]
    assert all(0 <= start <= end <= len(data + secret) for start, end in spans)


SEEDS = [
    '"password":"', '\\"password\\":\\"', '"password":"\\', '\\\\\\"password\\\\\\":\\\\\\"', '"password"',
    'password\\', "key", '"token":"a",', "\\", '"', "\\\"", '"a":{', "[", "{", '{"a":"', SECRET[:10], SECRET[10:20],
    SECRET[:19], "a",
]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("begin", ["", '{"password":"', '\\"password\\":\\"'])
def test_time_is_linear(seed: str, begin: str) -> None:
    def took(length: int) -> float:
        data = (begin + seed * (length // len(seed))).encode()
        best = 1.0
        for _ in range(3):
            start = time.thread_time()
            list(member_spans(data))
            list(path_spans(data, Paths.parse(["**.a"])))
            list(value_spans(data, SECRET.encode()))
            list(value_spans(data, b"a" * 40))
            best = min(best, time.thread_time() - start)
        return best

    # Eight times the text: about 8 when linear, 64 when quadratic.
    assert took(40_000) <= 24 * took(5_000)
