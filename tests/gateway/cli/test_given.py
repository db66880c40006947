"""Files and standard input, as far as they may be read."""

import io
import sys
from pathlib import Path

import pytest

from gateway.cli.given import given_bytes


def test_a_file_up_to_the_limit(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert given_bytes(tmp_path / "a", 5) == b"12345"
    assert given_bytes(tmp_path / "a", 4) is None
    assert given_bytes(Path("/dev/zero"), 1000) is None
    with pytest.raises(FileNotFoundError):
        given_bytes(tmp_path / "b", 5)


def test_standard_input_which_may_be_closed(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"12345")))
    assert given_bytes(Path("-"), 5) == b"12345"
    monkeypatch.setattr(sys, "stdin", None)
    assert given_bytes(Path("-"), 5) == b""
