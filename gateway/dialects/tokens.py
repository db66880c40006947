"""Totals of tokens that a provider gives in parts, as ours are: input with what is cached, output with reasoning."""

__all__ = ["sum_of", "with_cached"]


def sum_of(*counts: int | None) -> int | None:
    """The sum of those that there are; None if there are none."""
    total = None
    for count in counts:
        if count is not None:
            total = (0 if total is None else total) + count
    return total


def with_cached(uncached: int | None, read: int | None, written: int | None) -> int | None:
    """The input of a provider that leaves out what it read from a cache or wrote to it; None if it did not say."""
    return None if uncached is None else sum_of(uncached, read, written)
