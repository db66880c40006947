"""The process's environment, changed for a while: it is where the SDKs look for their base URLs and keys."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

__all__ = ["environment"]


@contextmanager
def environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """Have the variables of `wanted` set in the block. Afterwards each of them is what it was, the others are left."""
    changed = {name: os.environ.get(name) for name, value in wanted.items() if os.environ.get(name) != value}
    os.environ.update({name: wanted[name] for name in changed})
    try:
        yield
    finally:
        for name, before in changed.items():
            if before is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = before
