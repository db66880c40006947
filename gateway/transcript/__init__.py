"""What was said, folded from the events of a stream: messages, their blocks, usage, how it ended.

    events ── Transcript.of ──> Transcript ──> transcript_json (a dict), transcript_lines (for people)

Pure. What the stream did not say is None or empty. A stream that was cut has what came before: its last blocks are not
`closed`, its messages have no `reason`.
"""

from gateway.transcript.fold import Transcript
from gateway.transcript.message import Block, Message
from gateway.transcript.plain import transcript_json
from gateway.transcript.text import transcript_lines

__all__ = ["Block", "Message", "Transcript", "transcript_json", "transcript_lines"]
