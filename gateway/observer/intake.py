"""The intake: batches from the relay, told to the board in order, a piece at a time.

A bug in reading one stream is not the next one's: that stream is marked as broken, and the others go on.
"""

import asyncio
import logging
from collections.abc import Sequence

from gateway.observer.board import Board
from gateway.tap.messages import KINDS, Health, Lost, Message, unpacked
from recorder.clock import Clock

__all__ = ["Intake"]

logger = logging.getLogger(__name__)

# Reading a message takes some 50 µs; between pieces of so many, pages get their turn.
_PIECE = 200


class Intake:
    """Tells `board` what comes. `behind` is how old (ns) the last batch was when all of it had been read."""

    def __init__(self, board: Board, clock: Clock) -> None:
        self.behind = 0
        self._board = board
        self._clock = clock

    async def take(self, data: bytes) -> None:
        """Read one batch."""
        packed_at, messages = unpacked(data)
        for start in range(0, len(messages), _PIECE):
            self.tell(messages[start : start + _PIECE])
            await asyncio.sleep(0)
        self.behind = self._clock.now() - packed_at

    def tell(self, messages: Sequence[Message]) -> None:
        """Tell the board of these."""
        board = self._board
        for message in messages:
            try:
                if len(message) == 4:
                    board.chunk(*message)
                else:
                    self._tell_other(*message)
            except Exception:  # a bug in reading one stream; logged, and that stream is told to be broken
                logger.exception("this is a bug in tokentape: a stream cannot be shown")
                board.lost(0, (message[0],))

    def _tell_other(self, number: int, kind: str, fields: Message) -> None:
        said = KINDS[kind](*fields)
        if isinstance(said, Lost):
            self._board.lost(*said)
        elif isinstance(said, Health):
            self._board.health = said.text
        else:
            getattr(self._board, kind)(number, said)
