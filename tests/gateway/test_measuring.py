"""The numbers of what is on a cassette."""

from dataclasses import replace

import pytest

from gateway.measuring import measurement_of
from tests.gateway.metrics.worked_example import EXAMPLES

CHAT = EXAMPLES["openai.chat"].interaction


@pytest.mark.parametrize(("fact", "new"), [("new", True), ("reused", False), ("warm", None), (7, None), (None, None)])
def test_a_connections_first_stream_is_marked_if_the_recording_says_so(fact, new):
    facts = {} if fact is None else {"connection": fact}
    assert measurement_of(replace(CHAT, facts=facts)).new_connection is new


def test_what_is_on_a_cassette_was_live():
    assert not measurement_of(CHAT).replayed


def test_what_was_recorded_from_a_replay_stays_one():
    assert measurement_of(replace(CHAT, facts={"source": "replay"})).replayed
