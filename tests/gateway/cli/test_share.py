"""Shares as they are typed."""

import click
import pytest

from gateway.cli.share import Share


@pytest.mark.parametrize(("text", "share"), [("95%", 0.95), ("2.5%", 0.025), ("0%", 0.0), ("150%", 1.5)])
def test_what_is_meant(text, share):
    assert Share().convert(text, None, None) == pytest.approx(share)


@pytest.mark.parametrize("text", ["0.95", "95", "-1%", "1e3%", "%", "10 %"])
def test_what_may_mean_something_else_is_refused(text):
    with pytest.raises(click.BadParameter, match=f"expected a percentage, such as 10% or 2.5%; got {text!r}"):
        Share().convert(text, None, None)


def test_more_than_all_is_refused_where_that_cannot_be():
    assert Share(100).convert("100%", None, None) == 1
    with pytest.raises(click.BadParameter, match="expected a percentage up to 100%"):
        Share(100).convert("101%", None, None)
