"""Text becomes what TOML would have given; what is wrong stays what it was, for the message."""

from contextlib import suppress
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import settings as settings_module
from gateway.settings import SETTINGS, Config
from recorder import modes

_SOME = {
    "whole": st.integers(),
    "text": st.text(),
    "flag": st.booleans(),
    "float": st.floats(),
    "list": st.lists(st.text()),
    "table": st.dictionaries(st.text(), st.text()),
}


@pytest.mark.parametrize("key", sorted(SETTINGS))
@settings(max_examples=25)
@given(value=st.one_of(*_SOME.values()))
def test_check_accepts_or_raises_value_error(key, value):
    with suppress(ValueError):
        SETTINGS[key].check(value)


@pytest.mark.parametrize("key", sorted(SETTINGS))
@settings(max_examples=25)
@given(text=st.text())
def test_read_never_raises(key, text):
    SETTINGS[key].read(text)


@pytest.mark.parametrize(
    "key", sorted(set(SETTINGS) - {"pacing", "cassettes", "max_streams", "page_token", "upstreams"})
)
def test_a_default_is_a_valid_value(key):
    default = getattr(Config(), key)
    assert SETTINGS[key].check(default) == default


def test_the_modes_are_those_of_the_recorder():
    """Written twice, since recorder.modes brings asyncio, which --help must not wait for."""
    assert get_args(settings_module.Mode) == get_args(modes.Mode)


@pytest.mark.parametrize(
    ("text", "size"),
    [("1", 1), ("1kB", 1000), ("1KiB", 1024), ("2 MB", 2_000_000), ("3GiB", 3 << 30), ("64mib", 64 << 20)],
)
def test_sizes(text, size):
    assert SETTINGS["max_body"].check(text) == size


@pytest.mark.parametrize("text", ["0", "1.5MiB", "1TiB", "MiB", "-1", "1 000", "9" * 13, "²MiB", ""])
def test_what_is_no_size(text):
    with pytest.raises(ValueError):
        SETTINGS["max_body"].check(text)
