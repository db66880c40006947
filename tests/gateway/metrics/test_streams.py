"""Streams that were worked out by hand, of every API: their numbers are exactly those, live and from a cassette."""

from pathlib import Path

import pytest

from gateway.dialects.apis import APIS
from gateway.events import StreamEnd
from gateway.measuring import measurement_of
from gateway.metrics import Meter, measurement_json
from gateway.reader import Reader, read
from tests.gateway.metrics.paper import on_paper

STREAMS = on_paper()
EVERY = pytest.mark.parametrize("stream", STREAMS, ids=[stream.name for stream in STREAMS])

# What cannot be counted on paper, and what the request says.
UNCOUNTED = ("source", "provider", "api", "new_connection", "bytes")


def numbers(measured):
    """What a stream's numbers are, as its file has them."""
    shown = measurement_json(measured)
    icl = [round(gap / 1_000_000, 9) for gap in measured.icl]
    return {name: value for name, value in shown.items() if name not in UNCOUNTED} | {"icl": icl}


@EVERY
class TestEveryStream:
    def test_has_the_numbers_that_were_worked_out_by_hand(self, stream):
        assert numbers(measurement_of(stream.interaction)) == stream.expected

    def test_has_the_same_ttft_in_its_last_event(self, stream):
        *_, end = read(stream.interaction)
        assert isinstance(end, StreamEnd)
        measured = measurement_of(stream.interaction)
        assert (None if end.ttft is None else round(end.ttft * 1000)) == measured.ttft

    def test_has_the_same_numbers_live(self, stream):
        """Read by read, asked after each of them."""
        heard, meter = Reader(stream.interaction.request), Meter()
        for event in heard.head(stream.interaction.response, stream.interaction.head_at):
            meter.feed(event)
        for chunk in stream.interaction.chunks:
            for event in heard.feed(chunk.data, chunk.at):
                meter.feed(event)
            assert meter.measurement().status == "incomplete"
        for event in heard.close(stream.interaction.end, stream.interaction.end_at):
            meter.feed(event)
        assert numbers(meter.measurement()) == stream.expected


def test_the_page_says_how_many_they_are():
    page = (Path(__file__).parents[3] / "docs" / "ttft.md").read_text()
    assert f"has {len(STREAMS)} answers of all APIs" in page


def test_every_api_has_a_stream():
    measured = {measurement_of(stream.interaction).api for stream in STREAMS}
    assert measured == {api.name for _, api in APIS} | {"unknown"}
