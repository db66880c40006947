"""docs/misses.md and docs/matching.md show misses as they are: each block of output is made here.

To see what a changed message reads like now: `python -m tests.test_misses_page` prints all blocks.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from recorder.cassette import Cassette
from recorder.interaction import COMPLETE, Chunk, End, Interaction, Request, Response
from recorder.matching import Matcher
from recorder.store import Store

DOCS = Path(__file__).parent.parent / "docs"

TOOLS = [{"name": "get_weather", "input_schema": {"type": "object"}}, {"name": "get_time"}]
CHAT: dict[str, Any] = {
    "model": "claude-opus-4",
    "max_tokens": 300,
    "system": "You are a guide to Paris. Answer in few words.",
    "messages": [{"role": "user", "content": "Shall I take an umbrella?"}],
    "tools": TOOLS,
}
CALL = {"type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Paris", "days": 2}'}}


def ask(*headers: tuple[str, str], **changes: Any) -> Request:
    return Request("anthropic", "POST", "/v1/messages", headers, json.dumps(CHAT | changes).encode())


def missed(folder: Path, request: Request, *stored: Request, end: End = COMPLETE, played: int = 0, **rules: Any) -> str:
    """What `request` is told by a cassette of these, of whose answers some have been played."""
    path = folder / f"weather-{len(list(folder.iterdir()))}.cassette"
    store = Store(path)
    cassette = Cassette("weather", store, **rules)
    for each in stored:
        cassette.record(Interaction(each, Response(200), 1, (Chunk(1, b"{}"),), end, 2))
    store.close()
    cassette = Cassette("weather", Store(path), **rules)
    for each in stored[:played]:
        cassette.find(each)
    return str(cassette.miss(request))


def system(now: str) -> Request:
    return ask(system=f"You are a guide to Paris. It is {now}. Answer in few words.")


def called(arguments: str) -> Request:
    function = {"name": "get_weather", "arguments": arguments}
    history = [*CHAT["messages"], {"role": "assistant", "tool_calls": [CALL | {"id": "call_1", "function": function}]}]
    body = {"model": "gpt-5", "messages": history}
    return Request("openai", "POST", "/v1/chat/completions", (), json.dumps(body).encode())


def blocks(folder: Path) -> dict[str, list[str]]:
    """Every block of output, by page."""
    key, other_key = "sk-" + "ant-" + "a" * 40, "sk-" + "ant-" + "b" * 40
    more = [*CHAT["messages"], {"role": "assistant", "content": "Yes."}, {"role": "user", "content": "And tomorrow?"}]
    new_tool = {"name": "get_wind", "input_schema": {"type": "object"}}
    changed = missed(
        folder, ask(model="claude-haiku-5", tools=[TOOLS[0], new_tool, TOOLS[1]]), ask(), ask(max_tokens=5), played=1
    )
    return {
        "matching.md": [missed(folder, ask(model="claude-haiku-5"), ask())],
        "misses.md": [
            changed,
            missed(folder, system("2026-11-21T09:12:00Z"), system("2026-11-20T18:30:07Z")),
            missed(folder, called('{"days": 2, "city": "Paris"}'), called('{"city": "Paris", "days": 2}')),
            missed(folder, ask(tools=TOOLS[::-1]), ask()),
            missed(folder, ask(messages=more), ask()),
            missed(folder, ask(service_tier="auto"), ask()),
            missed(
                folder,
                ask(("x-api-key", other_key)),
                ask(("x-api-key", key)),
                matcher=Matcher(key=True),
            ),
            missed(folder, ask(), ask(), ask(), played=2, repeat="never"),
            missed(folder, ask(), ask(), end=End("upstream_error", "reset")),
        ],
    }


@pytest.mark.parametrize("page", ["matching.md", "misses.md"])
def test_each_miss_on_the_page_is_a_real_one(page: str, tmp_path: Path) -> None:
    shown = re.findall(r"```text\n(.*?)\n```", (DOCS / page).read_text(), re.DOTALL)
    assert shown == blocks(tmp_path)[page]


if __name__ == "__main__":
    import sys
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for texts in blocks(Path(folder)).values():
            sys.stdout.write("\n\n".join(texts) + "\n\n")
