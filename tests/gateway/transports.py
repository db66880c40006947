"""A socket that is not one: what is written to it is kept, and what it does is up to the test."""

import asyncio


class FakeTransport(asyncio.Transport):
    """A transport that journals. `unsent` is what it says of its write buffer."""

    def __init__(self):
        super().__init__()
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
