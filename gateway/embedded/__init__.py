"""A gateway inside another program: `Gateway` in a thread of its own, `OpenCassette` for one session of it.

    with Gateway(cassettes="tests/cassettes") as gateway, gateway.cassette("greeting") as cassette:
        client = Anthropic(base_url=cassette.base_url("anthropic"))

Both are context managers, for `with` as for `async with`, and may be used from any thread. The gateway's own thread is
what lets a client that blocks talk to it. Sessions are told apart by the path of the base URL alone, so any number of
cassettes can be in use at once, whatever else runs.
"""

from gateway.embedded.gateway import Gateway
from gateway.embedded.open_cassette import OpenCassette

__all__ = ["Gateway", "OpenCassette"]
