"""Everything that recorder raises on purpose.

    RecorderError
    ├── CassetteError          a cassette file cannot be used as asked; the message names file, offset, finding, remedy
    │   ├── CassetteDamaged    bytes that fail their checksum or their counts
    │   ├── CassetteForeign    not a cassette at all: never touched
    │   ├── CassetteTooNew     written by a later major version
    │   ├── CassetteLocked     another process is writing to it
    │   ├── CassetteName       a name that may not become a file
    │   ├── CassetteFull       one interaction, or the file, is over its limit
    │   ├── MatchFailed        the user's own function of the matching rules failed; the message names it
    │   └── Unstorable         one interaction breaks a rule of the format
    │       └── Unredactable   or nobody can tell that no secret is left in it
    ├── Miss                   no stored interaction matches (carries the mismatch, if there was a candidate)
    ├── RecordingStopped       the recorder is degraded, and the settings say: then do not even ask the upstream
    └── UpstreamFailed         an upstream gave no response head (carries the reason)

Messages say what was expected, what came, where, and what to do. Foreign exceptions (OSError, msgpack's) are
translated where they are met.
"""

from typing import Literal

from recorder.findings import Part

__all__ = [
    "CassetteDamaged",
    "CassetteError",
    "CassetteForeign",
    "CassetteFull",
    "CassetteLocked",
    "CassetteName",
    "CassetteTooNew",
    "FailureReason",
    "MatchFailed",
    "Miss",
    "RecorderError",
    "RecordingStopped",
    "Unredactable",
    "Unstorable",
    "UpstreamFailed",
]

FailureReason = Literal["dns", "refused", "tls", "connect_timeout", "closed", "protocol", "timeout", "loop"]
"""Why there was no response head: `closed` is a connection that ended first, `timeout` a head that never came whole."""


class RecorderError(Exception):
    """Base of the tree above."""


class CassetteError(RecorderError):
    """A cassette file cannot be used as asked."""


class CassetteDamaged(CassetteError):
    """Bytes in the file fail their checksum, or counts disagree."""


class CassetteForeign(CassetteError):
    """The file is not a cassette. It is never modified."""


class CassetteTooNew(CassetteError):
    """The file was written by a later major version of the format. It is never modified."""


class CassetteLocked(CassetteError):
    """Another process holds the cassette for writing; the message names its pid."""


class CassetteName(CassetteError):
    """The name may not become a file below the cassette folder."""


class CassetteFull(CassetteError):
    """An interaction or the file would pass a size limit."""


class Unstorable(CassetteError):
    """An interaction breaks a rule of the format (a status that HTTP does not have, say): others can be stored."""


class MatchFailed(CassetteError):
    """The user's own function, by which requests are compared, raised or gave no request."""


class Unredactable(Unstorable):
    """A body of an interaction cannot be searched for secrets, so it is not stored. `part` says which body."""

    def __init__(self, message: str, part: Part = "response body") -> None:
        super().__init__(message)
        self.part = part


class Miss(RecorderError):
    """No stored interaction matches the request. The message is the explanation that the client is shown."""


class RecordingStopped(RecorderError):
    """Recording has failed before, and with `strict_record` no request is sent that could not be recorded."""


class UpstreamFailed(RecorderError):
    """The upstream gave no response head; nothing has been sent to the client yet."""

    def __init__(self, reason: FailureReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
