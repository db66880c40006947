"""`tokentape demo`: what it prints; that it works is tests/integration/test_demo.py."""

import pytest

from gateway.cli.program import outcome
from gateway.demo import Demonstration, heard

FRAME = b'data: {"delta": {"text": "Hi"}}\n\n'


@pytest.mark.parametrize(("replayed", "code"), [(FRAME, 0), (FRAME + b"\n", 1)])
def test_it_shows_both_and_says_what_next(monkeypatch, capsys, replayed, code):
    async def demonstrate(folder, tell):
        tell("a step")
        return Demonstration(heard([(1000, FRAME)]), heard([(1500, replayed)]))

    monkeypatch.setattr("gateway.demo.demonstrate", demonstrate)
    assert outcome(["demo"]) == code
    shown = capsys.readouterr()
    assert shown.err == "tokentape: a step\n"
    assert '"Hi"' in shown.out
    assert "cassettes-demo/demo.cassette" in shown.out
