"""A cassette in use: which answer comes next, what is never served, what is added."""

import json
from dataclasses import replace

import pytest

from recorder.cassette import Cassette
from recorder.errors import CassetteDamaged, CassetteError, MatchFailed
from recorder.format import HEADER_SIZE
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.matching import FINGERPRINT_VERSION, Matcher
from recorder.redaction import Redactor
from recorder.store import Store

KEY = "sk-" + "ant-" + "a" * 40


def asked(body=b'{"model":"m"}', **parts):
    return Request("provider", "POST", "/v1/messages", (("Content-Type", "application/json"),), body, **parts)


def answered(text, request=None, status=200, end=COMPLETE):
    return Interaction(request or asked(), Response(status), 10, (Chunk(10, text),), end, 11)


@pytest.fixture
def opened(tmp_path):
    """Open the same cassette file, as often as a test likes, each time as a new process would."""
    stores = []

    def open_cassette(**rules):
        for store in stores:
            store.close()
        stores.append(Store(tmp_path / "demo.cassette"))
        return Cassette("demo", stores[-1], **rules)

    yield open_cassette
    for store in stores:
        store.close()


def bodies(cassette, request, count):
    found = [cassette.find(request) for _ in range(count)]
    return [interaction and interaction.body for interaction in found]


def test_a_new_cassette_has_nothing_and_makes_no_file(opened, tmp_path):
    cassette = opened()
    assert not cassette.existed
    assert cassette.find(asked()) is None
    assert list(tmp_path.iterdir()) == []


def test_what_was_recorded_is_found_by_the_next_process(opened):
    opened().record(answered(b"hello"))
    cassette = opened()
    assert cassette.existed
    assert cassette.find(asked()).body == b"hello"
    assert cassette.find(asked(b'{"model":"other"}')) is None
    assert cassette.tally.replayed == 1


def test_answers_to_one_request_come_in_the_order_of_recording_and_the_last_one_again(opened):
    cassette = opened()
    for status, text in [(429, b"wait"), (429, b"wait more"), (200, b"hello")]:
        cassette.record(answered(text, status=status))
    assert bodies(opened(), asked(), 5) == [b"wait", b"wait more", b"hello", b"hello", b"hello"]


def test_or_never_again_if_that_is_wanted(opened):
    opened().record(answered(b"hello"))
    assert bodies(opened(repeat="never"), asked(), 2) == [b"hello", None]


def test_each_request_has_its_own_turn(opened):
    cassette, other = opened(), asked(b"{}")
    for text, request in [(b"1", asked()), (b"a", other), (b"2", asked()), (b"b", other)]:
        cassette.record(answered(text, request))
    cassette = opened()
    assert bodies(cassette, other, 1) + bodies(cassette, asked(), 2) + bodies(cassette, other, 1) == [
        b"a",
        b"1",
        b"2",
        b"b",
    ]


@pytest.mark.parametrize("kind", ["upstream_error", "client_closed", "gateway_closed"])
def test_what_ended_incomplete_is_kept_and_never_served(opened, kind):
    opened().record(answered(b"half", end=End(kind, "why")))
    cassette = opened()
    assert cassette.find(asked()) is None
    assert [entry.end.kind for entry in cassette.store.read()] == [kind]


def test_what_this_session_records_is_not_replayed_in_it_so_a_repeat_is_recorded_too(opened):
    cassette = opened()
    cassette.record(answered(b"wait", status=429))
    assert cassette.find(asked()) is None
    cassette.record(answered(b"hello"))
    assert cassette.tally.recorded == 2
    assert bodies(opened(), asked(), 2) == [b"wait", b"hello"]


def test_requests_are_compared_as_they_are_stored_without_their_secrets(opened):
    with_key = asked(b'{"note":"%b"}' % KEY.encode())
    opened().record(answered(b"hello", with_key))
    cassette = opened()
    assert cassette.find(with_key).body == b"hello"
    assert KEY.encode() not in cassette.store.path.read_bytes()


