"""Messages and reasoning: a block for each part, and the signature of all thoughts."""

from tests.gateway.dialects.kinds.openai_responses import (
    ITEMS,
    MESSAGE,
    REASONING,
    START,
    added,
    done,
    ends,
    event,
    summary,
)
from tests.gateway.dialects.openai.responses_conversation import blocks, named, texts, told


class TestReasoning:
    def test_ends_with_its_signature(self):
        events = blocks(
            told(
                START,
                added("reasoning", summary=[], encrypted_content="first"),
                summary("part.added", part={"type": "summary_text", "text": ""}),
                summary("text.delta", delta="Look."),
                summary("text.done", text="Look."),
                summary("part.done", part={"type": "summary_text", "text": "Look."}),
                done("reasoning", summary=[{"type": "summary_text", "text": "Look."}], encrypted_content="last"),
            )
        )

        assert events == [
            {
                "type": "block.start",
                "index": 0,
                "kind": "thinking",
                "id": "reasoning_0",
                "provider_type": "summary_text",
                "provider": {"summary": True},
            },
            {"type": "block.delta", "index": 0, "kind": "text", "text": "Look."},
            {"type": "block.stop", "index": 0},
            {"type": "block.start", "index": 1, "kind": "thinking", "id": "reasoning_0", "provider_type": "reasoning"},
            {"type": "block.delta", "index": 1, "kind": "signature", "value": "last"},
            {"type": "block.stop", "index": 1},
        ]

    def test_that_the_last_event_seals_anew_has_one_signature(self):
        sealed = {"type": "reasoning", "id": "reasoning_0", "summary": [], "encrypted_content": "again"}
        events = told(START, REASONING, done("reasoning", summary=[], encrypted_content="last"), ends(output=[sealed]))

        assert [e["value"] for e in events if e.get("kind") == "signature"] == ["last"]
        assert {"type": "provider", "name": "response.output[0]", "data": {"encrypted_content": "again"}} in events


def test_parts_are_counted_from_one_by_some():
    place = {"output_index": 0, "item_id": "message_0", "content_index": 1}
    events = told(
        START,
        MESSAGE,
        event("output_text.delta", **place, delta="Hello"),
        done("message", **ITEMS["message"]),
    )

    assert texts(events) == ["Hello"]
    assert len(named(events, "block.start")) == 1
