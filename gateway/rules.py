"""The rules that a Config sets for cassettes: which requests ask the same, and what never reaches the disk.

One place, so that a cassette is checked and changed by exactly the rules by which it is recorded and replayed.
"""

from gateway.environment import DUMMY_KEY
from gateway.settings import Config
from gateway.unfolding import Unfolding
from recorder.matching import Matcher
from recorder.redaction import Redactor

__all__ = ["matcher_of", "redactor_of"]


def matcher_of(config: Config) -> Matcher:
    """By what requests are compared."""
    return Matcher(
        ignore=config.match_ignore,
        headers=config.match_headers,
        tool_call_ids=config.match_tool_call_ids,
        key=config.match_key,
        stand_in=DUMMY_KEY,
    )


def redactor_of(config: Config) -> Redactor:
    """What is redacted before anything is stored or compared."""
    return Redactor.with_patterns(config.redact, config.redact_paths, Unfolding())