def test_other_rules_make_the_stored_fingerprints_anew(opened):
    opened().record(answered(b"hello", asked(b'{"model":"m","user":"ann"}')))
    bob = asked(b'{"model":"m","user":"bob"}')
    assert opened().find(bob) is None
    assert opened(matcher=Matcher(ignore=("user",))).find(bob).body == b"hello"


def test_fingerprints_of_another_version_are_made_anew(opened):
    cassette = opened()
    cassette.store.append(answered(b"hello"), "0" * 32, FINGERPRINT_VERSION + 1)
    assert opened().find(asked()).body == b"hello"


def test_a_miss_names_the_nearest_interaction_and_how_to_record_it(opened):
    opened().record(answered(b"hello", asked(b'{"model":"m","temperature":0}')))
    cassette = opened()
    miss = str(cassette.miss(asked(b'{"model":"m","temperature":1}')))
    assert "temperature" in miss
    assert "tokentape run --mode new_episodes --cassette demo" in miss
    assert (cassette.tally.missed, cassette.tally.misses) == (1, [miss])


def test_a_miss_tells_what_there_is_no_cassette_of_and_what_is_empty(opened, tmp_path):
    assert 'the cassette "demo" does not exist' in str(opened().miss(asked()))
    opened().record(answered(b"hello"))
    path = tmp_path / "demo.cassette"
    path.write_bytes(path.read_bytes()[:HEADER_SIZE])
    assert 'the cassette "demo" is empty' in str(opened().miss(asked()))


def test_a_miss_tells_that_the_answers_are_used_up(opened):
    for text in (b"wait", b"hello"):
        opened().record(answered(text))
    cassette = opened(repeat="never")
    bodies(cassette, asked(), 2)
    assert "Interactions 0, 1 are the same request, but their 2 answers have all been given" in str(
        cassette.miss(asked())
    )


def test_a_miss_tells_that_a_recording_did_not_end_complete(opened):
    opened().record(answered(b"half", end=End("upstream_error", "reset")))
    assert "did not end complete (upstream_error, reset)" in str(opened().miss(asked()))


def test_a_miss_tells_what_has_been_played_already(opened):
    opened().record(answered(b"hello"))
    cassette = opened()
    other = asked(b'{"model":"n"}')
    assert "played" not in str(cassette.miss(other))
    cassette.find(asked())
    assert "which has been played already" in str(cassette.miss(other))


def test_a_match_function_decides_and_the_stored_fingerprint_does_not(opened):
    opened().record(answered(b"hello"))
    cassette = opened(matcher=Matcher(function=lambda request: replace(request, body=b"")))
    assert cassette.find(asked(b"anything")).body == b"hello"


def test_a_match_function_that_fails_counts_as_a_miss_and_names_itself(opened):
    def picky(request):
        if b"other" in request.body:
            raise LookupError("no such model")
        return request

    opened().record(answered(b"hello"))
    cassette = opened(matcher=Matcher(function=picky))
    with pytest.raises(MatchFailed, match="picky raised LookupError: no such model on POST /v1/messages"):
        cassette.find(asked(b"other"))
    assert (cassette.tally.missed, len(cassette.tally.misses)) == (1, 1)
    assert cassette.find(asked()).body == b"hello"


def test_a_match_function_that_fails_on_what_is_stored_stops_the_opening(opened):
    opened().record(answered(b"hello"))
    with pytest.raises(MatchFailed, match="without_id raised KeyError: 'id'"):
        opened(matcher=Matcher(function=without_id))


def without_id(request):
    return replace(request, body=json.dumps(json.loads(request.body)["id"]).encode())


OTHER_KEY = "sk-" + "ant-" + "b" * 40
STAND_IN = "tokentape-replay-needs-no-key"


def with_key(key):
    return replace(asked(), headers=(("x-api-key", key),))


