"""The relay's side of observing: what passes is told to a second process, which reads and shows it.

    upstream ──> Tap ──> client          forward, then pack number, read at, written at, bytes; nothing else
                  └─ Link: every 20 to 100 ms, if anything came, one batch ──> the observer's stdin
    GET /_/...  ──> Door ──────────────────────────────────────────────> the observer's Unix socket

Reading a stream costs more than relaying it, so nothing is read here. An observer that is slow is told of fewer
streams, and one that is gone of none; no stream feels it.
"""

from gateway.tap.door import Door
from gateway.tap.link import Link
from gateway.tap.messages import Setup
from gateway.tap.tap import UNTAPPED, Tap, Taps, Untapped
from gateway.tap.watch import Watch

__all__ = ["UNTAPPED", "Door", "Link", "Setup", "Tap", "Taps", "Untapped", "Watch"]
