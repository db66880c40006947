"""The composer keeps the rules, whatever a dialect says."""

import pytest

from gateway.dialects.composer import Composer, OutOfOrder
from gateway.events import event_json


def said(out):
    """What was said since the last time, without places."""
    return [
        {name: value for name, value in event_json(event).items() if name not in ("seq", "t")} for event in out.take()
    ]


@pytest.fixture
def out():
    """A composer that hears frame 0."""
    out = Composer()
    out.at(1_000, 0)
    return out


def test_events_are_numbered_and_have_the_time_and_frame_they_came_with(out):
    out.ping()
    out.at(2_500, 1)
    out.ping()
    out.ping()
    assert [(event.seq, event.t, event.src) for event in out.take()] == [(0, 1.0, 0), (1, 2.5, 1), (2, 2.5, 1)]


def test_time_does_not_go_back(out):
    out.at(500, 1)
    out.ping()
    assert out.take()[0].t == 1.0


def test_raw_stands_on_the_first_event_of_its_frame_only():
    out = Composer()
    out.at(0, 0, {"event": None, "data": "x"})
    out.ping()
    out.ping()
    assert [event.raw for event in out.take()] == [{"event": None, "data": "x"}, None]


def test_it_knows_whether_a_frame_was_told(out):
    assert not out.spoke
    out.ping()
    assert out.spoke
    out.at(2_000, 1)
    assert not out.spoke


class TestMessagesAndBlocks:
    def test_a_message_starts_once(self, out):
        out.message(role="assistant", id="1")
        out.message(role="assistant", id="2")
        assert said(out) == [{"type": "message.start", "src": 0, "choice": 0, "role": "assistant", "id": "1"}]

    def test_a_block_starts_its_message_if_need_be(self, out):
        assert out.open("text", choice=1) == 0
        assert out.open("thinking", choice=1) == 1
        assert said(out) == [
            {"type": "message.start", "src": 0, "choice": 1},
            {"type": "block.start", "src": 0, "index": 0, "kind": "text", "choice": 1},
            {"type": "block.start", "src": 0, "index": 1, "kind": "thinking", "choice": 1},
        ]

    def test_an_empty_text_is_no_delta(self, out):
        block = out.open("text")
        out.take()
        out.text(block, "")
        out.text(block, None)
        out.json(block, "")
        assert said(out) == []

    def test_a_payloads_empty_fields_are_left_out(self, out):
        block = out.open("audio")
        out.take()
        out.delta(block, "data", base64="AAE=", mime=None)
        assert said(out) == [{"type": "block.delta", "src": 0, "index": 0, "kind": "data", "base64": "AAE="}]

    def test_a_closed_block_takes_no_more(self, out):
        block = out.open("text")
        out.close(block)
        assert not out.is_open(block)
        with pytest.raises(OutOfOrder, match="a delta for block 0, which is not open"):
            out.text(block, "late")
        with pytest.raises(OutOfOrder, match="a stop for block 0"):
            out.close(block)

    def test_the_blocks_of_one_choice_can_be_closed(self, out):
        first, second = out.open("text"), out.open("text", choice=1)
        out.close_all(1)
        assert (out.is_open(first), out.is_open(second)) == (True, False)
        assert said(out)[-1] == {"type": "block.stop", "src": 0, "index": 1, "synthesized": True}

    @pytest.mark.parametrize("choice", ["0", -1, True, None])
    def test_a_choice_is_a_number(self, out, choice):
        with pytest.raises(TypeError, match="expected a choice's number"):
            out.message(choice)

    @pytest.mark.parametrize(
        "say",
        [
            lambda out: out.message(id=7),
            lambda out: out.open("tool_call", name={"a": 1}),
            lambda out: out.text(out.open("text"), ["no", "text"]),
            lambda out: out.delta(out.open("text"), "signature", value=1),
            lambda out: out.delta(out.open("text"), "citation", citation={"url": 1}),
            lambda out: out.stop(0, "stop", 7),
        ],
    )
    def test_a_text_is_a_text(self, out, say):
        with pytest.raises(TypeError, match="to be a text"):
            say(out)


class TestUsage:
    def test_totals_are_merged_and_never_summed(self, out):
        out.usage({"in": 5, "out": 1}, input=5, output=1)
        out.usage({"out": 9}, output=9, cache_read=None)
        assert said(out)[-1] == {
            "type": "usage",
            "src": 0,
            "input": 5,
            "output": 9,
            "provider": {"in": 5, "out": 9},
        }

    def test_what_says_nothing_new_is_not_said(self, out):
        out.usage({"in": 5}, input=5)
        out.take()
        out.usage({"in": 5}, input=5)
        assert said(out) == []

    @pytest.mark.parametrize("count", [None, "5", 5.0, True, -1])
    def test_what_is_no_count_stays_the_providers(self, out, count):
        out.usage({"in": count}, input=count)
        assert said(out) == [{"type": "usage", "src": 0, "provider": {"in": count}}]


