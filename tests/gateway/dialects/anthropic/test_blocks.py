"""Content blocks: whole or in pieces, side by side, of types that nobody knows, and out of their order."""

import pytest

from tests.gateway.dialects.anthropic.conversation import in_one_piece, named, told, told_of_document
from tests.gateway.dialects.kinds.anthropic_messages import START, begins, more, over


def call(index, name):
    return begins("tool_use", index, id=f"toolu_{name}", name=name, input={})


def pieces(index, *parts):
    return [more("input_json_delta", index, partial_json=part) for part in parts]


def blocks(*values):
    return named(told(START, *values), "block.start", "block.delta", "block.stop", "provider")


def texts(events, index):
    return [event["text"] for event in named(events, "block.delta") if event["index"] == index]


class TestText:
    def test_in_pieces_with_every_space(self):
        assert blocks(
            begins("text", text=""), more("text_delta", text="  I'm"), more("text_delta", text=" \n"), over()
        ) == [
            {"type": "block.start", "index": 0, "kind": "text"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "  I'm"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": " \n"},
            {"type": "block.stop", "index": 0},
        ]

    def test_that_begins_in_the_start_comes_before_what_follows(self):
        events = blocks(begins("text", text="  I"), more("text_delta", text="'m"), over())

        assert texts(events, 0) == ["  I", "'m"]

    def test_with_line_separators_that_are_no_line_ends(self):
        text = "a\u2028b\u2029c\u0085d"
        assert texts(blocks(begins("text", text=""), more("text_delta", text=text), over()), 0) == [text]

    @pytest.mark.parametrize("delta", [more("text_delta", text=""), more("signature_delta", signature="")])
    def test_that_is_empty_says_nothing_but_is_not_passed_over(self, delta):
        assert blocks(begins("text", text=""), delta)[1:] == [{"type": "provider", "name": "content_block_delta"}]

    def test_with_a_citation_whose_place_in_its_source_stays_with_its_type(self):
        citation = {"type": "page_location", "cited_text": "x", "document_title": None, "document_index": 0}
        [_, delta] = blocks(
            begins("text", text=""),
            more("citations_delta", citation={**citation, "start_page_number": 2, "end_page_number": 3}),
        )

        assert delta["citation"] == {
            "text": "x",
            "provider": {"type": "page_location", "document_index": 0, "start_page_number": 2, "end_page_number": 3},
        }


class TestThinking:
    def test_with_its_signature(self):
        assert blocks(
            begins("thinking", thinking="", signature=""),
            more("thinking_delta", thinking="Hm"),
            more("signature_delta", signature="Eqk="),
            over(),
        ) == [
            {"type": "block.start", "index": 0, "kind": "thinking"},
            {"type": "block.delta", "index": 0, "kind": "text", "text": "Hm"},
            {"type": "block.delta", "index": 0, "kind": "signature", "value": "Eqk="},
            {"type": "block.stop", "index": 0},
        ]

    def test_that_is_hidden_keeps_its_data(self):
        [start, _] = blocks(begins("redacted_thinking", data="EqkE"), over())

        assert start == {
            "type": "block.start",
            "index": 0,
            "kind": "thinking",
            "provider_type": "redacted_thinking",
            "provider": {"data": "EqkE"},
        }

    def test_of_which_only_the_signature_is_shown(self):
        events = blocks(begins("thinking", thinking="", signature="Eqk="), over())

        assert [event.get("value") for event in events] == [None, "Eqk=", None]


class TestToolCalls:
    def test_side_by_side_each_keep_their_own_arguments(self):
        a, b = pieces(0, '{"city":', '"Oslo"}'), pieces(1, '{"zone":', '"CET"}')
        events = told(START, call(0, "a"), call(1, "b"), a[0], b[0], a[1], b[1], over(0), over(1))

        assert [(event["type"], event["index"]) for event in named(events, "block.delta", "block.stop")] == [
            *[("block.delta", index) for index in (0, 1, 0, 1)],
            *[("block.stop", index) for index in (0, 1)],
        ]
        assert "".join(texts(events, 0)) == '{"city":"Oslo"}'
        assert "".join(texts(events, 1)) == '{"zone":"CET"}'

    def test_without_arguments_have_no_delta(self):
        [start, nothing, stop] = blocks(call(0, "now"), *pieces(0, ""), over())

        assert (start["name"], start["id"], start["by"]) == ("now", "toolu_now", "client")
        assert nothing == {"type": "provider", "name": "content_block_delta"}
        assert stop["type"] == "block.stop"

    def test_that_begin_with_all_their_arguments_have_one_delta(self):
        [_, delta, _] = blocks(begins("tool_use", id="t", name="f", input={"city": "Ås", "n": 1}), over())

        assert delta == {"type": "block.delta", "index": 0, "kind": "json", "text": '{"city":"Ås","n":1}'}

    def test_that_have_all_their_arguments_get_no_more(self):
        [*_, problem] = blocks(begins("tool_use", id="t", name="f", input={"a": 1}), *pieces(0, '{"a":1}'))

        assert problem["problem"].endswith("OutOfOrder: more arguments for a call that began with all of them")
        assert problem["data"]["delta"]["partial_json"] == '{"a":1}'

    def test_that_have_all_their_arguments_may_have_an_empty_piece_more(self):
        events = blocks(begins("tool_use", id="t", name="f", input={"a": 1}), *pieces(0, ""), over())
        assert [event.get("text") for event in named(events, "block.delta")] == ['{"a":1}']
        assert not [event for event in events if "problem" in event]

    @pytest.mark.parametrize(
        ("kind", "more_said"),
        [
            ("server_tool_use", {"caller": {"type": "direct"}}),
            ("mcp_tool_use", {"server_name": "deepwiki"}),
        ],
    )
    def test_of_the_server_are_never_the_clients(self, kind, more_said):
        start = begins(kind, id="srvtoolu_1", name="search", input={}, **more_said)
        [ours, *_] = blocks(start, *pieces(0, '{"q":1}'), over())

        assert ours["by"] == "server"
        assert ours["provider_type"] == kind
        assert ours["provider"] == more_said

    def test_with_a_result_that_refers_to_them(self):
        content = [{"type": "web_search_result", "url": "https://a.example"}]
        [*_, result] = blocks(
            begins("server_tool_use", id="srvtoolu_1", name="web_search", input={}),
            over(),
            begins("web_search_tool_result", 1, tool_use_id="srvtoolu_1", content=content, caller={"type": "direct"}),
        )

        assert result == {
            "type": "block.start",
            "index": 1,
            "kind": "tool_result",
            "ref": "srvtoolu_1",
            "provider_type": "web_search_tool_result",
            "provider": {"content": content, "caller": {"type": "direct"}},
        }

    def test_with_the_result_of_a_tool_that_is_not_invented_yet(self):
        [result] = blocks(begins("moon_tool_result", tool_use_id="srvtoolu_1", content="full"))

        assert (result["kind"], result["ref"], result["provider"]) == ("tool_result", "srvtoolu_1", {"content": "full"})


class TestWhatNobodyKnows:
    def test_a_block_is_kept_with_all_it_says(self):
        [start, delta, stop] = blocks(begins("hologram", id="h", depth=3), more("text_delta", text="*"), over())

        assert start["kind"] == "other"
        assert start["provider_type"] == "hologram"
        assert start["provider"] == {"id": "h", "depth": 3}
        assert (delta["text"], stop["type"]) == ("*", "block.stop")

    def test_a_delta_is_kept_as_it_is(self):
        [_, delta] = blocks(begins("text", text=""), more("hologram_delta", depth=3))

        assert delta == {
            "type": "block.delta",
            "index": 0,
            "kind": "provider",
            "provider": {"type": "hologram_delta", "depth": 3},
        }

    def test_a_field_of_a_known_delta_stands_beside_it(self):
        [_, text, extra] = blocks(begins("text", text=""), more("text_delta", text="a", mood="calm"))

        assert text["text"] == "a"
        assert extra["provider"] == {"mood": "calm"}


class TestOutOfOrder:
    @pytest.mark.parametrize(
        ("values", "problem"),
        [
            ([more("text_delta", 4, text="a")], "content block 4 has not begun"),
            ([over(4)], "content block 4 has not begun"),
            (
                [begins("text", text=""), over(), more("text_delta", text="late")],
                "a delta for block 0, which is not open",
            ),
            ([begins("text", text=""), over(), over()], "a stop for block 0, which is not open"),
            ([begins("text", text=""), begins("text", text="")], "content block 0 begins while it is open"),
        ],
    )
    def test_is_told_with_the_frame_and_reading_goes_on(self, values, problem):
        events = told(START, *values, begins("text", 9, text="on"))

        [told_of] = [event for event in events if "problem" in event]
        assert told_of["problem"] == f"not read as anthropic.messages: OutOfOrder: {problem}"
        assert told_of["data"] == values[-1]
        assert events[-1]["text"] == "on"

    def test_an_index_that_is_used_again_is_a_new_block(self):
        """As some compatible servers do, who count 0 for every block."""
        events = blocks(begins("text", text="a"), over(), begins("text", text="b"), over())

        assert [event["index"] for event in events] == [0, 0, 0, 1, 1, 1]

    def test_indices_with_gaps_are_counted_anew(self):
        assert [event["index"] for event in blocks(begins("text", 3, text="a"), over(3))] == [0, 0, 0]


def test_a_whole_message_has_the_same_blocks():
    content = [
        {"type": "thinking", "thinking": "Hm", "signature": "Eqk="},
        {"type": "text", "text": " Yes", "citations": [{"type": "x", "cited_text": "y", "n": 1}]},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}},
    ]
    streamed = blocks(
        begins("thinking", 0, thinking="", signature=""),
        more("thinking_delta", 0, thinking="Hm"),
        more("signature_delta", 0, signature="Eqk="),
        over(0),
        begins("text", 1, text=""),
        more("text_delta", 1, text=" Yes"),
        more("citations_delta", 1, citation=content[1]["citations"][0]),
        over(1),
        begins("tool_use", 2, id="t", name="f", input={}),
        more("input_json_delta", 2, partial_json='{"a":1}'),
        over(2),
    )
    document = told_of_document({**START["message"], "content": content, "stop_reason": "tool_use"})

    assert named(document, "block.start", "block.delta", "block.stop") == in_one_piece(streamed)
