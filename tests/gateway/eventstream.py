"""Messages of Amazon's event stream, for tests: what Bedrock would send.

message({":event-type": "messageStop"}, payload)  ->  bytes, with both checksums
named({"messageStop": {"stopReason": "end_turn"}})  ->  the same, from the one field of an object
chunk({"outputText": "Hi"})  ->  {"chunk": {"bytes": "eyJ...", "p": "abc"}}, InvokeModel's envelope
"""

import base64
import json
import struct
import zlib

__all__ = ["MEDIA_TYPE", "chunk", "message", "named", "stream"]

MEDIA_TYPE = "application/vnd.amazon.eventstream"


def message(headers, payload):
    """One message with these headers, all of them strings."""
    block = b"".join(
        struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value.encode())) + value.encode()
        for name, value in headers.items()
    )
    lengths = struct.pack(">II", 16 + len(block) + len(payload), len(block))
    begin = lengths + struct.pack(">I", zlib.crc32(lengths)) + block + payload
    return begin + struct.pack(">I", zlib.crc32(begin))


def named(value):
    """The message that is called as the only field of `value`, with what is in it: an event, or an exception."""
    ((name, said),) = value.items()
    kind = "exception" if name.endswith("Exception") else "event"
    headers = {f":{kind}-type": name, ":content-type": "application/json", ":message-type": kind}
    return message(headers, json.dumps(said).encode())


def chunk(said):
    """What a model says, in InvokeModel's envelope."""
    return {"chunk": {"bytes": base64.b64encode(json.dumps(said).encode()).decode(), "p": "abcdefgh"}}


def stream(*values):
    """The messages of a stream."""
    return b"".join(map(named, values))
