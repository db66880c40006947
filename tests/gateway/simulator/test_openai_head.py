"""What OpenAI's two APIs share."""

import pytest

from gateway.simulator.openai_head import choice, padding, schema_of, tools_of
from gateway.simulator.prompt import Prompt, Tool
from gateway.simulator.script import write
from gateway.simulator.simulation import Simulation

SCRIPT = write(Prompt("Hi"), "m", Simulation(), "0" * 64)


def test_functions_are_found_nested_and_flat():
    nested = {"type": "function", "function": {"name": "a", "parameters": {"type": "object"}}}
    flat = {"type": "function", "name": "b"}

    assert tools_of([nested, flat, {"type": "web_search"}]) == [Tool("a", {"type": "object"}), Tool("b", {})]


@pytest.mark.parametrize(
    ("wanted", "schema"),
    [
        ({"type": "json_schema", "json_schema": {"schema": {"type": "integer"}}}, {"type": "integer"}),
        ({"type": "json_schema", "schema": {"type": "integer"}}, {"type": "integer"}),
        ({"type": "json_object"}, {"type": "object", "properties": {"answer": {"type": "string"}}}),
        ({"type": "text"}, None),
        (None, None),
    ],
)
def test_the_schema_of_a_format(wanted, schema):
    assert schema_of(wanted) == schema


def test_the_function_that_is_insisted_on():
    assert choice({"tool_choice": {"type": "function", "function": {"name": "a"}}}) == "a"
    assert choice({"tool_choice": {"type": "function", "name": "a"}}) == "a"
    assert choice({"tool_choice": "auto"}) is None


def test_padding_fills_up_and_differs():
    short, long = (padding(SCRIPT, 1, piece, None)["obfuscation"] for piece in ("ab", "a longer piece!"))

    assert (len(short), len(long)) == (14, 1)
    assert padding(SCRIPT, 2, "ab", None)["obfuscation"] != short
    assert padding(SCRIPT, 1, "ab", {"include_obfuscation": False}) == {}
