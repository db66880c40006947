"""What is opened and closed, both ways."""

import pytest

from gateway.embedded.context import Context


class Door(Context):
    """Notes what is done to it."""

    def __init__(self):
        self.journal = []

    def open(self):
        self.journal.append("open")
        return self

    def close(self, *, failed=False):
        self.journal.append(f"close failed={failed}")


def test_with_opens_and_closes():
    with Door() as door:
        assert door.journal == ["open"]
    assert door.journal == ["open", "close failed=False"]


def test_an_error_is_told_and_goes_on():
    door = Door()
    with pytest.raises(KeyError), door:
        raise KeyError
    assert door.journal[-1] == "close failed=True"


async def test_async_with_does_the_same():
    async with Door() as door:
        pass
    with pytest.raises(KeyError):
        async with door:
            raise KeyError
    assert door.journal == ["open", "close failed=False", "open", "close failed=True"]
