"""What is printed of findings."""

import json

import pytest

from gateway.tools.finding import KINDS, Finding, finding_json, finding_line, summary

SECRET = Finding("a/b", "secret", "a secret by its key shape", 3, "request body", "messages[0].content")


def test_a_line_says_where_it_is_and_what_to_do():
    assert finding_line(SECRET) == (
        "error: a/b #3: secret: a secret by its key shape in the request body, at messages[0].content; "
        "tokentape cassette redact a/b"
    )
    assert finding_line(Finding("x", "empty", "nothing was recorded", remedy="delete x.cassette")) == (
        "warning: x: empty: nothing was recorded; delete x.cassette"
    )
    assert finding_line(
        Finding("x", "random", "a long random text")
    ) == "warning: x #0: random: a long random text".replace(" #0", "")


def test_json_has_it_all():
    assert json.loads(json.dumps(finding_json(SECRET))) == {
        "cassette": "a/b",
        "interaction": 3,
        "level": "error",
        "kind": "secret",
        "message": "a secret by its key shape",
        "part": "request body",
        "where": "messages[0].content",
        "remedy": "tokentape cassette redact a/b",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_a_command_or_says_all_in_its_message(kind):
    advice = Finding("x", kind, "m").advice
    assert not advice or advice.startswith("tokentape ")
    assert ("COMMAND" in advice) == (" run " in advice)


def test_nothing_reaches_the_terminal_as_it_came():
    evil = "\x1b[2J\n\u202e"
    line = finding_line(Finding("x", "secret", evil, 0, "request body", evil, evil))
    assert not set(evil[0] + evil[4:]) & set(line)


def test_the_summary_counts():
    assert summary(1, 1, []) == "checked 1 cassette, 1 interaction: nothing found"
    found = [SECRET, SECRET, Finding("x", "old", "m"), Finding("x", "empty", "m")]
    assert summary(2, 1200, found) == (
        "checked 2 cassettes, 1,200 interactions: 3 errors (2 secret, 1 old), 1 warning (1 empty)"
    )