class TestStops:
    def test_are_held_back_until_the_stream_is_whole(self, out):
        out.open("text")
        out.take()
        out.stop(0, "stop", "end_turn", stop_sequence="\n")
        assert (out.stopped, said(out)) == (True, [])
        out.at(2_000, 1)
        out.finish()
        assert out.finished
        assert said(out) == [
            {"type": "block.stop", "src": 1, "index": 0, "synthesized": True},
            {
                "type": "message.stop",
                "src": 1,
                "choice": 0,
                "reason": "stop",
                "provider_reason": "end_turn",
                "stop_sequence": "\n",
            },
        ]

    def test_come_in_the_order_of_their_choices_and_the_last_word_counts(self, out):
        out.stop(1, "stop", "stop")
        out.message(0)
        assert not out.stopped
        out.stop(0, "stop", "stop")
        out.stop(0, "length", "max")
        out.take()
        out.finish()
        out.finish()
        assert [(event["choice"], event["reason"]) for event in said(out)] == [(0, "length"), (1, "stop")]

    def test_at_the_bodys_end_are_of_the_frame_that_said_them(self, out):
        out.stop(0, "stop", "STOP")
        out.at(3_000)
        out.take()
        out.finish()
        assert said(out)[0]["src"] == 0

    def test_of_a_stream_that_is_not_whole_are_reported_and_not_made(self, out):
        out.stop(0, "stop", "STOP")
        out.take()
        out.end("truncated", frames=1, size=10, micros=4_000)
        assert said(out) == [
            {
                "type": "provider",
                "src": 0,
                "name": "message.stop",
                "data": {"choice": 0, "reason": "stop", "provider_reason": "STOP"},
            },
            {"type": "stream.end", "outcome": "truncated", "frames": 1, "bytes": 10, "duration": 4.0},
        ]

    def test_are_never_made_after_an_error(self, out):
        block = out.open("text")
        out.stop(0, "stop", "STOP")
        out.take()
        out.error("provider", "overloaded", "Overloaded")
        out.finish()
        assert [event["type"] for event in said(out)] == ["stream.error"]
        assert (out.failed, out.finished, out.is_open(block)) == (True, False, True)


@pytest.mark.parametrize("over", [Composer.finish, lambda out: out.error("provider", "kind", "message")])
@pytest.mark.parametrize(
    "say",
    [
        lambda out: out.message(1),
        lambda out: out.open("text"),
        lambda out: out.text(0, "late"),
        lambda out: out.close(0),
        lambda out: out.stop(0, "stop", "late"),
        lambda out: out.error("provider", "kind", "message"),
    ],
)
def test_when_all_is_over_only_pings_and_provider_events_are_left(out, over, say):
    out.open("text")
    over(out)
    out.take()
    with pytest.raises(OutOfOrder, match="after the stream's"):
        say(out)
    out.ping()
    out.provider("late", {"a": 1})
    assert [event["type"] for event in said(out)] == ["ping", "provider"]


class TestTheFirstToken:
    def end(self, out):
        out.end("complete", frames=1, size=1, micros=9_000)
        return out.take()[-1]

    @pytest.mark.parametrize(
        ("kind", "payload"),
        [
            ("signature", {"value": "x"}),
            ("data", {"base64": "AAE="}),
            ("citation", {"citation": {}}),
            ("transcript", {"text": "x"}),
            ("logprobs", {"logprobs": []}),
            ("provider", {"provider": {}}),
        ],
    )
    def test_is_no_token(self, out, kind, payload):
        out.delta(out.open("text"), kind, **payload)
        assert self.end(out).ttft is None

    @pytest.mark.parametrize(
        ("kind", "payload"), [("text", {"text": "x"}), ("json", {"text": "{"}), ("json_patch", {"path": "$.a"})]
    )
    def test_is_a_token(self, out, kind, payload):
        block = out.open("text")
        out.text(block, "")
        out.at(2_000, 1)
        out.delta(block, kind, **payload)
        out.at(3_000, 2)
        out.text(block, "later")
        assert self.end(out).ttft == 2.0

    @pytest.mark.parametrize("kind", ["tool_result", "image", "audio", "other"])
    def test_is_of_a_block_that_the_model_wrote(self, out, kind):
        out.text(out.open(kind), "x")
        assert self.end(out).ttft is None

    def test_has_no_time_in_an_answer_that_is_no_stream(self, out):
        out.text(out.open("text"), "x")
        out.end("complete", frames=1, size=1, micros=9_000, folded=True)
        end = out.take()[-1]
        assert (end.folded, end.ttft, end.duration) == (True, None, 9.0)


class TestTheRest:
    def test_says_what_is_not_known_and_not_null(self, out):
        out.rest("chunk", {"id": "1", "tier": "default", "extra": None}, frozenset({"id"}))
        assert said(out) == [{"type": "provider", "src": 0, "name": "chunk", "data": {"tier": "default"}}]

    def test_says_a_field_again_only_when_it_changed(self, out):
        for value in ({"a": 1, "b": 1}, {"a": 1}, {"a": 1, "b": 2}, {"b": 2}, {"b": 1}):
            out.rest("chunk", value, frozenset())
        assert [event["data"] for event in said(out)] == [{"a": 1, "b": 1}, {"b": 2}, {"b": 1}]
