"""What of several answers to one request is needless."""

from dataclasses import replace

import pytest

from gateway.tools.duplicates import duplicates
from recorder.cassette import Cassette
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.matching import FINGERPRINT_VERSION, Matcher
from recorder.store import Store


def answer(body, *, asked=b"1", status=200, end=COMPLETE, at=5):
    request = Request("acme", "POST", "/v1/chat", (), b'{"n":' + asked + b"}")
    return Interaction(request, Response(status), 1, (Chunk(at, body),), end, at)


def needless(path, *interactions):
    store = Store(path / "x.cassette")
    for each in interactions:
        store.append(each, Matcher().fingerprint(each.request), FINGERPRINT_VERSION)
    store.close()
    cassette = Cassette("x", store)
    return [(double.index, first.index) for double, first in duplicates(cassette, store.read())]


A, B, REFUSED = answer(b"a"), answer(b"b"), answer(b"slow down", status=429)


@pytest.mark.parametrize(
    ("interactions", "expected"),
    [
        ([A], []),
        ([A, B], []),
        ([A, A], [(1, 0)]),
        ([A, replace(A, end_at=9, head_at=2)], [(1, 0)]),
        ([A, B, B, B], [(2, 1), (3, 1)]),
        ([A, A, B], []),
        ([REFUSED, REFUSED, A], []),
        ([A, answer(b"a", asked=b"2")], []),
        ([A, answer(b"a", asked=b"2"), A], [(2, 0)]),
        ([A, answer(b"a", end=End("client_closed"))], []),
        ([A, answer(b"a", status=201)], []),
        ([A, replace(A, response=Response(200, (("date", "today"), ("x-request-id", "1"))))], [(1, 0)]),
        ([A, replace(A, response=Response(200, (("content-type", "text/plain"),)))], []),
    ],
    ids=range(13),
)
def test_only_equal_answers_at_the_end_of_the_order_are_needless(tmp_path, interactions, expected):
    assert needless(tmp_path, *interactions) == expected
