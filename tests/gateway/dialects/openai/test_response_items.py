"""Calls, results, images and what else is one block: its kind, who executes it, and its text."""

import pytest

from tests.gateway.dialects.kinds.openai_responses import CALL, START, about, added, done, ends
from tests.gateway.dialects.openai.responses_conversation import blocks, named, stop, texts, told


class TestCalls:
    def test_side_by_side_keep_their_arguments_apart(self):
        first, second = {**CALL, "call_id": "call_a"}, {**CALL, "call_id": "call_b"}

        def more(index, delta):
            return about("function_call_arguments.delta", "function_call", index, delta=delta)

        events = told(
            START,
            added("function_call", 0, **first, arguments=""),
            added("function_call", 1, **second, arguments=""),
            *(more(0, '{"a'), more(1, '{"b'), more(0, '":1}'), more(1, '":2}')),
            about("function_call_arguments.done", "function_call", 1, name="look", arguments='{"b":2}'),
            about("function_call_arguments.done", "function_call", 0, name="look", arguments='{"a":1}'),
            done("function_call", 1, **{**second, "arguments": '{"b":2}', "status": "completed"}),
            done("function_call", 0, **{**first, "arguments": '{"a":1}', "status": "completed"}),
            ends(),
        )

        assert [texts(events, index, "json") for index in (0, 1)] == [['{"a', '":1}'], ['{"b', '":2}']]
        assert named(events, "block.start")[0] == {
            "type": "block.start",
            "index": 0,
            "kind": "tool_call",
            "id": "call_a",
            "name": "look",
            "by": "client",
            "provider_type": "function_call",
            "provider": {"id": "function_call_0", "status": "in_progress"},
        }
        assert [e["index"] for e in named(events, "block.stop")] == [1, 0]
        assert stop(events)[0]["reason"] == "tool_calls"

    def test_without_arguments_have_no_json(self):
        events = told(START, added("function_call", **CALL, arguments=""), done("function_call", **CALL, arguments=""))

        assert texts(events, 0, "json") == []

    def test_with_free_input_have_text_not_json(self):
        events = told(
            START,
            added("custom_tool_call", **CALL, input=""),
            about("custom_tool_call_input.delta", "custom_tool_call", delta="look at"),
            about("custom_tool_call_input.done", "custom_tool_call", input="look at it"),
        )

        assert texts(events) == ["look at", " it"]

    def test_of_the_server_are_none_of_the_client(self):
        search = {"action": {"type": "search", "query": "tree"}}
        events = told(
            START,
            added("web_search_call", status="in_progress"),
            about("web_search_call.searching", "web_search_call"),
            done("web_search_call", status="completed", **search),
            ends(),
        )

        assert blocks(events) == [
            {
                "type": "block.start",
                "index": 0,
                "kind": "tool_call",
                "id": "web_search_call_0",
                "by": "server",
                "provider_type": "web_search_call",
                "provider": {"status": "in_progress"},
            },
            {
                "type": "block.delta",
                "index": 0,
                "kind": "provider",
                "provider": {"type": "response.web_search_call.searching"},
            },
            {"type": "block.delta", "index": 0, "kind": "provider", "provider": {"status": "completed", **search}},
            {"type": "block.stop", "index": 0},
        ]
        assert stop(events)[0]["reason"] == "stop"

    @pytest.mark.parametrize(
        ("environment", "by", "reason"),
        [({"type": "container_reference"}, "server", "stop"), ({"type": "local"}, "client", "tool_calls")],
    )
    def test_of_a_shell_are_executed_where_its_environment_says(self, environment, by, reason):
        call = {"call_id": "call_1", "action": {"commands": ["ls", "pwd"]}, "environment": environment}
        events = told(START, done("shell_call", **call), ends())

        assert named(events, "block.start")[0]["by"] == by
        assert texts(events) == ["ls", "pwd"]
        assert stop(events)[0]["reason"] == reason

    def test_of_a_shell_have_commands_that_are_told_apart(self):
        def command(verb, index, **fields):
            return about(f"shell_call_command.{verb}", "shell_call", command_index=index, **fields)

        events = told(
            START,
            added("shell_call", call_id="call_1", action={"commands": []}),
            command("added", 0, command=""),
            command("delta", 0, delta="ls"),
            command("delta", 0, delta=" -l"),
            command("added", 1, command=""),
            command("delta", 1, delta="pwd"),
            command("done", 1, command="pwd"),
            done("shell_call", call_id="call_1", action={"commands": ["ls -l", "pwd"]}),
        )

        assert [e.get("text") or e.get("provider") for e in named(events, "block.delta")] == [
            {"command_index": 0},
            "ls",
            " -l",
            {"command_index": 1},
            "pwd",
            {"action": {"commands": ["ls -l", "pwd"]}},
        ]


def test_an_image_of_several_megabytes_is_said_once_and_so_is_each_state_before_it():
    sketch, image = "A" * 3_000_000, "B" * 3_000_000
    item = {"type": "image_generation_call", "id": "image_generation_call_0", "result": image, "size": "9x9"}
    events = told(
        START,
        added("image_generation_call", status="in_progress"),
        about(
            "image_generation_call.partial_image",
            "image_generation_call",
            partial_image_b64=sketch,
            output_format="png",
            partial_image_index=0,
        ),
        done("image_generation_call", result=image, size="9x9"),
        ends(output=[item]),
    )

    assert [e for e in blocks(events) if e.get("kind") == "data"] == [
        {
            "type": "block.delta",
            "index": 0,
            "kind": "data",
            "base64": sketch,
            "mime": "image/png",
            "partial": True,
        },
        {"type": "block.delta", "index": 0, "kind": "data", "base64": image},
    ]


def test_an_item_that_nobody_knows_is_a_block_of_its_own_kind():
    [start, _] = blocks(told(START, done("from_tomorrow", thing=5)))

    assert (start["kind"], start["provider_type"]) == ("other", "from_tomorrow")
    assert start["provider"] == {"thing": 5}
