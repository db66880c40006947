"""Streams as columns: times of chunks that add up again, thinned evenly, and what the slowest said."""

from itertools import accumulate

import pytest

from gateway.measuring import measurement_of
from gateway.metrics.summary import Sample
from gateway.report import streams
from gateway.report.streams import LONGEST_TRANSCRIPT, TICK, columns, slowest, thinned
from tests.gateway.report.recorded_chats import chat, cut


def shelved(*interactions):
    """Samples of these interactions, and what loads them."""
    samples = [Sample(measurement_of(each), "a", number) for number, each in enumerate(interactions)]
    return samples, lambda sample: interactions[sample.index]


@pytest.mark.parametrize(
    ("count", "most", "kept"),
    [(0, 3, []), (3, 3, [0, 1, 2]), (5, 3, [0, 2, 4]), (101, 5, [0, 25, 50, 75, 100]), (4, 3, [0, 2, 3])],
)
def test_thinned_keeps_first_and_last_and_even_steps(count, most, kept):
    assert thinned(range(count), most) == kept


def test_columns_have_a_place_for_each_stream():
    samples, load = shelved(chat(100_000, model="m-1"), cut(200_050, model="m-2"), chat(50, (100, 100), model="m-1"))
    told = columns(samples, load)
    assert told["cassettes"] == ["a"]
    assert told["models"] == ["openai m-1", "openai m-2"]
    assert told["model"] == [0, 1, 0]
    assert told["status"] == ["ok", "incomplete", "ok"]
    assert told["ttft"] == [100_000, 200_050, 50]
    assert told["itl"] == [20_000, None, 100]
    assert told["chunks"] == [4, 3, 4]
    lengths = {
        len(value) for name, value in told.items() if isinstance(value, list) and name not in ("cassettes", "models")
    }
    assert lengths == {3}


def test_ticks_add_up_to_the_times_of_the_chunks():
    interaction = chat(123_456, (11_111, 22_222, 33_333))
    samples, load = shelved(interaction)
    at = [tick * TICK for tick in accumulate(columns(samples, load)["ticks"][0])]
    assert at == pytest.approx([chunk.at for chunk in interaction.chunks], abs=TICK / 2)


def test_a_very_long_stream_is_thinned_and_says_so(monkeypatch):
    monkeypatch.setattr(streams, "_MOST_TICKS", 100)
    samples, load = shelved(chat(1000, (1000,) * 200), chat(1000, (1000,) * 10))
    told = columns(samples, load)
    assert told["most_ticks"] == 50
    assert told["chunks"] == [202, 12]
    assert [len(ticks) for ticks in told["ticks"]] == [50, 12]


def test_the_slowest_by_each_measure_the_slowest_first():
    samples, load = shelved(
        chat(100_000, text="quick "),
        chat(900_000, text="late "),
        chat(50_000, (2_000_000,), text="long "),
        cut(500_000),
    )
    found = slowest(samples, load, most=1)
    assert [(each["stream"], each["by"]) for each in found] == [(1, ["ttft"]), (2, ["e2e"])]
    assert "late late late" in found[0]["transcript"]
    assert slowest(samples, load, most=0) == []
    assert [each["stream"] for each in slowest(samples, load, most=9)] == [1, 3, 0, 2]


def test_a_long_transcript_is_cut_and_says_by_how_much():
    samples, load = shelved(chat(text="x" * LONGEST_TRANSCRIPT))
    said = slowest(samples, load, most=1)[0]
    assert len(said["transcript"]) == LONGEST_TRANSCRIPT
    assert said["left_out"] > LONGEST_TRANSCRIPT
