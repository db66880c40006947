"""What redaction has done to an interaction, as its facts tell it."""

from recorder.interaction import Interaction

__all__ = ["newly_redacted"]


def newly_redacted(before: Interaction, after: Interaction) -> tuple[int, set[str]]:
    """How many places are overwritten in `after` that were not in `before`, and the headers that it lost, by name."""
    return _places(after) - _places(before), _withheld(after) - _withheld(before)


def _places(interaction: Interaction) -> int:
    count = interaction.facts.get("redacted", 0)
    return count if isinstance(count, int) else 0


def _withheld(interaction: Interaction) -> set[str]:
    return set(filter(None, str(interaction.facts.get("withheld", "")).split(",")))
