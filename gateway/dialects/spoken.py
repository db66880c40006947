"""A text that came in pieces, kept to be compared with its repetition: several APIs end with all of it once more."""

__all__ = ["Spoken"]


class Spoken:
    """What was said so far. Joined only when somebody asks: adding to a text each time copies all of it each time."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def __str__(self) -> str:
        self._pieces = ["".join(self._pieces)] if self._pieces else []
        return self._pieces[0] if self._pieces else ""

    def add(self, text: str) -> None:
        """More of it."""
        if text:
            self._pieces.append(text)

    def beyond(self, whole: str) -> str | None:
        """What `whole` has after what was said; None if it does not begin with that."""
        said = str(self)
        return whole[len(said) :] if whole.startswith(said) else None
