"""YAML as vcrpy writes it, and YAML that was written to hurt."""

import time

import pytest
import yaml

from gateway.exchange.cursor import Refused
from gateway.exchange.vcrpy_yaml import from_yaml, to_yaml


def value(text):
    return from_yaml(text, "file").value


def test_there_and_back():
    values = {"a": ["é 世 🧑", "\x85\u2028\x1b", b"\x00\xff", {"b": 200}], "c": "yes", "d": "2020-01-01", "e": None}
    text = to_yaml(values)
    assert value(text) == values
    assert yaml.safe_load(text) == values
    assert text.isascii()


def test_no_aliases_are_written():
    twice = ["x"]
    assert "&" not in to_yaml({"a": twice, "b": twice})


def test_aliases_that_vcrpy_writes_are_read():
    assert value("a: &id001\n- x\nb: *id001\nc: *id001\n") == {"a": ["x"], "b": ["x"], "c": ["x"]}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("!!python/str 'a'", "a"),
        ("!!python/unicode 'é'", "é"),
        ("!!python/tuple [a, [b]]", ("a", ["b"])),
        ("!!python/object/new:_io.BytesIO\nstate: !!python/tuple\n- !!binary |\n  AP8=\n- 0\n- null\n", b"\x00\xff"),
        ("!!python/object/new:_io.BytesIO {}", None),
        ("!!python/object/apply:builtins.iter\nargs:\n- - a\n  - b\n", ["a", "b"]),
    ],
)
def test_pythons_own_tags_are_read_as_values(text, read):
    assert value(text) == read


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("!!python/object/apply:os.system ['true']", "line 1: could not determine a constructor for the tag"),
        ("!!python/name:os.system", "line 1: could not determine a constructor for the tag"),
        ("a: [", "line 2: did not find expected node content"),
        ("a: b: c", "line 1: mapping values are not allowed"),
        ("a\n--- b", "line 2: "),
        ("\x01", "unacceptable character"),
        ("- 1_" + "1" * 5000, "Exceeds the limit"),
        ("- !!binary 'A'", ""),
        ("- 2020-99-99", "month must be in 1..12"),
        ("? {a: b}\n: c", "line 1: found unhashable key"),
    ],
)
def test_what_is_no_plain_yaml_is_refused(text, message):
    with pytest.raises(Refused) as refused:
        value(text)
    assert str(refused.value).startswith("file: expected YAML as vcrpy writes it; ")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


BOMB = "a0: &a0 [lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "file: line 8: expected aliases for what is short, as vcrpy writes them; got a bomb"),
        ("a: &a [*a]", "file: line 1: expected aliases for what is short, as vcrpy writes them; got a bomb"),
        ("[*nowhere]", "file: line 1: expected aliases for what is short, as vcrpy writes them; got a bomb"),
        (
            f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]",
            "file: line 2: expected aliases for what is short, as vcrpy writes them; got a bomb",
        ),
        ("[" * 100_000, "file: line 1: expected at most 100 levels; got more"),
        ("\n".join(f"{' ' * n}- " for n in range(200)), "file: line 101: expected at most 100 levels; got more"),
    ],
    ids=["bomb", "itself", "nowhere", "large", "deep", "indented"],
)
def test_bombs_do_not_go_off(text, message):
    start = time.monotonic()
    with pytest.raises(Refused) as refused:
        value(text)
    assert str(refused.value) == message
    assert time.monotonic() - start < 5
