"""What is done to the sample project, one thing at a time, and what should come of it.

Each change is an edit as a developer would make it, or another environment. `names` is what the message has to name; a
change without it is one that no stored answer depends on, so that the tests go on replaying.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["CHANGES", "Change", "Edit"]


@dataclass(frozen=True)
class Edit:
    """In one file, one piece of text becomes another."""

    file: str
    old: str
    new: str

    def made(self, project: Path) -> None:
        path = project / self.file
        text = path.read_text()
        assert text.count(self.old) == 1, f"{self.file}: expected {self.old!r} once, found {text.count(self.old)}"
        path.write_text(text.replace(self.old, self.new))


@dataclass(frozen=True)
class Change:
    """One change to the files, or to the environment that the tests run in."""

    name: str
    edits: tuple[Edit, ...] = ()
    names: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


CLAUDE, GPT, TOOLS = "picnic/claude.py", "picnic/gpt.py", "picnic/tools.py"
CLAUDE_TESTS = "tests/test_claude.py"

A_THIRD_TOOL = Edit(
    TOOLS,
    "\n]\n",
    '\n    Tool(find_bus, "The next bus to a park.", {"park": TEXT}),\n]\n',
)
ITS_FUNCTION = Edit(
    TOOLS,
    "TOOLS = [",
    'def find_bus(park: str) -> dict[str, Any]:\n    return {"park": park, "line": len(park)}\n\n\nTOOLS = [',
)
OTHER_HEADERS = Edit(
    CLAUDE, '{"x-app": "picnic/1"}', '{"x-app": "picnic/2", "anthropic-beta": "context-1m-2025-08-07"}'
)
A_PICTURE = Edit(
    CLAUDE_TESTS,
    '"Which blanket is best on wet grass?")',
    '[PICTURE, {"type": "text", "text": "Which blanket is best on wet grass?"}])',
)
ITS_BYTES = Edit(
    CLAUDE_TESTS,
    "pytestmark = pytest.mark.cassette\n",
    """pytestmark = pytest.mark.cassette
DATA = base64.b64encode(bytes(range(256)) * 40).decode()
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": DATA}}
""",
)
TWO_EARLIER_TURNS = Edit(
    GPT,
    '{"role": "system", "content": SYSTEM}]',
    """{"role": "system", "content": SYSTEM}]
        self.messages.append({"role": "user", "content": "My name is Ada."})
        self.messages.append({"role": "assistant", "content": "Hello Ada."})""",
)
ARGUMENTS_AS_TEXT = Edit(
    GPT,
    "        self.messages.append(message)\n",
    """        for call in answer.calls.values():
            told = json.loads(call["function"]["arguments"])
            call["function"]["arguments"] = json.dumps(dict(reversed(told.items())))
        self.messages.append(message)
""",
)
TOOLS_REVERSED = Edit(CLAUDE, "for tool in TOOLS", "for tool in reversed(TOOLS)")
BETA_COUNTS = {"TOKENTAPE_MATCH_HEADERS": "anthropic-beta"}
KEY_COUNTS = {"TOKENTAPE_MATCH_KEY": "true"}
ANOTHER_KEY = {"ANTHROPIC_API_KEY": "another-key"}

CHANGES = (
    Change("model", (Edit(CLAUDE, "claude-sonnet-4-6", "claude-haiku-4-5"),), "body.model"),
    Change("system prompt", (Edit(CLAUDE, "in two sentences", "in three sentences"),), "body.system"),
    Change("tool added", (A_THIRD_TOOL, ITS_FUNCTION), "body.tools[2]"),
    Change("argument order", (Edit(CLAUDE, "dict(block.input)", "dict(reversed(block.input.items()))"),)),
    Change("argument order, within a text", (ARGUMENTS_AS_TEXT,), "function.arguments"),
    Change("id renamed", (Edit(CLAUDE, 'f"call_{', 'f"step-{'),)),
    Change("temperature", (Edit(GPT, "TEMPERATURE = 0.2", "TEMPERATURE = 0.7"),), "body.temperature"),
    Change("header changed", (OTHER_HEADERS,)),
    Change("header changed, and it counts", (OTHER_HEADERS,), "headers.anthropic-beta", environ=BETA_COUNTS),
    Change(
        "image added",
        (Edit(CLAUDE_TESTS, "import asyncio\n", "import asyncio\nimport base64\n"), A_PICTURE, ITS_BYTES),
        "body.messages[0]",
    ),
    Change("history longer", (TWO_EARLIER_TURNS,), "body.messages[1..2]"),
    Change("order of tools", (TOOLS_REVERSED,), "only the order differs"),
    Change("key wrong", (), environ=ANOTHER_KEY),
    Change("key wrong, and it counts", (), "another key", environ={**ANOTHER_KEY, **KEY_COUNTS}),
)
