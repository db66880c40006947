"""What the observer knows of the streams that pass: read here, beside the relay, and kept within bounds.

    messages ──> Intake ──> Board ──> Stream: Reader ── events ──> Meter, ticks
                              │ ──> Feed ──> pages          what has changed, ten times a second at most
                              └──> listeners                each stream once it has ended (gateway/exports)

No sockets and no HTTP. Nothing leaves with a secret in it: what is shown of headers and bodies has been through the
recorder's redaction, as if it were on a cassette.
"""

from gateway.observer.board import Board, BoardLimits
from gateway.observer.feed import Feed, FeedPage
from gateway.observer.finished import FinishedStream, Listener
from gateway.observer.intake import Intake

__all__ = ["Board", "BoardLimits", "Feed", "FeedPage", "FinishedStream", "Intake", "Listener"]
