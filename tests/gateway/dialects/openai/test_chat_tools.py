"""Tool calls of chat completions, as careful servers send them and as others do."""

import json

from tests.gateway.dialects.kinds.openai_chat import CALL, HEAD, HELLO, START, STOP, calls, delta
from tests.gateway.dialects.openai.conversation import DONE, named, told, told_of_document


def tools(*values, whole=told):
    """Of each tool call: its id, its name, and its arguments; each parses, or is empty."""
    events = whole(*values)
    found = {
        event["index"]: [event.get("id"), event.get("name"), ""]
        for event in named(events, "block.start")
        if event["kind"] == "tool_call"
    }
    for event in named(events, "block.delta"):
        if event["kind"] == "json":
            found[event["index"]][2] += event["text"]
    return [(call_id, name, json.loads(text) if text else text) for call_id, name, text in found.values()]


def test_parallel_calls_may_come_in_turns():
    assert tools(
        START,
        delta(tool_calls=[calls(0, "", "a", "c0"), calls(1, "", "b", "c1")]),
        delta(tool_calls=[calls(0, '{"x":')]),
        delta(tool_calls=[calls(1, '{"y":')]),
        delta(tool_calls=[calls(0, "1}")]),
        delta(tool_calls=[calls(1, "2}")]),
    ) == [("c0", "a", {"x": 1}), ("c1", "b", {"y": 2})]


def test_three_calls_that_all_have_index_0_are_three():
    each = [delta(tool_calls=[calls(0, f'{{"x":{n}}}', "f", f"c{n}")]) for n in range(3)]
    assert tools(START, *each) == [(f"c{n}", "f", {"x": n}) for n in range(3)]


def test_a_call_whose_id_and_name_come_with_every_piece_is_one():
    pieces = [delta(tool_calls=[calls(0, text, "f", "c0")]) for text in ('{"x"', ":1}")]
    assert tools(START, *pieces) == [("c0", "f", {"x": 1})]


def test_a_call_whose_later_pieces_have_an_empty_id_and_name_is_one():
    pieces = [delta(tool_calls=[{**calls(0, text), "id": "", "type": ""}]) for text in ('{"x"', ":1}")]
    assert tools(CALL, *pieces) == [("call_1", "weather", {"x": 1})]


def test_calls_without_an_index_begin_with_a_name():
    def unnumbered(**fields):
        call = calls(**fields)
        del call["index"]
        return delta(tool_calls=[call])

    assert tools(
        START,
        unnumbered(arguments='{"x":', name="a", call_id="c0"),
        unnumbered(arguments="1}"),
        unnumbered(arguments="{}", name="b", call_id="c1"),
    ) == [("c0", "a", {"x": 1}), ("c1", "b", {})]


def test_a_call_without_arguments_has_none():
    assert tools(START, CALL, STOP) == [("call_1", "weather", "")]


def test_arguments_that_are_an_object():
    assert tools(START, delta(tool_calls=[calls(0, {"city": "Zürich"}, "f", "c0")])) == [
        ("c0", "f", {"city": "Zürich"})
    ]


def test_a_call_stays_open_beside_the_text_and_all_end_with_the_finish_reason():
    events = told(START, HELLO, CALL, delta(content="!"), delta(tool_calls=[calls(0, "{}")]), STOP, DONE)

    assert [
        (event["type"], event["index"], event.get("text")) for event in events if event["type"].startswith("block")
    ] == [
        ("block.start", 0, None),
        ("block.delta", 0, "Hello"),
        ("block.stop", 0, None),
        ("block.start", 1, None),
        ("block.start", 2, None),
        ("block.delta", 2, "!"),
        ("block.delta", 1, "{}"),
        ("block.stop", 2, None),
        ("block.stop", 1, None),
    ]


def test_what_the_server_executed_is_its_own_call_and_result():
    search = {"index": 0, "type": "search", "arguments": '{"query":"pi"}'}
    results = {"results": [{"title": "Pi", "score": 0.9}]}
    events = told(
        START,
        delta(executed_tools=[{**search, "search_results": {"results": []}}]),
        delta(executed_tools=[{**search, "output": "3.14", "search_results": results}]),
    )

    [call, result] = named(events, "block.start")
    assert (call["kind"], call["by"], call["provider_type"]) == ("tool_call", "server", "search")
    assert (result["kind"], result["provider"]) == ("tool_result", {"search_results": results})
    assert [event["text"] for event in named(events, "block.delta") if event["kind"] != "provider"] == [
        '{"query":"pi"}',
        "3.14",
    ]


def test_calls_of_an_answer_in_one_piece():
    function = {"id": "c0", "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}}
    message = {"role": "assistant", "content": None, "tool_calls": [function, {**function, "id": "c1"}]}
    value = {**HEAD, "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}

    assert tools(value, whole=told_of_document) == [("c0", "f", {"x": 1}), ("c1", "f", {"x": 1})]


def test_what_stands_beside_a_thought_signature_is_told_with_it():
    extra = {"google": {"thought_signature": "c2ln", "tide": "low"}}
    events = told(START, delta(tool_calls=[calls(0, "{}", "f", "c0", extra_content=extra)]))

    [call], [signature, _] = named(events, "block.start"), named(events, "block.delta")
    assert (signature["kind"], signature["value"]) == ("signature", "c2ln")
    assert call["provider"] == {"extra_content": extra}


def test_a_thought_signature_alone_is_told_once():
    extra = {"google": {"thought_signature": "c2ln"}}
    [call] = named(told(START, delta(tool_calls=[calls(0, "{}", "f", "c0", extra_content=extra)])), "block.start")

    assert "provider" not in call


def test_what_the_server_executed_with_other_arguments_than_it_said_first_is_told():
    events = told(
        START,
        delta(executed_tools=[{"index": 0, "type": "search", "arguments": '{"query":"pi"}'}]),
        delta(executed_tools=[{"index": 0, "type": "search", "arguments": '{"query":"tau"}', "output": "6.28"}]),
    )

    assert [event["provider"] for event in named(events, "block.delta") if event["kind"] == "provider"] == [
        {"arguments": '{"query":"tau"}'}
    ]
