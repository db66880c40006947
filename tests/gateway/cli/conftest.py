"""A server that is none: commands are tested for what they ask of it and make of its report. And ourselves on PATH."""

import os
import sys

import pytest

from gateway.health import Report


class FakeServer:
    """Stands in for gateway.server.serve; answers with the report that a test has set."""

    def __init__(self):
        self.config = None
        self.report = Report(recorded=0, replayed=0, missed=0, aborted=0, misses=(), degraded=None)

    async def serve(self, config, *, ready, stop=None, signals=True, observed=False):
        self.config = config
        ready("http://127.0.0.1:5")
        if stop is not None:
            await stop.wait()
        return self.report

    def reports(self, **values):
        self.report = Report(**{**{name: getattr(self.report, name) for name in Report.__slots__}, **values})


@pytest.fixture
def server(monkeypatch, tmp_path):
    fake = FakeServer()
    monkeypatch.setattr("gateway.server.serve", fake.serve)
    monkeypatch.setattr("gateway.hosting.serve", fake.serve)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return fake


@pytest.fixture
def on_path(monkeypatch, tmp_path):
    """`tokentape` as other programs find it: the source that is tested, first on the PATH."""
    program = tmp_path / "bin" / "tokentape"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from gateway.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program
