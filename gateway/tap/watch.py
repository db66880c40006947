"""All of the relay's side of observing, for whoever runs the relay."""

from dataclasses import dataclass

from gateway.tap.door import Door
from gateway.tap.link import Link
from gateway.tap.tap import Taps

__all__ = ["Watch"]


@dataclass(frozen=True, slots=True)
class Watch:
    """The taps, the link that they tell, and the door to what the observer shows."""

    taps: Taps
    link: Link
    door: Door

    async def start(self) -> None:
        """Start the observer. Never raises."""
        await self.link.start()

    async def close(self) -> None:
        """Tell what is left and let the observer end, and with it whoever watches."""
        await self.link.close()
        await self.door.close()
