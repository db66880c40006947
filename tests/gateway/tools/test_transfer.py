"""What is imported is redacted and fingerprinted as a recording is, and put on file in one step."""

from dataclasses import replace

import pytest

from gateway.tools.transfer import Taken, take_in
from recorder.cassette import Cassette
from recorder.errors import CassetteError, CassetteForeign
from recorder.interaction import Chunk, Response
from recorder.matching import FINGERPRINT_VERSION
from recorder.redaction import Redactor
from recorder.rewriting import own_seed
from recorder.store import Store
from tests.gateway.exchange.interactions import BROKEN, STREAM, on_file

KEY = "sk-" + "ant-api03-" + "x1Y2" * 12
SECRET = replace(
    STREAM,
    request=replace(STREAM.request, headers=(("x-api-key", KEY), ("x-own", "1"))),
    chunks=(Chunk(1, f"no {KEY[:20]}".encode()), Chunk(2, KEY[20:].encode())),
)
UNREADABLE = replace(STREAM, response=Response(200, (("content-encoding", "br"),)))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "a.cassette")


def recorded(path, *interactions):
    """The bytes of a cassette on which these have been recorded."""
    store = Store(path)
    cassette = Cassette("a", store)
    for interaction in interactions:
        cassette.record(interaction)
    store.close()
    return path.read_bytes()


def test_the_file_is_as_if_it_had_been_recorded(store, tmp_path):
    taken = take_in(store, [SECRET, BROKEN], Redactor(), replace=False)
    assert taken == Taken(2, redacted=1, withheld=("x-api-key", "x-own"))
    assert store.path.read_bytes() == recorded(tmp_path / "b.cassette", SECRET, BROKEN)
    assert {entry.fingerprint_version for entry in store.read()} == {FINGERPRINT_VERSION}


def test_what_is_redacted_already_is_not_counted_again(store):
    clean = Redactor().interaction(SECRET)
    assert take_in(store, [clean], Redactor(), replace=False) == Taken(1)
    assert on_file(store.path) == [clean]


def test_more_goes_to_the_end(store, tmp_path):
    recorded(store.path, STREAM)
    take_in(store, [BROKEN], Redactor(), replace=False)
    assert store.path.read_bytes() == recorded(tmp_path / "b.cassette", STREAM, BROKEN)


def test_or_takes_the_place_of_all(store, tmp_path):
    recorded(store.path, STREAM)
    take_in(store, [BROKEN], Redactor(), replace=True)
    assert store.path.read_bytes() == recorded(tmp_path / "b.cassette", BROKEN)


def test_what_cannot_be_redacted_is_left_out_and_said_so(store):
    taken = take_in(store, [UNREADABLE, STREAM], Redactor(), replace=False)
    assert (taken.interactions, len(taken.refused)) == (1, 1)
    assert "content coding 'br' cannot be searched for secrets" in taken.refused[0]
    assert take_in(store, [UNREADABLE], Redactor(), replace=True).interactions == 0
    assert len(on_file(store.path)) == 1


def test_nothing_is_written_when_one_cannot_be_stored(store):
    with pytest.raises(CassetteError):
        take_in(store, [STREAM, replace(STREAM, response=Response(100))], Redactor(), replace=False)
    assert not store.path.exists()


@pytest.mark.parametrize("instead", [False, True])
def test_a_file_that_is_no_cassette_is_left_alone(store, instead):
    store.path.write_bytes(b"#!/bin/sh\n")
    with pytest.raises(CassetteForeign):
        take_in(store, [STREAM], Redactor(), replace=instead)
    assert store.path.read_bytes() == b"#!/bin/sh\n"


def test_a_new_cassette_may_be_given_its_seed(store):
    take_in(store, [BROKEN], Redactor(), replace=False, seed=7)
    assert own_seed(store.raw()) == 7
