"""The base of all APIs: it knows none, and drops nothing."""

from gateway.dialects.api import Api, json_text, rest_of
from gateway.dialects.composer import Composer
from gateway.events import event_json
from gateway.wire import Frame


def frame(event=None):
    return Frame(0, 0, 10, 1_000, "data", event)


def told(say):
    out = Composer()
    say(Api(out))
    return [event_json(event) for event in out.take()], out


def test_a_frame_passes_on_under_its_name():
    api = Api(Composer())
    assert api.kind(frame("tick"), {"type": "tock"}) == "tick"
    assert api.kind(frame(), {"type": "tock"}) == "tock"
    assert api.kind(frame(), {"type": 7}) == "frame"
    events, _ = told(lambda api: api.frame(frame("tick"), {"n": 1}))
    assert events == [{"type": "provider", "seq": 0, "t": 0.0, "name": "tick", "data": {"n": 1}}]


def test_a_clean_end_is_complete():
    events, out = told(Api.end)
    assert (events, out.finished) == ([], True)


def test_an_answer_in_one_piece_passes_on_as_it_is():
    events, out = told(lambda api: api.document({"n": 1}))
    assert (events[0]["data"], out.finished) == ({"n": 1}, True)


def test_done_says_nothing():
    assert told(Api.done)[0] == []


def test_a_frame_may_repeat():
    api = Api(Composer())
    api.repeats()
    assert api.repeated


def test_the_rest_of_an_object_is_what_is_neither_known_nor_null():
    assert rest_of({"a": 1, "b": None, "c": 0, "d": ""}, frozenset({"a"})) == {"c": 0, "d": ""}


def test_arguments_are_compact_json():
    assert json_text({"at": "Zürich", "days": [1, 2]}) == '{"at":"Zürich","days":[1,2]}'
