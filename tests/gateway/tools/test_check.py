"""What a check finds on files as they may be."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.tools.check import Check, CheckRules
from recorder.interaction import Chunk, End, Request, Response
from recorder.matching import Matcher
from recorder.redaction import Redactor
from recorder.store import Store
from tests.gateway.tools.cassettes import KEY, START, STOP, answer, asked, record

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.cassette"


def found(path, **rules):
    check = Check(CheckRules(**{"matcher": Matcher(), "redactor": Redactor(), "now": NOW, **rules}))
    return check.run("x", Store(path))


def kinds(path, **rules):
    return [(each.kind, each.interaction) for each in found(path, **rules)]


def test_a_good_cassette_has_nothing(path):
    record(path, answer(0), answer(1))
    assert found(path) == []


def test_what_was_checked_is_counted(path):
    record(path, answer(0), answer(1))
    check = Check(CheckRules(Matcher(), Redactor(), NOW))
    check.run("x", Store(path))
    check.run("y", Store(path))
    assert (check.cassettes, check.interactions) == (2, 4)


class TestSecrets:
    def test_each_place_is_told_and_the_secret_is_not(self, path):
        split = START + b'event: ping\ndata: {"type":"ping","x":"' + KEY + b'"}\n\n' + STOP
        record(path, answer(0, text=b"use " + KEY), answer(1, split))
        first, second = found(path)
        assert (first.kind, first.interaction, first.part, first.where) == (
            "secret",
            0,
            "request body",
            "messages[0].content",
        )
        assert (second.kind, second.interaction, second.part) == ("secret", 1, "response body")
        assert first.advice == "tokentape cassette redact x"
        assert KEY.decode() not in repr([first, second])

    def test_headers_and_queries_are_looked_at(self, path):
        request = Request("acme", "GET", "/v1/x?api_key=" + KEY.decode(), (("x-corp-secret", "hunter2hunter2"),))
        record(path, replace(answer(), request=request))
        places = {(each.part, each.where) for each in found(path) if each.kind == "secret"}
        assert places == {("request target", "api_key"), ("request headers", "x-corp-secret")}

    def test_own_rules_count(self, path):
        record(path, answer(0, text=b"ticket 4711"))
        rules = Redactor.with_patterns([r"ticket \d+"])
        assert kinds(path, redactor=rules) == [("secret", 0)]

    def test_a_random_text_is_told_only_when_asked(self, path):
        record(path, answer(0, text=b"use q7Rk2pXv9LmT4wZs8NbY1cJd5HfG"))
        assert kinds(path) == []
        (finding,) = found(path, entropy=True)
        assert (finding.kind, finding.level, finding.part) == ("random", "warning", "request body")
        assert finding.where == "messages[0].content"


class TestEnds:
    @pytest.mark.parametrize(
        ("interaction", "kind"),
        [
            (answer(body=START), "no-end"),
            (answer(body=START + STOP[:-9]), "no-end"),
            (answer(body=b'{"type":"message",', headers=(("content-type", "application/json"),)), "no-end"),
            (answer(end=End("client_closed")), "incomplete"),
            (answer(end=End("upstream_error", "reset")), "incomplete"),
            (answer(headers=(("content-type", "text/event-stream"), ("content-encoding", "gzip"))), "unreadable"),
        ],
        ids=range(6),
    )
    def test_an_answer_that_is_not_whole(self, path, interaction, kind):
        record(path, interaction, answer(1))
        assert kinds(path) == [(kind, 0)]

    def test_an_error_is_an_answer(self, path):
        error = b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
        refused = answer(2, b'{"type":"error","error":{"type":"x","message":"m"}}', status=429, headers=())
        record(path, answer(0, START + error), answer(1, error), refused)
        assert kinds(path) == []


class TestMatching:
    def test_a_fingerprint_that_is_not_that_of_its_request(self, path):
        store = Store(path)
        store.append(answer(0), "0" * 32, 1)
        store.close()
        assert kinds(path) == [("unmatched", 0)]
        assert kinds(path, matcher=Matcher(ignore=("n",))) == []

    def test_an_answer_that_is_given_again_anyway_is_a_duplicate(self, path):
        record(path, answer(0), answer(1), replace(answer(0), end_at=9000))
        (finding,) = found(path)
        assert (finding.kind, finding.interaction, finding.level) == ("duplicate", 2, "warning")
        assert "as #0" in finding.message
        assert kinds(path, repeat="never") == []


class TestAge:
    def test_the_oldest_is_told(self, path):
        record(path, *[answer(day, recorded=(NOW - timedelta(days=day)).isoformat()) for day in (10, 100, 120)])
        (finding,) = found(path, max_age=timedelta(days=90))
        assert (finding.kind, finding.interaction) == ("old", None)
        assert finding.message == "2 of 3 are older than 90 days, the oldest is #2 with 120 days"
        assert kinds(path, max_age=timedelta(days=121)) == []
        assert kinds(path) == []

    @pytest.mark.parametrize("recorded", [None, "yesterday", "2026-11-21T10:00:00"])
    def test_without_a_date_nobody_knows(self, path, recorded):
        record(path, answer(recorded=recorded))
        (finding,) = found(path, max_age=timedelta(days=1))
        assert (finding.kind, finding.level) == ("undated", "warning")


class TestFiles:
    def test_a_torn_tail_can_be_cut_off(self, path):
        record(path, answer(0), answer(1))
        path.write_bytes(path.read_bytes()[:-3])
        (finding,) = found(path)
        assert (finding.kind, finding.advice) == ("damaged", "tokentape cassette prune x --incomplete")

    @pytest.mark.parametrize("at", [30, 200, -1])
    def test_a_flipped_bit_is_found(self, path, at):
        record(path, answer(0), answer(1))
        raw = bytearray(path.read_bytes())
        raw[at] ^= 1
        path.write_bytes(raw)
        (finding,) = found(path)
        assert finding.kind == "damaged"
        assert re.search(r"x\.cassette: at byte \d+: .* checksum", finding.message)
        assert "version control" in finding.message

    def test_what_is_no_cassette(self, path):
        path.write_bytes(b"interactions: []\n")
        assert kinds(path) == [("damaged", None)]

    def test_a_file_in_which_nothing_was_recorded(self, path):
        path.write_bytes(b"")
        (finding,) = found(path)
        assert (finding.kind, finding.level, finding.advice) == ("empty", "warning", f"delete {path}")


def test_a_thousand_interactions_take_seconds_not_minutes(path):
    record(path, *[answer(number, chunked(number)) for number in range(1000)])
    assert kinds(path) == []


def chunked(number):
    delta = b'event: ping\ndata: {"type":"ping","n":%d}\n\n' % number
    return START + delta * 5 + STOP


def test_chunks_do_not_matter(path):
    whole = answer(0, START)
    record(path, replace(whole, chunks=tuple(Chunk(1, bytes([byte])) for byte in whole.body), request=asked(b"x")))
    assert kinds(path) == [("no-end", 0)]


def test_a_response_that_is_a_download_is_not_read_as_a_stream(path):
    record(path, replace(answer(0, b"\x00\xff" * 500), response=Response(200, (("content-type", "audio/mpeg"),))))
    assert kinds(path) == []
