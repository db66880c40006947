"""The framing that the APIs share."""

from gateway.simulator.api import framed, packed, sse


def test_text_is_sent_as_it_is_and_no_text_as_a_question_mark():
    assert packed({"a": "é世🚀\u2028"}) == '{"a":"é世🚀\u2028"}'.encode()
    assert packed("\ud800") == b'"?"'


def test_an_event_has_its_name_and_one_line_of_data():
    assert sse("ping", {"type": "ping"}) == b'event: ping\ndata: {"type":"ping"}\n\n'


def test_the_opening_ends_with_the_first_token():
    frames = framed([{"type": "start"}, {"type": "delta"}, {"type": "start"}], opening="start".__eq__)

    assert (len(frames.all), frames.opening) == (3, 1)
    assert framed([{"type": "start"}], opening="start".__eq__).opening == 1
