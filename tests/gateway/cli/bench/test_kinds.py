"""Rates and times as they are typed."""

import click
import pytest

from gateway.cli.bench.kinds import Rate, Seconds

GOOD = [
    (Rate(), "5", 5.0),
    (Rate(), "0.5/s", 0.5),
    (Rate(), "30/m", 0.5),
    (Seconds(), "30", 30.0),
    (Seconds(), "2m", 120.0),
    (Seconds(), "500ms", 0.5),
]
BAD = [(Rate(), "0"), (Rate(), "5/h"), (Seconds(), "0s"), (Seconds(), "1h")]


@pytest.mark.parametrize(("kind", "text", "value"), GOOD, ids=[text for _, text, _ in GOOD])
def test_what_is_meant(kind, text, value):
    assert kind.convert(text, None, None) == pytest.approx(value)


@pytest.mark.parametrize(("kind", "text"), BAD, ids=[text for _, text in BAD])
def test_what_is_not_understood_says_what_was_expected(kind, text):
    with pytest.raises(click.BadParameter, match=f"expected .*; got {text!r}"):
        kind.convert(text, None, None)
