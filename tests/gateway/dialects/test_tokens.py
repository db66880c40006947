"""Parts of counts, and their totals."""

import pytest

from gateway.dialects.tokens import sum_of, with_cached


@pytest.mark.parametrize(
    ("counts", "total"), [((), None), ((None, None), None), ((0, None), 0), ((3, 4), 7), ((None, 4), 4)]
)
def test_a_sum_is_of_what_was_said(counts, total):
    assert sum_of(*counts) == total


@pytest.mark.parametrize(
    ("uncached", "read", "written", "total"),
    [(3, 10, 100, 113), (3, None, None, 3), (0, 10, None, 10), (None, 10, 100, None), (None, None, None, None)],
)
def test_what_was_cached_alone_is_not_the_input(uncached, read, written, total):
    assert with_cached(uncached, read, written) == total
