"""A message and its blocks, asked for what was said."""

import pytest

from gateway.transcript import Block, Message


def call(**fields):
    return Block(**{"index": 0, "kind": "tool_call", "name": "weather", "closed": True, **fields})


def test_a_message_gathers_its_texts_by_kind():
    message = Message(
        choice=0,
        blocks=(
            Block(index=0, kind="thinking", text="Hm. "),
            Block(index=1, kind="text", text="It is "),
            Block(index=2, kind="tool_call", name="search", by="server"),
            Block(index=3, kind="text", text="sunny."),
            Block(index=4, kind="tool_call", name="weather", by="client"),
            Block(index=5, kind="refusal", text="No."),
        ),
    )
    assert (message.text, message.thinking, message.refusal) == ("It is sunny.", "Hm. ", "No.")
    assert [block.name for block in message.tool_calls] == ["weather"]


@pytest.mark.parametrize(
    ("arguments", "value"),
    [("", {}), (" ", {}), ("{}", {}), ('{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}), ('"plain"', "plain")],
)
def test_arguments_are_a_json_value(arguments, value):
    assert call(arguments=arguments).parsed_arguments() == value


def test_arguments_may_come_as_patches():
    patches = ({"path": "$.city", "value": "Par", "more": True}, {"path": "$.city", "value": "is"})
    assert call(patches=patches).parsed_arguments() == {"city": "Paris"}
    assert call(arguments='{"days": 3}', patches=patches).parsed_arguments() == {"days": 3, "city": "Paris"}


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (call(arguments='{"a": '), "the arguments of weather are no JSON: Expecting value"),
        (call(arguments='{"a": ', closed=False), "and the stream ended inside them"),
        (call(arguments="[" * 100_000), "are no JSON"),
        (call(patches=({"value": 1},)), "expected a path"),
        (call(arguments="3", patches=({"path": "$.a", "value": 1},)), "are no JSON"),
        (call(name=None, arguments="x"), "the arguments of the block"),
    ],
)
def test_arguments_that_are_no_json_say_so(block, reason):
    with pytest.raises(ValueError, match=reason):
        block.parsed_arguments()
