"""Who may call the gateway: asked of every request, before anything else looks at it."""

from gateway.guard.guard import READERS, Guard
from gateway.guard.page_token import with_page_token

__all__ = ["READERS", "Guard", "with_page_token"]
