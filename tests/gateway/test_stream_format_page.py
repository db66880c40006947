"""docs/stream-format.md: its examples are what really comes out, and what it names exists.

`python -m tests.gateway.test_stream_format_page` writes the events of every example anew.
"""

import json
import re
from pathlib import Path

import pytest

from gateway.events import event_json
from gateway.reader import read
from gateway.schema import schema
from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from tests.gateway.dialects.kinds import MEDIA_TYPES, framed
from tests.gateway.test_stream_properties import EXPLAINED

PAGE = Path(__file__).parents[2] / "docs" / "stream-format.md"
EXAMPLE = re.compile(
    r"### POST (?P<path>\S+)\n(?P<text>[^`]*)```(?P<wire>sse|ndjson|eventstream)\n(?P<native>.*?)```\n"
    r"(?:\n```json\n(?P<events>.*?)```\n)?",
    re.DOTALL,
)


def frames(wire, native):
    if wire == "sse":
        return [f"{block}\n\n".encode() for block in native.strip().split("\n\n")]
    return [framed(wire, json.loads(line)) for line in native.splitlines()]


def events_of(example):
    """One JSON a line, of a stream with a frame every 20 ms."""
    data = frames(example["wire"], example["native"])
    chunks = [Chunk(300_000 + 20_000 * number, frame) for number, frame in enumerate(data)]
    head = Response(200, (("content-type", MEDIA_TYPES[example["wire"]]),))
    request = Request("example", "POST", example["path"])
    asked = Interaction(request, head, 280_000, tuple(chunks), COMPLETE, chunks[-1].at)
    lines = [json.dumps(event_json(event), ensure_ascii=False, separators=(",", ":")) for event in read(asked)]
    return "".join(f"{line}\n" for line in lines)


def written(text):
    """The page with the events of every example as they are."""
    return EXAMPLE.sub(
        lambda example: (
            f"### POST {example['path']}\n{example['text']}```{example['wire']}\n{example['native']}```\n"
            f"\n```json\n{events_of(example)}```\n"
        ),
        text,
    )


EXAMPLES = list(EXAMPLE.finditer(PAGE.read_text()))


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["path"] for example in EXAMPLES])
def test_an_example_is_what_comes_out(example):
    assert example["events"] == events_of(example)


def test_there_is_an_example_for_every_family_of_apis():
    assert len(EXAMPLES) == 7


def test_every_type_of_event_is_explained():
    types = {branch["$ref"].rpartition("/")[2] for branch in json.loads(schema())["oneOf"]}
    rows = re.findall(r"^\| `([a-z.]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert "block.delta" in types
    assert types <= set(rows)


def test_every_problem_that_real_streams_have_is_explained():
    _, _, section = PAGE.read_text().partition("## Problems")
    explained = [
        text for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for text in re.findall("`(.*?)`", row)
    ]
    for pattern, _ in EXPLAINED.values():
        for problem in pattern.split("|"):
            assert any(problem.startswith(text.removesuffix("...").strip()) for text in explained), problem


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
