import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.difference import Difference, Nothing
from recorder.interaction import Request
from recorder.matching import Matcher
from recorder.mismatch import COUNTED, differences_of, mismatch_of
from recorder.nearest import Stored

NOTHING = Nothing.NOTHING


def ask(body: Any) -> Request:
    return Request("acme", "POST", "/v1/chat", body=json.dumps(body).encode())


def stored(*requests: Request) -> list[Stored]:
    return [Stored(index, request) for index, request in enumerate(requests)]


def test_the_nearest_and_where_it_differs() -> None:
    found = mismatch_of(ask({"a": 1, "b": "x"}), stored(ask({"c": 1}), ask({"a": 1, "b": "y"})), Matcher())
    assert found is not None
    assert found.stored.index == 1
    assert found.differences == (Difference("body.b", "y", "x"),)
    assert mismatch_of(ask({}), [], Matcher()) is None


def test_the_same_request_stored_several_times() -> None:
    found = mismatch_of(ask({"a": 1}), stored(ask({"a": 1}), ask({"a": 2}), ask({"a": 1})), Matcher())
    assert found is not None
    assert found.differences == ()
    assert [each.index for each in found.same] == [0, 2]


def test_no_more_than_anybody_would_read() -> None:
    one, two = ({f"{number:04}": side for number in range(1000)} for side in (1, 2))
    found = mismatch_of(ask(one), stored(ask(two)), Matcher())
    assert found is not None
    assert len(found.differences) == COUNTED


def test_what_is_ignored_is_no_difference() -> None:
    one, two = ask({"metadata": {"run": 1}, "model": "a"}), ask({"metadata": {"run": 2}, "model": "b"})
    assert [each.path for each in differences_of(one, two, Matcher(ignore=("metadata.*",)))] == ["body.model"]


def form(*parts: tuple[str, bytes]) -> Request:
    raw = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name.encode(), data)
        for name, data in parts
    )
    kind = (("content-type", "multipart/form-data; boundary=b"),)
    return Request("acme", "POST", "/v1/audio", kind, raw + b"--b--\r\n")


def test_parts_of_a_form_by_the_names_of_their_fields() -> None:
    one, two = form(("model", b"m"), ("file", b"RIFF")), form(("model", b"m"), ("file", b"OGG"))
    assert list(differences_of(one, two, Matcher())) == [Difference("parts.file.content", b"RIFF", b"OGG")]


def test_a_part_more_and_one_whose_name_is_there_twice() -> None:
    one = form(("image[]", b"a"), ("model", b"m"))
    two = form(("image[]", b"a"), ("image[]", b"b"), ("model", b"m"), ("n", b"1"))
    assert [(each.path, each.one) for each in differences_of(one, two, Matcher())] == [
        ('parts["image[]"][1]', NOTHING),
        ("parts.n", NOTHING),
    ]


def test_parts_in_another_order() -> None:
    one, two = form(("model", b"m"), ("n", b"1")), form(("n", b"1"), ("model", b"m"))
    (found,) = differences_of(one, two, Matcher())
    assert (found.path, found.order) == ("parts", (1, 0))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
pieces = st.lists(st.tuples(st.sampled_from(["a", "b", ""]), st.binary(max_size=3)), max_size=3)
requests = st.builds(
    Request,
    st.text(),
    st.text(),
    st.text(),
    st.just(()),
    st.binary() | json_values.map(lambda value: json.dumps(value).encode()),
) | pieces.map(lambda parts: form(*parts))


@settings(max_examples=100)
@given(requests, requests)
def test_there_is_a_difference_exactly_when_fingerprints_differ(one: Request, two: Request) -> None:
    matcher = Matcher()
    assert bool(list(differences_of(one, two, matcher))) == (matcher.fingerprint(one) != matcher.fingerprint(two))
