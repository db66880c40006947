"""The worked example of docs/ttft.md: the same numbers from every API, and those that the page shows."""

import re
from pathlib import Path

import pytest

from gateway.measuring import measurement_of
from gateway.metrics import measurement_json
from tests.gateway.metrics.worked_example import EXAMPLES, TEXT_AT, THINKING_AT

PAGE = (Path(__file__).parents[3] / "docs" / "ttft.md").read_text()

EXPECTED = {
    "state": "ok",
    "streamed": True,
    "ttfb": 0.28,
    "ttfc": 0.30,
    "ttft": 0.50,
    "ttfo": 2.00,
    "itl": 0.035353535,  # 3.5 s over 99 tokens
    "tps": 28.285714286,  # 99 tokens in 3.5 s
    "e2e": 4.00,
    "duration": 4.02,
    "stall_max": 0.10,
    "stalls": 0,
    "tokens_in": 20,
    "tokens_out": 100,
    "token_frames": 40,
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_api_gives_the_same_numbers(name):
    measured = measurement_of(EXAMPLES[name].interaction)
    shown = measurement_json(measured)
    assert measured.api == name.partition(",")[0]
    assert measured.token_at == (*THINKING_AT, *TEXT_AT)
    assert {field: shown[field] for field in EXPECTED} == EXPECTED


def rows(heading):
    """The cells of the first table after a heading."""
    _, _, section = PAGE.partition(f"\n## {heading}\n")
    table = re.search(r"^\| ---.*\n((?:\|.*\n)+)", section, re.MULTILINE)[1]
    return [[cell.strip(" *`") for cell in line.strip("|").split("|")] for line in table.splitlines()]


def shown(micros):
    """A time as the page has it."""
    return f"{micros / 1_000_000:.2f} s" if micros >= 200_000 else f"{micros / 1000:.1f} ms"


def test_the_page_shows_what_is_measured():
    measured = measurement_of(EXAMPLES["openai.chat"].interaction)
    numbers = {name: getattr(measured, name) for name in ("ttfb", "ttfc", "ttft", "ttfo", "itl", "e2e", "duration")}
    told = {row[0]: row[-1] for row in rows("A worked example")}
    assert told == {
        **{name: shown(micros) for name, micros in numbers.items()},
        "icl": f"{len(measured.icl)} gaps, mean {shown(sum(measured.icl) / len(measured.icl))}",
        "tps": f"{measured.tps_user:.1f} tokens/s",
        "stall_max": shown(measured.stall_max),
    }


# What the tools that the page compares make of the example's moments, in µs, by their own formulas.
ROLE, FIRST, VISIBLE, LAST, TOKENS = 300_000, THINKING_AT[0], TEXT_AT[0], TEXT_AT[-1], 100
OTHERS = {
    "tokentape": (FIRST, (LAST - FIRST) / (TOKENS - 1)),
    "AIPerf": (FIRST, (LAST - FIRST) / (TOKENS - 1)),
    "guidellm": (FIRST, (LAST - FIRST) / (TOKENS - 1)),
    "guidellm, TPOT": (None, LAST / TOKENS),
    "vLLM bench serve": (ROLE, (LAST - ROLE) / (TOKENS - 1)),
    "LiteLLM": (ROLE, None),
    "OpenTelemetry, client": (ROLE, None),
    "llmperf": (VISIBLE, None),
    "chunk counters": (FIRST, (LAST - FIRST) / 39),
}


def test_the_page_translates_other_tools_by_their_formulas():
    told = {row[0]: (row[2], row[4]) for row in rows("The same stream, measured by others")}
    assert told == {
        name: tuple("-" if micros is None else shown(micros) for micros in values) for name, values in OTHERS.items()
    }
