"""These tests run in CI, too, and they record."""

import pytest


@pytest.fixture(autouse=True)
def as_on_a_desk(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
