"""Parts that grow, and are said whole afterwards: once, unless the whole says something else."""

from tests.gateway.dialects.kinds.openai_responses import (
    ITEMS,
    MESSAGE,
    PROBABLE,
    START,
    TEXT_PART,
    done,
    ends,
    part,
    refusal,
    text,
)
from tests.gateway.dialects.openai.responses_conversation import blocks, named, stop, texts, told


class TestTheWhole:
    def test_says_what_the_deltas_left_out_at_the_end(self):
        assert texts(told(START, MESSAGE, text("delta", delta="Hel"), text("done", text="Hello"))) == ["Hel", "lo"]

    def test_that_contradicts_its_deltas_is_reported_once(self):
        events = told(
            START,
            MESSAGE,
            text("delta", delta="Good"),
            text("done", text="Hello"),
            done("message", **ITEMS["message"]),
            ends(output=[{"type": "message", "id": "message_0", **ITEMS["message"]}]),
        )

        assert [e for e in events if "problem" in e] == [
            {
                "type": "provider",
                "name": "response.output[0].content[0]",
                "data": {"text": "Hello"},
                "problem": "the whole text is not what its deltas said",
            }
        ]
        assert stop(events)


def test_a_refusal_is_a_block_of_its_kind():
    events = told(START, MESSAGE, refusal("delta", delta="I'm"), refusal("delta", delta=" sorry."), ends())

    assert named(events, "block.start")[0]["kind"] == "refusal"
    assert texts(events) == ["I'm", " sorry."]


def test_probabilities_are_said_beside_the_text_and_again_where_they_are_rounded():
    rounded = [{**PROBABLE[0], "logprob": -0.2}]
    events = told(
        START,
        MESSAGE,
        TEXT_PART,
        text("delta", delta="Hi", logprobs=PROBABLE),
        text("done", text="Hi", logprobs=PROBABLE),
        part("done", "output_text", text="Hi", logprobs=rounded),
    )

    assert blocks(events)[1:] == [
        {"type": "block.delta", "index": 0, "kind": "text", "text": "Hi"},
        {"type": "block.delta", "index": 0, "kind": "logprobs", "logprobs": PROBABLE},
        {"type": "block.delta", "index": 0, "kind": "provider", "provider": {"logprobs": rounded}},
        {"type": "block.stop", "index": 0},
    ]


def test_a_citation_that_the_part_repeats_is_said_once():
    cited = {"type": "url_citation", "url": "https://a.example", "title": "A", "start_index": 0, "end_index": 2}
    late = {**cited, "url": "https://b.example"}
    events = told(
        START,
        MESSAGE,
        TEXT_PART,
        text("delta", delta="Hi"),
        text("annotation.added", annotation_index=0, annotation=cited),
        part("done", "output_text", text="Hi", annotations=[cited, late]),
    )

    citations = [e["citation"] for e in named(events, "block.delta") if e["kind"] == "citation"]
    assert citations == [
        {"url": "https://a.example", "title": "A", "start": 0, "end": 2, "provider": cited},
        {"url": "https://b.example", "title": "A", "start": 0, "end": 2, "provider": late},
    ]


def test_a_part_that_nobody_knows_is_a_block_of_its_own_kind():
    [start] = blocks(told(START, MESSAGE, part("added", "from_tomorrow", mood="odd")))

    assert (start["kind"], start["provider_type"]) == ("other", "from_tomorrow")
    assert start["provider"] == {"mood": "odd"}
