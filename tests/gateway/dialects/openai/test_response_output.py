"""Items of a response: which one an event is about, and what the last event makes of them."""

import pytest

from tests.gateway.dialects.kinds.openai_responses import (
    CALL,
    ITEMS,
    MESSAGE,
    RESPONSE,
    START,
    TEXT_PART,
    about,
    added,
    done,
    ends,
    event,
    text,
)
from tests.gateway.dialects.openai.responses_conversation import blocks, named, stop, texts, told


class TestAnItemIsFound:
    def test_by_its_id_where_two_have_the_same_place(self):
        def more(item_id, delta):
            return event("function_call_arguments.delta", output_index=0, item_id=item_id, delta=delta)

        events = told(
            START,
            event("output_item.added", output_index=0, item={"type": "function_call", "id": "fc_a", "call_id": "a"}),
            event("output_item.added", output_index=0, item={"type": "function_call", "id": "fc_b", "call_id": "b"}),
            *(more("fc_a", "1"), more("fc_b", "2")),
        )

        assert [texts(events, index, "json") for index in (0, 1)] == [["1"], ["2"]]

    def test_by_its_type_where_id_and_place_are_others_in_the_last_event(self):
        events = told(
            START,
            done("message", 0, **ITEMS["message"]),
            done("message", 2, **ITEMS["message"]),
            ends(output=[{"type": "message", "id": f"other_{n}", **ITEMS["message"]} for n in (1, 2)]),
        )

        assert [texts(events, index) for index in (0, 1)] == [["Hello"], ["Hello"]]
        assert len(named(events, "block.start")) == 2

    def test_or_begins_with_its_first_delta(self):
        events = told(text("delta", delta="Hi"), event("completed", response=RESPONSE | {"status": "completed"}))

        assert events[:3] == [
            {"type": "message.start", "choice": 0},
            {"type": "block.start", "index": 0, "kind": "text", "id": "message_0", "provider_type": "output_text"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "Hi"},
        ]
        assert named(events, "provider")[0]["data"]["id"] == "resp_1"
        assert named(events, "block.stop") == [{"type": "block.stop", "index": 0, "synthesized": True}]

    def test_or_is_a_call_that_was_never_added(self):
        events = told(START, about("function_call_arguments.delta", "function_call", delta="{}"))

        assert texts(events, 0, "json") == ["{}"]
        assert "id" not in named(events, "block.start")[0]

    def test_or_stands_only_in_the_last_event(self):
        output = [
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "message", "id": "msg_1", **ITEMS["message"]},
            {"type": "function_call", "id": "fc_1", **ITEMS["function_call"]},
        ]
        events = told(START, ends(output=output))

        assert [e["kind"] for e in named(events, "block.start")] == ["text", "tool_call"]
        assert texts(events) == ["Hello"]
        assert texts(events, 1, "json") == ['{"at":1}']
        assert stop(events)[0]["reason"] == "tool_calls"

    @pytest.mark.parametrize("item", [None, 5, {}, {"type": 5}])
    def test_while_one_that_is_none_hurts_nothing_else(self, item):
        events = told(START, event("output_item.added", output_index=0, item=item), text("delta", 1, delta="Hi"))

        assert "Hi" in [e.get("text") for e in events]


@pytest.mark.parametrize(
    "value",
    [
        about("content_part.added", "function_call", content_index=0, part={"type": "output_text"}),
        about("image_generation_call.partial_image", "function_call", partial_image_b64="aW1n"),
    ],
)
def test_what_an_item_cannot_have_is_reported(value):
    passed = told(START, added("function_call", **CALL), value)[-2]

    assert (passed["name"], passed["data"]) == (value["type"], value)
    assert "of a function_call" in passed["problem"]


class TestAnEventSays:
    def test_its_own_fields_with_the_block_that_it_is_about(self):
        events = told(START, MESSAGE, TEXT_PART, text("delta", delta="Hi", mood="odd"), text("delta", delta="!"))

        assert [e["provider"] for e in named(events, "block.delta") if e["kind"] == "provider"] == [{"mood": "odd"}]

    def test_its_own_fields_with_the_item_that_it_is_about(self):
        events = told(
            START,
            {**added("function_call", **CALL), "mood": "odd"},
            {**done("function_call", **CALL, arguments="{}"), "mood": "odd", "tide": "low"},
        )

        assert [e["provider"] for e in named(events, "block.delta") if e["kind"] == "provider"] == [
            {"mood": "odd"},
            {"tide": "low"},
        ]

    def test_a_whole_text_beside_a_delta(self):
        events = told(START, MESSAGE, TEXT_PART, text("delta", delta="lo", text="Hello"))

        assert [e["provider"] for e in named(events, "block.delta") if e["kind"] == "provider"] == [{"text": "Hello"}]

    def test_how_far_a_call_of_the_server_has_come(self):
        [_, delta] = blocks(
            told(START, added("web_search_call"), about("web_search_call.searching", "web_search_call", tide="low"))
        )

        assert delta["provider"] == {"type": "response.web_search_call.searching", "tide": "low"}

    def test_what_nothing_is_about_as_it_is(self):
        value = about("web_search_call.searching", "web_search_call")

        assert told(START, value)[2] == {"type": "provider", "name": value["type"], "data": value}


def test_a_call_that_an_item_answers_waits_for_nobody():
    events = told(
        START,
        done("function_call", 0, **CALL, arguments="{}"),
        done("function_call_output", 1, call_id="call_1", output="A tree."),
        ends(),
    )

    assert named(events, "block.start")[1]["ref"] == "call_1"
    assert texts(events, 1) == ["A tree."]
    assert stop(events)[0]["reason"] == "stop"
