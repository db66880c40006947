"""The blocks of a choice, of which the provider never says where one ends."""

import pytest

from gateway.dialects.composer import Composer
from gateway.dialects.openai.choice import Choice
from gateway.events import event_json
from tests.gateway.dialects.kinds.openai_chat import HELLO, START, STOP, choice, chunk, delta
from tests.gateway.dialects.openai.conversation import DONE, begins, blocks, ended, more, named, over, told


def test_choices_have_their_own_messages_and_blocks():
    events = told(
        delta(0, role="assistant", content="a"),
        delta(1, role="assistant", content="b"),
        delta(0, content="c"),
        chunk(choice(0, "stop"), choice(1, "length")),
        DONE,
    )

    assert [event["text"] for event in events if event.get("index") == 0 and "text" in event] == ["a", "c"]
    assert named(events, "block.start") == [begins(), begins(1, choice=1)]
    assert ended(events) == ("complete", [("stop", "stop"), ("length", "length")])


def test_text_after_the_finish_reason_is_another_block():
    assert blocks(HELLO, STOP, delta(content=" there"), DONE) == [
        begins(),
        more("Hello"),
        over(),
        begins(1),
        more(" there", 1),
        over(1),
    ]


def test_the_last_finish_reason_counts_and_the_first_is_told():
    events = told(START, HELLO, STOP, chunk(choice(finish_reason="length")), DONE)

    assert ended(events) == ("complete", [("length", "length")])
    assert {"type": "provider", "name": "choices[0]", "data": {"finish_reason": "stop"}} in events


@pytest.fixture
def choice_0():
    return Choice(Composer(), 0, "assistant")


def told_in(choice):
    """What the choice said in blocks, without numbers and times."""
    events = [event_json(event) for event in choice.out.take()]
    return [
        {name: field for name, field in event.items() if name not in ("seq", "t")}
        for event in named(events, "block.start", "block.delta", "block.stop")
    ]


def call(choice, key, call_id):
    return choice.call(key, id=call_id, name="look", by="client", provider_type="function", about={"tide": "low"})


def test_another_key_is_another_block_of_the_same_kind(choice_0):
    choice_0.speak("thinking", "a")
    assert choice_0.block("thinking", 1) == choice_0.block("thinking", 1) == 1
    choice_0.hush()

    assert told_in(choice_0) == [
        begins(kind="thinking"),
        more("a"),
        over(),
        begins(1, kind="thinking"),
        over(1),
    ]


def test_fields_of_a_block_are_told_in_its_start_and_as_they_change(choice_0):
    for tide in ("low", "low", "high"):
        choice_0.block("text", about={"tide": tide})

    assert told_in(choice_0) == [
        begins(provider={"tide": "low"}),
        {"type": "block.delta", "index": 0, "kind": "provider", "provider": {"tide": "high"}},
    ]


def test_a_call_ends_what_was_spoken_and_an_older_one_under_its_key(choice_0):
    choice_0.speak("text", "a")
    for key, call_id in ((0, "c0"), (1, "c1"), (0, "c2")):
        call(choice_0, key, call_id)

    told_of = [(event["type"], event["index"]) for event in told_in(choice_0) if event["type"] != "block.delta"]
    assert told_of == [
        ("block.start", 0),
        ("block.stop", 0),
        ("block.start", 1),
        ("block.start", 2),
        ("block.stop", 1),
        ("block.start", 3),
    ]


def test_of_a_call_only_what_has_changed_is_told_again(choice_0):
    known = call(choice_0, 0, "c0")
    choice_0.tell_call(known, {"id": "c0", "name": None, "type": "function", "tide": "high"})

    [_, delta_event] = told_in(choice_0)
    assert delta_event["provider"] == {"tide": "high"}


def test_the_latest_block_is_the_one_that_is_spoken_in_else_the_last_call(choice_0):
    assert choice_0.latest is None
    known = call(choice_0, 0, "c0")
    assert choice_0.latest == known.block
    choice_0.speak("text", "a")
    assert choice_0.latest == 1
    choice_0.stop("stop", "stop", None, {})
    assert choice_0.latest is None
