"""JSON lines: there and back is the same, and one wrong line is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.cursor import Refused
from gateway.exchange.json_lines import from_json_lines, json_lines
from tests.gateway.exchange.interactions import ANY, BROKEN, CASSETTES, ROOT, STREAM, on_file

FIRST = '{"tokentape":"cassette","version":1}\n'


@given(st.lists(ANY, max_size=3))
def test_there_and_back(interactions):
    text = "".join(json_lines(interactions))
    assert list(from_json_lines(text).interactions) == interactions
    assert "".join(json_lines(from_json_lines(text).interactions)) == text
    assert text.count("\n") == len(interactions) + 1


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_recordings_come_back(path):
    interactions = on_file(path)
    assert list(from_json_lines("".join(json_lines(interactions))).interactions) == interactions


def test_the_first_line_says_what_it_is():
    assert "".join(json_lines([])) == FIRST


def test_the_example_of_the_page_is_what_is_written():
    page = (ROOT / "docs" / "exchange.md").read_text()
    example = page.partition("```json\n")[2].partition("```")[0]
    assert "".join(json_lines(from_json_lines(example).interactions)) == example


def test_a_seed_of_its_own_is_kept():
    text = "".join(json_lines([STREAM], seed=7))
    assert text.startswith('{"tokentape":"cassette","version":1,"seed":7}\n')
    assert from_json_lines(text).seed == 7
    assert from_json_lines(FIRST).seed is None


@pytest.mark.parametrize("seed", ["0", "-1", "4294967296", '"7"', "1.0", "true"])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(Refused, match="line 1: seed: expected a"):
        from_json_lines(f'{{"tokentape":"cassette","version":1,"seed":{seed}}}')


def test_blank_lines_and_other_line_ends_do_not_matter():
    text = "".join(json_lines([STREAM, BROKEN])).replace("\n", "\r\n\r\n")
    assert from_json_lines(text).interactions == (STREAM, BROKEN)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: expected JSON; at column 2: Expecting property name enclosed in double quotes"),
        ("[]", "line 2: expected an object; got a list of 0"),
        ("null", "line 2: expected an object; got None"),
        ("{}", "line 2: request: expected an object; got nothing"),
    ],
)
def test_a_wrong_line_is_named(line, message):
    with pytest.raises(Refused) as refused:
        from_json_lines(FIRST + line)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('"status":500', '"status":999', "line 2: the interaction cannot be stored: `status` must be a whole number"),
        ('"head_at":-15', f'"head_at":{1 << 60}', "`head_at` must be a whole number from -9007199254740991"),
        ('"method":"GET"', '"method":"GET /"', "`method` must be an HTTP token"),
        ('"target":"/x', '"target":"/x y', "`target` must be text without white space"),
        ('"facts":{}', f'"facts":{{"a":{1 << 70}}}', "line 2: the interaction cannot be stored: "),
        ('"facts":{}', '"facts":{"a":"\\ud800"}', "line 2: the interaction cannot be stored: "),
        ('"headers":[]', '"headers":[["a","b\\nc"]]', "`request_headers` must be headers"),
        ('"headers":[]', '"headers":[["a","世"]]', "`request_headers` must be headers"),
    ],
)
def test_what_no_cassette_can_hold_is_refused(old, new, part):
    text = "".join(json_lines([BROKEN]))
    assert old in text
    with pytest.raises(Refused) as refused:
        from_json_lines(text.replace(old, new, 1))
    assert part in str(refused.value)
    assert str(refused.value).startswith("line 2: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'line 1: expected {"tokentape":"cassette","version":1}, as `tokentape cassette export` writes it first'),
        (
            '\n{"log": {}}',
            'line 2: expected {"tokentape":"cassette","version":1}, as `tokentape cassette export` writes it first',
        ),
        ('{"tokentape":"x","version":1}', "line 1: tokentape: expected 'cassette'; got 'x'"),
        (
            '{"tokentape":"cassette","version":2}',
            "line 1: version: expected 1, which this tokentape reads; a later one has written the file; got 2",
        ),
        (
            '{"tokentape":"cassette","version":1,"more":1}',
            "line 1: expected only tokentape, version, seed; got 'more'",
        ),
    ],
)
def test_what_begins_otherwise_is_refused(text, message):
    with pytest.raises(Refused) as refused:
        from_json_lines(text)
    assert str(refused.value) == message
