"""`python -m benchmarks.canned CASSETTE...`: the least that a server can do for an SDK, as a baseline.

Every answer lies ready as the bytes of a whole HTTP response, found by the exact bytes of the request's body, and
leaves in one write. No timing, no matching, no sessions. Prints where it listens.
"""

import asyncio
import sys
from pathlib import Path

from recorder.interaction import Interaction
from recorder.store import Store

_END = b"\r\n\r\n"


def response(interaction: Interaction) -> bytes:
    """Head and body as one piece."""
    head = [f"HTTP/1.1 {interaction.response.status} OK", f"content-length: {len(interaction.body)}"]
    kept = (f"{name}: {value}" for name, value in interaction.response.headers if name.lower() == "content-type")
    return "\r\n".join([*head, *kept, "", ""]).encode() + interaction.body


def answers(paths: list[Path]) -> dict[bytes, bytes]:
    """What is answered to which body."""
    stores = [Store(path) for path in paths]
    interactions = [store.load(entry) for store in stores for entry in store.read()]
    return {interaction.request.body: response(interaction) for interaction in interactions}


class Canned(asyncio.Protocol):
    """One connection of a client that waits for each answer before it asks again."""

    def __init__(self, ready: dict[bytes, bytes]) -> None:
        self._ready = ready
        self._read = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(_END)
        fields = dict(line.split(b": ", 1) for line in bytes(head).lower().split(b"\r\n")[1:])
        if end and len(body) == int(fields.get(b"content-length", 0)):
            self._read.clear()
            self._transport.write(self._ready[bytes(body)])


async def serve(paths: list[Path]) -> None:
    ready = answers(paths)
    server = await asyncio.get_running_loop().create_server(lambda: Canned(ready), "127.0.0.1", 0)
    print(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve([Path(name) for name in sys.argv[1:]]))
