"""The options of the simulated provider. Frozen: one value says everything that a run depends on."""

from dataclasses import dataclass

__all__ = ["Simulation"]


@dataclass(frozen=True, slots=True)
class Simulation:
    """How the simulated provider behaves. Times are milliseconds.

    `ttft_ms` passes from the request to the first token, `gap_ms` between frames; `spread` (0 to 1) varies both, each
    by up to that part of itself, by the seed. A text has about `words` words. With `separators` it contains raw U+2028,
    U+2029 and U+0085, which JSON allows and careless line readers take for line ends. Raises ValueError for what cannot
    be.
    """

    seed: int = 0
    ttft_ms: float = 120.0
    gap_ms: float = 25.0
    spread: float = 0.0
    words: int = 40
    separators: bool = False

    def __post_init__(self) -> None:
        """Refuse what has no meaning, by name."""
        for name, value in (("ttft_ms", self.ttft_ms), ("gap_ms", self.gap_ms), ("words", self.words)):
            if not 0 <= value < 1e9:
                raise ValueError(f"{name}: expected a number from 0 to 1e9, got {value!r}")
        if not 0 <= self.spread <= 1:
            raise ValueError(f"spread: expected a part from 0 to 1, got {self.spread!r}")
