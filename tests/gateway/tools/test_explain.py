import pytest

from gateway.tools.explain import each_line, verdict_json, verdict_lines, verdict_of
from recorder.cassette import Cassette
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.matching import Matcher
from recorder.store import Store


def ask(model):
    return Request("acme", "POST", "/v1/chat", body=b'{"model":"%b","temperature":0}' % model.encode())


@pytest.fixture
def opened(tmp_path):
    def open_cassette(*models, **rules):
        store = Store(tmp_path / "greeting.cassette")
        cassette = Cassette("greeting", store)
        for model in models:
            end = End("upstream_error", "reset") if model == "broken" else COMPLETE
            cassette.record(Interaction(ask(model), Response(200), 1, (Chunk(1, b"x"),), end, 2))
        store.close()
        return Cassette("greeting", Store(tmp_path / "greeting.cassette"), **rules)

    return open_cassette


def stored(cassette):
    return [(entry, cassette.store.load(entry).request) for entry in cassette.store.read()]


def test_a_match_names_the_interactions_and_takes_none(opened):
    cassette = opened("a", "b", "a")
    verdict = verdict_of(cassette, ask("a"))
    assert verdict.matches
    assert list(verdict_lines(verdict, "last")) == [
        "POST /v1/chat (upstream acme) matches interaction 0 of the cassette 'greeting'.",
        "It is stored 2 times; the answers come in this order: 0, 2.",
        "Asked again after that, the last answer is given again (repeat = last).",
    ]
    assert list(verdict_lines(verdict, "never"))[-1] == "After that it is a miss (repeat = never)."
    assert len(cassette.unplayed()) == 3
    assert cassette.tally.missed == 0


def test_a_miss_is_the_explanation_that_a_client_gets(opened):
    cassette = opened("a")
    verdict = verdict_of(cassette, ask("c"))
    assert not verdict.matches
    assert "\n".join(verdict_lines(verdict, "last")) == str(cassette.miss(ask("c")))


def test_json(opened):
    assert verdict_json(verdict_of(opened("a"), ask("c")))["nearest"] == {
        "index": 0,
        "differences": [
            {
                "path": "body.model",
                "stored_path": None,
                "stored": '"a"',
                "request": '"c"',
                "order": None,
                "remark": None,
            }
        ],
    }
    matching = verdict_json(verdict_of(opened(), ask("a")))
    assert (matching["matches"], matching["turns"], matching["nearest"]) == (True, [0], None)


def test_a_line_for_each(opened):
    cassette = opened("a", "b", "broken", "b")
    lines = list(each_line(verdict_of(cassette, ask("b")), stored(cassette), Matcher()))
    assert lines == [
        "#0  POST /v1/chat (upstream acme): differs in body.model",
        "#1  POST /v1/chat (upstream acme): matches, turn 1 of 2",
        "#2  POST /v1/chat (upstream acme): differs in body.model",
        "#3  POST /v1/chat (upstream acme): matches, turn 2 of 2",
    ]
    lines = list(each_line(verdict_of(cassette, ask("broken")), stored(cassette), Matcher()))
    assert lines[2] == (
        "#2  POST /v1/chat (upstream acme): the same request, but its recording did not end complete (upstream_error)"
    )
