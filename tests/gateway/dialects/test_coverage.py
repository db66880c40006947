"""What every kind of event of every API becomes: run as it is, and written down for users in docs/coverage.md.

python -m tests.gateway.dialects.test_coverage     writes the page anew
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.dialects.apis import APIS
from gateway.events import BlockDelta, BlockStart, Event, MessageStop, Provider, StreamError
from gateway.reader import read
from tests.gateway.bodies import conversation
from tests.gateway.dialects import kinds
from tests.gateway.stream_rules import broken, problems

PAGE = Path(__file__).parents[3] / "docs" / "coverage.md"

INTRO = """\
# Coverage: what becomes of every event

For each API, every kind of event that it has, and what [the one format](stream-format.md) makes of it, in order.
Blocks, deltas, parts, stop reasons and errors have their own rows. Nothing here is written by hand: a test reads a
small stream that ends with such an event and writes down what came of it.

`provider` passes on what nothing else says; *repeats* is one without data, for a frame that says only what was said
before. What a row does not show was said by an earlier frame, or follows when the stream ends. Kinds that did not exist
when this was written become `provider` events, `other` blocks or the reason `other`: nothing is dropped.
"""

MODULES = sorted(
    (importlib.import_module(f"{kinds.__name__}.{found.name}") for found in pkgutil.iter_modules(kinds.__path__)),
    key=lambda module: module.API,
)
EXAMPLES = [
    pytest.param(module, values, id=f"{module.API}: {label}")
    for module in MODULES
    for label, values in module.KINDS.items()
]


def becomes(module, values) -> str:
    """What the last value's frame is made into."""
    events = list(read(conversation(module, values)))
    made = [event for event in events if event.src == len(values) - 1]
    shown: dict[str, None] = dict.fromkeys(map(told, made))
    return ", ".join(shown)


def told(event: Event) -> str:
    """An event in a few words, those of its vocabulary."""
    match event:
        case BlockStart():
            return f"`block.start` {event.kind}" + (f" ({event.by})" if event.by else "")
        case BlockDelta():
            return f"`block.delta` {event.kind}"
        case MessageStop():
            return f"`message.stop` {event.reason}"
        case Provider():
            return "`provider`" if event.data is not None else "`provider` *repeats*"
        case StreamError():
            return f"`stream.error` {event.kind}"
        case _:
            return f"`{event.type}`"


def page() -> str:
    """docs/coverage.md, as it should be."""
    return "\n".join([INTRO, *(line for module in MODULES for line in table(module))])


def table(module) -> Iterator[str]:
    yield f"## {module.API}\n"
    yield "| event | becomes |\n| --- | --- |"
    for label, values in module.KINDS.items():
        yield f"| {label.replace('|', chr(92) + '|')} | {becomes(module, values)} |"
    yield ""


@pytest.mark.parametrize(("module", "values"), EXAMPLES)
def test_every_kind_is_read_and_keeps_the_rules(module, values):
    interaction = conversation(module, values)
    assert problems(read(interaction)) == []
    assert broken(interaction) == []
    assert becomes(module, values)


def test_every_api_has_its_kinds():
    assert {module.API for module in MODULES} == {api.name for _, api in APIS}


def test_the_page_says_what_comes_out():
    current = PAGE.read_text() if PAGE.exists() else ""
    assert current == page(), "python -m tests.gateway.dialects.test_coverage writes docs/coverage.md anew"


if __name__ == "__main__":
    PAGE.write_text(page())
