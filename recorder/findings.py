"""What a search for secrets tells: where one stands and which rule knew it. Never the secret itself."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Part"]

Part = Literal["request target", "request headers", "request body", "response headers", "response body"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One secret in a stored interaction.

    `where` is a header's or parameter's name, or a path into the body (`messages[2].content`); both come from outside,
    so escape them before they are shown. `rule` is for people: `key shape`, `member name`, `header name`, ...
    """

    part: Part
    where: str
    rule: str
