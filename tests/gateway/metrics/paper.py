"""The streams of `streams/`, which a person can check on paper: bytes and times, and numbers worked out by hand.

on_paper()  ->  every stream: its name, the interaction, and the numbers that it has

What the lines of a file mean says streams/README.md.
"""

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from recorder.interaction import Chunk, End, Interaction, Request, Response
from tests.gateway.eventstream import chunk, named

__all__ = ["OnPaper", "on_paper", "seconds"]

FOLDER = Path(__file__).parent / "streams"
HEAD = re.compile(r"(\d{3}) (\S.*?)  ([\d.]+)$")
READ = re.compile(r"([\d.]+)(?: (\w+)(?: (.*))?)?$")

# What a stream has that says nothing of it.
USUAL = {"state": "ok", "status": 200, "streamed": True, "choices": 1, "stalls": 0, "icl": [], "token_frames": 0}
NUMBERS = ("ttfb", "ttfc", "ttft", "ttfo", "itl", "tps", "e2e", "duration", "stall_max")
COUNTS = ("status", "tokens_in", "tokens_out", "tokens_reasoning", "tokens_cached", "choices", "stalls")
WORDS = ("state", "error", "model")


@dataclass(frozen=True)
class OnPaper:
    """One stream, and all of its numbers: `expected` has what measurement_json has of it, and `icl`."""

    name: str
    interaction: Interaction
    expected: dict


def on_paper():
    """All of them, by name."""
    return [_stream(path.stem, path.read_text()) for path in sorted(FOLDER.glob("*.txt"))]


def seconds(text):
    """A number as it is written by hand, `0.35` or `3.5/99`, as the machine-readable outputs give it."""
    over, _, under = text.partition("/")
    return round(float(Fraction(over) / Fraction(under or "1")), 9)


def _stream(name, text):
    _about, stream = text.split("\n\n", 1)
    told, numbers = stream.split("\n---\n")
    (method, target), head, *lines = told.splitlines()[0].split(), *told.splitlines()[1:]
    status, content_type, at = HEAD.match(head).groups()
    chunks, end, end_at = _reads(lines)
    response = Response(int(status), (("content-type", content_type),))
    interaction = Interaction(Request("example", method, target), response, _micros(at), chunks, end, end_at)
    return OnPaper(name, interaction, _expected(numbers))


def _reads(lines):
    """The chunks, the end and its time."""
    chunks = []
    for line in lines:
        if line[0].isdigit():
            at, kind, reason = READ.match(line).groups()
            if kind:
                return tuple(chunks), End(kind, reason or ""), _micros(at)
            chunks.append(Chunk(_micros(at), b""))
        else:
            chunks[-1] = Chunk(chunks[-1].at, chunks[-1].data + _bytes(line))
    raise ValueError("no end")


def _bytes(line):
    mark, _, text = line.partition(" ")
    match mark:
        case "|":
            return f"{text}\n".encode()
        case "+":
            return text.encode()
        case ">":
            return named(json.loads(text))
        case ">>":
            return named(chunk(json.loads(text)))
    raise ValueError(f"expected a read, an end or bytes; got {line!r}")


def _expected(text):
    given = dict(line.split(" ", 1) for line in text.splitlines())
    return {
        **dict.fromkeys((*NUMBERS, *COUNTS, *WORDS)),
        **USUAL,
        **{name: value for name, value in given.items() if name in WORDS},
        **{name: seconds(value) for name, value in given.items() if name in NUMBERS},
        **{name: int(value) for name, value in given.items() if name in (*COUNTS, "token_frames", "frames")},
        **{name: [seconds(gap) for gap in value.split()] for name, value in given.items() if name == "icl"},
        **{name: value == "yes" for name, value in given.items() if name == "streamed"},
    }


def _micros(text):
    return int(Fraction(text) * 1_000_000)
