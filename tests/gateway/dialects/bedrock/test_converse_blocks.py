"""The blocks of Converse by themselves; whole conversations are in test_bedrock_converse.py."""

from gateway.dialects.bedrock.converse_blocks import ConverseBlocks
from gateway.dialects.composer import Composer
from gateway.events import event_json


def told(*steps):
    """What comes of these: (method, arguments ...)."""
    out = Composer()
    blocks = ConverseBlocks(out)
    for method, *arguments in steps:
        getattr(blocks, method)(*arguments)
    hidden = ("seq", "t", "choice")
    return [
        {name: field for name, field in event_json(event).items() if name not in hidden} for event in out.take()[1:]
    ]


def test_a_block_without_a_start_begins_with_its_first_delta():
    assert told(("delta", 3, {"text": ""}), ("delta", 3, {"text": "Hi"}), ("stop", 3)) == [
        {"type": "block.start", "index": 0, "kind": "text"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": "Hi"},
        {"type": "block.stop", "index": 0},
    ]


def test_an_index_may_be_used_again():
    events = told(("delta", 0, {"text": "a"}), ("stop", 0), ("delta", 0, {"text": "b"}))
    assert [event["index"] for event in events if event["type"] == "block.start"] == [0, 1]


def test_a_start_in_the_place_of_an_open_block_stops_that_one():
    events = told(("delta", 0, {"text": "a"}), ("start", 0, {"toolUse": {"toolUseId": "t", "name": "look"}}))
    assert events[2:] == [
        {"type": "block.stop", "index": 0, "synthesized": True},
        {"type": "block.start", "index": 1, "kind": "tool_call", "id": "t", "name": "look", "by": "client"},
    ]


def test_a_start_that_says_nothing_waits_for_the_delta():
    assert told(("start", 0, {}), ("delta", 0, {"reasoningContent": {"text": "Well"}})) == [
        {"type": "block.start", "index": 0, "kind": "thinking"},
        {"type": "block.delta", "index": 0, "kind": "text", "text": "Well"},
    ]


def test_what_nobody_knows_stays_as_it_is():
    events = told(
        ("start", 0, {"hologram": {"depth": 3}}),
        ("delta", 0, {"hologram": {"ray": 1}}),
        ("delta", 1, {"reasoningContent": {"aura": "red"}}),
        ("whole", 2, {"cachePoint": {"type": "default"}}),
        ("whole", 3, {"odour": "sweet"}),
    )
    assert [event.get("provider") for event in events if event["type"] in ("block.start", "block.delta")] == [
        {"depth": 3},
        {"hologram": {"ray": 1}},
        None,
        {"aura": "red"},
        {"type": "default"},
        {"odour": "sweet"},
    ]


def test_a_citation_of_several_parts_is_not_joined():
    parts = [{"text": "grass is "}, {"text": "green"}]
    [_, delta] = told(("delta", 0, {"citation": {"title": "On grass", "sourceContent": parts}}))
    assert delta["citation"] == {"title": "On grass", "provider": {"sourceContent": parts}}
