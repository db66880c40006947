"""The cassette of a test that names none: `<module>/<test>`, below the folder beside the test file. Pure.

    test_agent.py  test_greets                        test_agent/test_greets
                   TestAgent.test_greets              test_agent/TestAgent.test_greets
                   test_greets[short]                 test_agent/test_greets-short
                   test_greets[Größe 2/3]             test_agent/test_greets-Gr-e-2-3-6a4207ea

What is no file name everywhere is altered, and then carries a short hash of what it was, so that no two tests meet in
one file: neither by what was altered, nor on a file system that knows no upper case.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

from recorder.naming import is_name

__all__ = ["cassette_name"]

# Short of the 128 that a part may have, with room for what is put aside beside it (`.interrupted`).
_LONGEST = 100
_HASH = 8
_LOOKS_HASHED = re.compile(rf"-[0-9a-f]{{{_HASH}}}$")
_FOREIGN = re.compile(r"[^A-Za-z0-9._-]+")


def cassette_name(module: str, classes: Iterable[str], test: str) -> str:
    """The name for the test called `test` (its parameters in brackets), in `classes`, in a file called `module`."""
    return f"{_segment(module)}/{_segment('.'.join([*classes, test]))}"


def _segment(text: str) -> str:
    head, _, parameters = text.partition("[")
    parameters = parameters.removesuffix("]")
    # What stands before a bracket is made of identifiers, which have no hyphen: nothing else becomes the same.
    plain = f"{head}-{parameters}" if parameters else text
    same = parameters == parameters.lower() and not _LOOKS_HASHED.search(plain)
    if same and len(plain) <= _LONGEST and is_name(plain):
        return plain
    cut = _FOREIGN.sub("-", text).strip("-._")[: _LONGEST - _HASH - 1]
    # A device of Windows is one whatever follows a dot.
    readable = cut if is_name(cut) else f"test-{cut}"
    return f"{readable}-{sha256(text.encode()).hexdigest()[:_HASH]}"
