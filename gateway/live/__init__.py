"""The only sockets to providers."""

from gateway.live.reply import Timeouts
from gateway.live.upstream import Live, Origin

__all__ = ["Live", "Origin", "Timeouts"]
