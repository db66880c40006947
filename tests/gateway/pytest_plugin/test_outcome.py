"""What crosses processes stays what it was."""

import json

import pytest

from gateway.pytest_plugin.outcome import Outcome


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(test="test_it", path="/a"),
        Outcome(
            test="t",
            path="/a",
            shared=True,
            replayed=1,
            recorded=2,
            missed=3,
            expected=True,
            unplayed=(0, 4),
            age=1.5,
            ttft=0.2,
            aside="/b",
        ),
    ],
    ids=["least", "most"],
)
def test_through_json_and_back(outcome):
    assert Outcome.of_json(json.loads(json.dumps(outcome.as_json()))) == outcome