@pytest.fixture
def keyed(opened):
    """A cassette on which a wrong key was refused before the right one was used; and how it is opened."""
    rules = {"matcher": Matcher(key=True, stand_in=STAND_IN)}
    cassette = opened(**rules)
    cassette.record(answered(b"who are you?", with_key(OTHER_KEY), status=401))
    cassette.record(answered(b"hello", with_key(KEY)))
    return lambda: opened(**rules)


def test_each_key_gets_its_own_answer(keyed):
    assert keyed().find(with_key(KEY)).body == b"hello"
    assert keyed().find(with_key(OTHER_KEY)).body == b"who are you?"
    cassette = keyed()
    third = with_key(KEY.replace("a", "c"))
    assert cassette.find(third) is None
    text = str(cassette.miss(third))
    assert "  key: the request came with another key than the stored one\n" in text
    assert "Decided by the key, which counts since match_key is on." in text


def test_a_dummy_key_stands_for_the_key_that_was_recorded_with(keyed):
    assert keyed().find(with_key(STAND_IN)).body == b"hello"
    assert keyed().find(replace(asked(), headers=(("authorization", f"Bearer {STAND_IN}"),))).body == b"hello"
    assert keyed().find(asked()) is None


def test_of_a_key_there_is_only_the_token_on_file(keyed):
    cassette = keyed()
    raw = cassette.store.path.read_bytes()
    assert raw.count(b"x-tokentape-key") == 2
    assert KEY.encode() not in raw
    assert OTHER_KEY.encode() not in raw


def test_without_that_rule_no_key_decides_and_no_token_is_stored(keyed, opened):
    assert [opened().find(with_key(key)).body for key in (KEY, OTHER_KEY, STAND_IN)] == [b"who are you?"] * 3
    opened().record(answered(b"again", with_key(KEY)))
    assert opened().store.path.read_bytes().count(b"x-tokentape-key") == 2


def test_a_loop_of_misses_is_counted_but_not_kept(opened):
    cassette = opened()
    for _ in range(150):
        cassette.miss(asked())
    assert cassette.tally.missed == 150
    assert len(cassette.tally.misses) == 100


def test_patterns_of_the_user_are_redacted_before_the_disk(opened):
    cassette = opened(redactor=Redactor.with_patterns(["ticket-[0-9]+"]))
    cassette.record(answered(b"see ticket-4711"))
    assert b"4711" not in cassette.store.path.read_bytes()


def test_an_answer_that_was_damaged_since_is_an_error_and_uses_up_no_turn(opened, tmp_path):
    opened().record(answered(b"hello"))
    cassette = opened()
    path = tmp_path / "demo.cassette"
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"hello", b"jello"))
    with pytest.raises(CassetteDamaged):
        cassette.find(asked())
    path.write_bytes(raw)
    assert cassette.find(asked()).body == b"hello"
    assert cassette.tally.replayed == 1


def test_a_file_that_is_not_a_cassette_is_refused_when_it_is_opened(opened, tmp_path):
    (tmp_path / "demo.cassette").write_bytes(b"notes to myself")
    with pytest.raises(CassetteError):
        opened()


def test_an_answer_can_be_looked_at_and_keeps_its_turn(opened):
    first = opened()
    for text in (b"one", b"two"):
        first.record(answered(text))
    cassette = opened()
    (fingerprint, one), (_, again) = cassette.peek(asked()), cassette.peek(asked())
    assert (one.body, again.body, cassette.tally.replayed) == (b"one", b"one", 0)
    cassette.play(fingerprint, one, keeps_turn=True)
    assert (cassette.peek(asked())[1].body, cassette.tally.replayed) == (b"one", 1)
    cassette.play(fingerprint, one)
    assert (cassette.peek(asked())[1].body, cassette.tally.replayed) == (b"two", 2)
    assert cassette.peek(asked(b'{"model":"other"}')) is None


def test_what_was_asked_for_is_not_left_over_even_if_something_else_was_given_for_it(opened):
    opened().record(answered(b"one"))
    cassette = opened()
    assert [entry.index for entry in cassette.unplayed()] == [0]
    cassette.peek(asked())
    assert cassette.unplayed() == []
