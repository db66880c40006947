"""What chat messages hold beside tool calls: text, reasoning, citations, audio, images."""

from tests.gateway.dialects.kinds.openai_chat import HELLO, SEARCHED, START, STOP, choice, chunk, delta
from tests.gateway.dialects.openai.conversation import begins, blocks, more, over, told


class TestReasoning:
    def test_of_mistral_may_rest_on_a_reference(self):
        reference = {"type": "reference", "reference_ids": [1]}
        [_, inner] = blocks(delta(content=[{"type": "thinking", "thinking": [reference]}]))

        assert inner["provider"] == reference

    def test_of_mistral_stands_in_the_content(self):
        thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}
        events = blocks(delta(content=[thinking]), delta(content=[thinking, {"type": "text", "text": " Hi"}]))

        assert events == [
            begins(kind="thinking"),
            more("Hm"),
            more("Hm"),
            over(),
            begins(1),
            more(" Hi", 1),
        ]


class TestCitations:
    def test_before_any_choice_are_passed_on(self):
        sources = {"citations": ["https://pi.example"]}

        assert {"type": "provider", "name": "chunk", "data": sources} in told(chunk(**sources))

    def test_of_every_chunk_are_told_once(self):
        sources = {"citations": ["https://pi.example", "https://e.example"], "search_results": [SEARCHED]}
        events = blocks({**HELLO, **sources}, {**HELLO, **sources}, {**STOP, **sources})

        assert [event["citation"].get("url") for event in events if event.get("kind") == "citation"] == [
            "https://pi.example",
            "https://e.example",
        ]

    def test_before_the_text_are_in_its_block(self):
        annotation = {"type": "url_citation", "url_citation": {"url": "https://pi.example", "start_index": 0}}
        events = blocks(delta(content="", annotations=[annotation]), HELLO)

        assert events == [
            begins(),
            {
                "type": "block.delta",
                "index": 0,
                "kind": "citation",
                "citation": {"url": "https://pi.example", "start": 0, "provider": {"type": "url_citation"}},
            },
            more("Hello"),
        ]


def test_audio_in_pieces():
    events = blocks(
        delta(audio={"id": "audio_1", "transcript": "Hel"}),
        delta(audio={"id": "audio_1", "data": "AAAA"}),
        delta(audio={"transcript": "lo"}),
        delta(audio={"expires_at": 1781085858}),
        STOP,
    )

    assert events == [
        begins(kind="audio", id="audio_1"),
        {"type": "block.delta", "index": 0, "kind": "transcript", "text": "Hel"},
        {"type": "block.delta", "index": 0, "kind": "data", "base64": "AAAA"},
        {"type": "block.delta", "index": 0, "kind": "transcript", "text": "lo"},
        {"type": "block.delta", "index": 0, "kind": "provider", "provider": {"expires_at": 1781085858}},
        over(),
    ]


def test_an_image_of_several_megabytes():
    data = "iVBO" * 1_000_000
    [_, delta_event, _] = blocks(delta(images=[{"image_url": {"url": f"data:image/png;base64,{data}"}}]))

    assert (delta_event["mime"], delta_event["base64"]) == ("image/png", data)


def test_line_separators_that_are_no_line_ends():
    assert blocks(delta(content="a\u2028b\u2029c\u0085d"))[1] == more("a\u2028b\u2029c\u0085d")


class TestText:
    def test_in_parts_whose_own_fields_are_those_of_their_block(self):
        parts = [{"type": "text", "text": "a", "tide": "low"}, {"type": "text", "text": "b", "tide": "low"}]

        assert blocks(delta(content=parts)) == [begins(provider={"tide": "low"}), more("a"), more("b")]

    def test_that_a_message_beside_the_delta_repeats(self):
        beside = [chunk(choice(delta={"content": text}, message={"content": all_of_it})) for text, all_of_it in
                  [("1", "1"), (" 2", "1 2"), ("", "1 2 3")]]  # fmt: skip
        assert [event["text"] for event in blocks(*beside) if "text" in event] == ["1", " 2", " 3"]

    def test_that_a_message_beside_the_delta_contradicts(self):
        events = told(START, chunk(choice(delta={"content": "1"}, message={"content": "2"})))
        assert [event["problem"] for event in events if "problem" in event] == ["not what the deltas said so far"]

    def test_with_an_empty_list_of_tool_calls(self):
        assert blocks(delta(content="a", tool_calls=[]), delta(content="b", tool_calls=None)) == [
            begins(),
            more("a"),
            more("b"),
        ]
