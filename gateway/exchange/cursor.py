"""A value that came from outside as JSON or YAML, and where in it we are.

Cursor(value, "line 3")["response"]["status"].whole()
Refused: line 3: response.status: expected a whole number; got '200'
"""

import base64
import binascii
from collections.abc import Iterator

__all__ = ["MISSING", "Cursor", "Refused"]

# Only text, numbers and the like are shown of what came, and not endlessly.
_SHOWN = 60

_ENDLESS = 1e15


class Refused(ValueError):
    """What came cannot be imported. The message says where, what was expected and what came."""


class _Missing:
    """In place of a member that is not there."""


MISSING = _Missing()


class Cursor:
    """One value: `of` says in which line or file it lies, `path` where in there."""

    __slots__ = ("of", "path", "value")

    def __init__(self, value: object, of: str, path: str = "") -> None:
        self.value = value
        self.of = of
        self.path = path

    def __getitem__(self, name: str) -> "Cursor":
        """The member `name`, which may be missing. Raises Refused if this is no object."""
        members = self._object()
        return Cursor(members.get(name, MISSING), self.of, f"{self.path}.{name}" if self.path else name)

    def __iter__(self) -> Iterator["Cursor"]:
        """The elements. Raises Refused if this is no list."""
        if not isinstance(self.value, list | tuple):
            raise self.refused("a list")
        return (Cursor(value, self.of, f"{self.path}[{index}]") for index, value in enumerate(self.value))

    def names(self) -> list[str]:
        """The names of all members. Raises Refused if this is no object."""
        return list(self._object())

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise self.refused("an object")
        return self.value

    @property
    def here(self) -> bool:
        """Whether there is anything; null counts as nothing."""
        return self.value is not MISSING and self.value is not None

    def text(self) -> str:
        """The value, which must be text."""
        if not isinstance(self.value, str):
            raise self.refused("text")
        return self.value

    def encoded(self, errors: str = "strict") -> bytes:
        """The value, which must be text, in UTF-8; `errors` as for `str.encode`."""
        try:
            return self.text().encode("utf-8", errors)
        except UnicodeEncodeError:
            raise self.refused("text without halves of surrogate pairs") from None

    def decoded(self) -> bytes:
        """What the value says, which must be base64."""
        text = self.text()
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise self.refused("base64") from None

    def whole(self) -> int:
        """The value, which must be a whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.refused("a whole number")
        return self.value

    def number(self) -> float:
        """The value, which must be a number that has an end."""
        if not isinstance(self.value, int | float) or isinstance(self.value, bool) or abs(self.value) >= _ENDLESS:
            raise self.refused(f"a number below {_ENDLESS:g}")
        if self.value != self.value:  # NaN alone
            raise self.refused("a number")
        return float(self.value)

    def only(self, *names: str) -> None:
        """Raise Refused if there is any other member: it would be lost in silence."""
        for name in self.names():
            if name not in names:
                raise Refused(f"{self.place}: expected only {', '.join(names)}; got {name!r:.{_SHOWN}}")

    def refused(self, expected: str) -> Refused:
        """The error that says that something else was expected here."""
        return Refused(f"{self.place}: expected {expected}; got {self._shown()}")

    @property
    def place(self) -> str:
        """Where this is, for a message."""
        return f"{self.of}: {self.path}" if self.path else self.of

    def _shown(self) -> str:
        value = self.value
        if value is MISSING:
            return "nothing"
        if isinstance(value, dict | list | tuple):
            return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
        if isinstance(value, int) and abs(value) > 1 << 64:  # as text it may be endless
            return "a huge number"
        # Enough of a text to be recognised, not all of what may be a secret.
        return repr(value[:_SHOWN] if isinstance(value, str | bytes) else value)[:_SHOWN]
