"""The options of `tokentape bench`, and the one value that they make."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

from gateway.cli.bench.kinds import Rate, Seconds
from gateway.cli.share import Share

__all__ = ["Flags", "bench_options"]

_COUNT = click.IntRange(1)
_FILE = click.Path(path_type=Path, dir_okay=False)

_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (("--api",), {"metavar": "NAME", "help": "Whose API a URL speaks, where it does not say: a provider's name."}),
    (("--prompt", "prompts"), {"metavar": "TEXT", "multiple": True, "help": "Ask this. Can be repeated."}),
    (
        ("--prompts", "file"),
        {"metavar": "FILE", "type": _FILE, "help": "Ask what is there: a prompt a line, or bodies in a .jsonl."},
    ),
    (("--cassette",), {"metavar": "NAME", "help": "Ask what this cassette's requests ask."}),
    (("--model",), {"metavar": "NAME", "help": "The model; in bodies and requests in place of theirs."}),
    (
        ("--max-tokens",),
        {"metavar": "N", "type": _COUNT, "help": "The most tokens of an answer.  [default: 256 for prompts]"},
    ),
    (("--key-env",), {"metavar": "VARIABLE", "help": "The key is in this variable, not in the provider's usual one."}),
    (("--rate",), {"metavar": "R/s", "type": Rate(), "help": "Open loop: requests are due so often.  [default: 1/s]"}),
    (
        ("--arrivals",),
        {
            "type": click.Choice(["constant", "poisson"]),
            "default": "constant",
            "show_default": True,
            "help": "At equal distances, or at random as independent users come.",
        },
    ),
    (("--seed",), {"metavar": "N", "type": int, "default": 0, "show_default": True, "help": "Of poisson arrivals."}),
    (
        ("--concurrency",),
        {"metavar": "C", "type": _COUNT, "help": "Closed loop instead: so many at a time, the next after an answer."},
    ),
    (
        ("--requests",),
        {"metavar": "N", "type": _COUNT, "help": "Measure so many.  [default: 20, or what --duration gives]"},
    ),
    (("--duration",), {"metavar": "TIME", "type": Seconds(), "help": "Send for so long: 30s, 2m."}),
    (
        ("--warmup", "warm_up"),
        {
            "metavar": "N",
            "type": click.IntRange(0),
            "default": 2,
            "show_default": True,
            "help": "Requests before, not measured.",
        },
    ),
    (
        ("--max-in-flight",),
        {
            "metavar": "N",
            "type": _COUNT,
            "default": 256,
            "show_default": True,
            "help": "Hold requests back when so many are under way, and say so.",
        },
    ),
    (("--fresh-connections", "fresh"), {"is_flag": True, "help": "A new connection for each request."}),
    (
        ("--client", "client_name"),
        {"metavar": "own|SDK", "default": "own", "show_default": True, "help": "Ask through the SDK of this provider."},
    ),
    (
        ("--slo", "objectives"),
        {"metavar": "LIMIT", "multiple": True, "help": "An objective for goodput: ttft=500ms, itl=50ms. Repeatable."},
    ),
    (
        ("--min-goodput",),
        {"metavar": "P%", "type": Share(100), "help": "Exit with 1 if less than this share is good: 95%."},
    ),
    (("--jsonl", "jsonl_file"), {"metavar": "FILE", "type": _FILE, "help": "Write a line for each request."}),
    (("--csv", "csv_file"), {"metavar": "FILE", "type": _FILE, "help": "Write a row for each request."}),
    (
        ("--record",),
        {"metavar": "NAME", "help": "Keep the answers on a new cassette, redacted; `tokentape stats` reads it."},
    ),
)


def bench_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add everything that a run can be told."""
    for names, settings in reversed(_OPTIONS):
        command = click.option(*names, **settings)(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """What was typed, by the names of the options; `rate` per second, `duration` in seconds."""

    target: str
    api: str | None
    prompts: tuple[str, ...]
    file: Path | None
    cassette: str | None
    model: str | None
    max_tokens: int | None
    key_env: str | None
    rate: float | None
    arrivals: Literal["constant", "poisson"]
    seed: int
    concurrency: int | None
    requests: int | None
    duration: float | None
    warm_up: int
    max_in_flight: int
    fresh: bool
    client_name: str
    objectives: tuple[str, ...]
    min_goodput: float | None
    jsonl_file: Path | None
    csv_file: Path | None
    record: str | None
    as_json: bool
