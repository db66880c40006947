"""The seam's values, and that whoever claims to stand on one of its sides fits."""

import inspect
from dataclasses import FrozenInstanceError

import pytest

from recorder.recording import Recording
from recorder.replay import Replay
from recorder.scripted import Journal, ScriptedReply, ScriptedUpstream
from recorder.upstream import Receiver, Reply, Upload, Upstream


def test_an_upload_is_pieces_and_perhaps_a_length():
    upload = Upload(pieces=None, length=3)
    with pytest.raises(FrozenInstanceError):
        upload.length = 4


@pytest.mark.parametrize(
    ("side", "who"),
    [
        (Upstream, Recording),
        (Upstream, Replay),
        (Upstream, ScriptedUpstream),
        (Receiver, Journal),
        (Reply, ScriptedReply),
    ],
)
def test_who_stands_at_the_seam_has_its_methods_with_the_same_parameters(side, who):
    asked = {name: method for name, method in vars(side).items() if inspect.isfunction(method) and name[0] != "_"}
    for name, method in asked.items():
        assert list(inspect.signature(getattr(who, name)).parameters) == list(inspect.signature(method).parameters)
