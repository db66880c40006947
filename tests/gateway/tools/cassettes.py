"""Cassettes for the tests of tools that check and change them."""

from recorder.interaction import COMPLETE, Chunk, Interaction, Request, Response
from recorder.matching import FINGERPRINT_VERSION, Matcher
from recorder.store import Store

START = b'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","role":"assistant"}}\n\n'
STOP = b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
SSE = (("content-type", "text/event-stream"),)

# Built here, so that nobody takes it for one that leaked.
KEY = b"sk-" + b"Zx9" * 12


def asked(text, number=0):
    body = b'{"model":"m","messages":[{"role":"user","content":"%s"}],"n":%d}' % (text, number)
    return Request("anthropic", "POST", "/v1/messages", (("content-type", "application/json"),), body)


def answer(number=0, body=START + STOP, *, text=b"hello", end=COMPLETE, status=200, headers=SSE, recorded=None):
    """An interaction that was asked `number`; a stream in two chunks."""
    half = len(body) // 2
    facts = {"recorded_at": recorded} if recorded else {}
    chunks = (Chunk(2000, body[:half]), Chunk(2500, body[half:]))
    return Interaction(asked(text, number), Response(status, headers), 1000, chunks, end, 3000, facts)


def record(path, *interactions, version=FINGERPRINT_VERSION):
    """Put them on a cassette as they are: unredacted."""
    store = Store(path)
    for each in interactions:
        store.append(each, Matcher().fingerprint(each.request), version)
    store.close()
    return store


def stored(path):
    store = Store(path)
    return [store.load(entry) for entry in store.read()]
