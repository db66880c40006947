"""The comparison as a person reads it."""

import pytest

from gateway.tools.diff import diff_lines
from gateway.tools.diff.lines import summary, timing_lines
from tests.gateway.tools.diff.test_comparison import compared
from tests.gateway.tools.samples import interaction

FORECAST = (
    "It is mild in Paris today. There is a light wind from the west. Tomorrow it will rain all day long, in streams."
)
ONE = [
    interaction("What is the weather?", FORECAST),
    interaction("Who are you?", "A model", temperature=1),
    interaction("Bye", "Bye"),
]
TWO = [
    interaction("Bye", "Bye", tempo=2),
    interaction("What is the weather?", FORECAST.replace("light", "strong"), system="Be brief.\nNever guess."),
    interaction("Who are you?", "A model", temperature=0),
    interaction("Really?", "Yes", max_tokens=5),
]


def test_a_comparison():
    assert list(diff_lines(compared(ONE, TWO))) == [
        "one -> two: 2 changed, 1 added, 1 at another place, 1 the same",
        "",
        "moved #2 -> #0  POST /v1/messages (anthropic)",
        "",
        "changed #0 -> #1  POST /v1/messages (anthropic)",
        "  request body.system",
        '    + "Be brief.\\nNever guess."',
        "  answer choices[0].blocks[0].text",
        "      | It is mild in Paris today.",
        "    -   There is a light wind from the west.",
        "    +   There is a strong wind from the west.",
        "        Tomorrow it will rain all day long, in streams.",
        "  answer usage.output",
        "    - 111",
        "    + 112",
        "",
        "changed #1 -> #2  POST /v1/messages (anthropic)",
        "  request body.temperature",
        "    - 1",
        "    + 0",
        "",
        "added #3  POST /v1/messages (anthropic)",
        '  + model: "sim"',
        "  + max_tokens: 5",
        "  + messages:",
        '  +   - role: "user"',
        '  +     content: "Really?"',
        "  + stream: true",
        "",
        "times (they do not count):",
        "             first token            end                     chunks",
        "  #2 -> #0   300.0 ms -> 600.0 ms   601.0 ms -> 1201.0 ms   6 -> 6",
        "  #0 -> #1   300.0 ms -> 300.0 ms   601.0 ms -> 601.0 ms    6 -> 6",
        "  #1 -> #2   300.0 ms -> 300.0 ms   601.0 ms -> 601.0 ms    6 -> 6",
    ]


@pytest.mark.parametrize(
    ("one", "two", "text"),
    [
        ([], [], "one -> two: 0 the same"),
        (ONE, ONE, "one -> two: 3 the same"),
        (ONE, [], "one -> two: 3 removed"),
        (ONE[:2], ONE[1::-1], "one -> two: 1 at another place, 2 the same"),
    ],
    ids=["empty", "same", "removed", "moved"],
)
def test_the_verdict(one, two, text):
    assert summary(compared(one, two)) == text


def test_without_pairs_there_are_no_times():
    assert list(timing_lines(compared(ONE, []))) == []
    assert "times" not in "".join(diff_lines(compared([], ONE)))


def test_a_remark_says_when_it_is_hardly_a_difference():
    lines = list(diff_lines(compared([interaction("On 2026-11-02", "x")], [interaction("On 2026-11-03", "x")])))
    (place,) = (line for line in lines if "content" in line)
    assert place.startswith("  request body.messages[0].content  (")
    assert "date" in place


def test_long_differences_are_cut():
    one, two = ("\n".join(f"{word} {number}" for number in range(100)) for word in ("old", "new"))
    lines = list(diff_lines(compared([interaction("a", one)], [interaction("a", two)])))
    assert "    ... and 161 more lines (--json has all)" in lines
    assert len(lines) < 60


def test_a_text_too_long_for_a_comparison_by_lines_is_an_excerpt():
    one, two = ("a\n" * 30_000 + end for end in ("x", "y"))
    lines = list(diff_lines(compared([interaction("a", one)], [interaction("a", two)])))
    assert sum(map(len, lines)) < 2000


def test_what_was_added_is_shown_to_a_limit():
    tools = [{"name": f"tool {number}", "input_schema": {"type": "object"}} for number in range(9)]
    lines = list(diff_lines(compared([interaction("a", "x")], [interaction("a", "x", tools=tools)])))
    at = lines.index("  request body.tools")
    assert lines[at + 1 : at + 4] == [
        '    + - name: "tool 0"',
        "    +   input_schema:",
        '    +     type: "object"',
    ]
    assert lines[at + 20 : at + 23] == ["    +   input_schema:", "    + ...", ""]


def test_an_order_is_told_in_one_line():
    one, two = (
        [interaction("a", "x", tools=[{"name": name} for name in names])]
        for names in (("t", "u", "v"), ("v", "t", "u"))
    )
    lines = list(diff_lines(compared(one, two)))
    assert "    the same items in another order; by their old places: 2, 0, 1" in lines


def test_nothing_is_obeyed_by_a_terminal():
    hostile = "\x1b[2J\u202e\r\n\x1b]0;x\x07" * 9
    one = [interaction("a", "x"), interaction("b", hostile)]
    two = [interaction(hostile, hostile, **{hostile: 1}), interaction("b", "x"), interaction(hostile * 9, "x")]
    for comparison in (compared(one, two), compared(two, one)):
        assert "".join(diff_lines(comparison)).isprintable()
