"""Numbers with their nouns, as all messages write them."""

__all__ = ["count"]


def count(number: int, noun: str) -> str:
    """`1 place`, `2,000 places`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
