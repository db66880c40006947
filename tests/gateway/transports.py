"""Sockets that are none: what is written to one is kept, and what it does is up to the test."""

import asyncio
import socket


class FakeSocket:
    """What options it was given."""

    family = socket.AF_INET

    def __init__(self):
        self.options = []

    def setsockopt(self, *option):
        self.options.append(option)


class FakeTransport(asyncio.Transport):
    """A transport that journals. `unsent` is what it says of its write buffer."""

    def __init__(self):
        self.socket = FakeSocket()
        super().__init__({"socket": self.socket})
        self.writes = []
        self.unsent = 0
        self.reading = True
        self.ended = None  # "closed" (after flushing) or "aborted"
        self.protocol = None

    @property
    def written(self):
        return b"".join(self.writes)

    def set_protocol(self, protocol):
        self.protocol = protocol

    def get_protocol(self):
        return self.protocol

    def write(self, data):
        self.writes.append(bytes(data))

    def writelines(self, pieces):
        self.write(b"".join(pieces))

    def get_write_buffer_size(self):
        return self.unsent

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def is_reading(self):
        return self.reading

    def is_closing(self):
        return self.ended is not None

    def close(self):
        self.ended = self.ended or "closed"

    def abort(self):
        self.ended = "aborted"


class Caller(FakeTransport):
    """Somebody who calls an aiohttp server, without a socket: says bytes, and hears what is written back."""

    def __init__(self, server):
        super().__init__()
        self.protocol = server()
        self.protocol.connection_made(self)

    async def says(self, raw, turns=30):
        """Send bytes and let the server work; gives all that was written so far."""
        self.protocol.data_received(raw)
        return await self.hears(turns)

    async def hears(self, turns=30):
        for _ in range(turns):
            await asyncio.sleep(0)
        return self.written

    def leaves(self):
        self.abort()
        self.protocol.connection_lost(None)
