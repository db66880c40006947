"""Reasoning under its many names: said once, and with its details where it has any."""

from tests.gateway.dialects.kinds.openai_chat import HELLO, delta, detail
from tests.gateway.dialects.openai.conversation import begins, blocks, more, over


def test_it_ends_where_the_text_begins():
    assert blocks(delta(reasoning_content=" Hm"), HELLO) == [
        begins(kind="thinking"),
        more(" Hm"),
        over(),
        begins(1),
        more("Hello", 1),
    ]


def test_what_is_sent_three_times_is_said_once():
    details = [detail("text", text="Hm")]
    events = blocks(delta(content="", reasoning="Hm", reasoning_content="Hm", reasoning_details=details))

    about = {"type": "reasoning.text", "format": "anthropic-claude-v1", "index": 0}
    assert events == [begins(kind="thinking", provider=about), more("Hm")]


def test_what_differs_from_its_details_is_told_with_them():
    details = [detail("text", text="Well")]
    [_, text, other] = blocks(delta(reasoning="Hm", reasoning_details=details))

    assert text == more("Hm")
    assert other["provider"] == {"reasoning_details": details}


def test_a_signature_is_in_its_block_and_encrypted_parts_in_one_of_their_own():
    events = blocks(
        delta(reasoning="Hm", reasoning_details=[detail("text", text="Hm")]),
        delta(reasoning_details=[detail("text", signature="c2ln"), detail("encrypted", data="eHh4", index=1)]),
    )

    assert [(event["index"], event["value"]) for event in events if event.get("kind") == "signature"] == [
        (0, "c2ln"),
        (1, "eHh4"),
    ]


def test_a_second_list_of_details_is_passed_on():
    blocks_too = [{"type": "thinking", "thinking": "Hm"}]
    [_, text, other] = blocks(delta(reasoning_details=[detail("text", text="Hm")], thinking_blocks=blocks_too))

    assert text == more("Hm")
    assert other["provider"] == {"thinking_blocks": blocks_too}


def test_of_a_detail_with_two_texts_the_second_stays_with_it():
    [start, text] = blocks(delta(reasoning_details=[{"type": "thinking", "text": "Hm", "summary": "?"}]))

    assert (start["provider"], text) == ({"type": "thinking", "summary": "?"}, more("Hm"))


def test_details_without_a_text_follow_the_text_beside_them():
    events = blocks(delta(reasoning_text="Hm", reasoning_details=[detail("encrypted", data="c2ln")]))

    assert [(event["type"], event["index"], event.get("kind")) for event in events] == [
        ("block.start", 0, "thinking"),
        ("block.delta", 0, "text"),
        ("block.stop", 0, None),
        ("block.start", 1, "thinking"),
        ("block.delta", 1, "signature"),
    ]
