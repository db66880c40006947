"""The process's environment, changed for a while."""

import os

import pytest

from gateway.pytest_plugin.environ import environment


def test_variables_are_set_in_the_block_and_afterwards_as_before(monkeypatch):
    monkeypatch.setenv("THERE", "before")
    monkeypatch.delenv("NEW", raising=False)
    with environment({"THERE": "within", "NEW": "within"}):
        assert (os.environ["THERE"], os.environ["NEW"]) == ("within", "within")
    assert os.environ["THERE"] == "before"
    assert "NEW" not in os.environ


def test_what_others_change_is_left_and_an_error_changes_nothing(monkeypatch):
    monkeypatch.setenv("SAME", "same")
    monkeypatch.delenv("GONE", raising=False)

    def work():
        with environment({"SAME": "same", "GONE": "within"}):
            os.environ["SAME"] = "changed by the test"
            del os.environ["GONE"]
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert os.environ["SAME"] == "changed by the test"
    assert "GONE" not in os.environ


def test_blocks_can_be_nested(monkeypatch):
    monkeypatch.setenv("URL", "0")
    with environment({"URL": "1"}):
        with environment({"URL": "2"}):
            assert os.environ["URL"] == "2"
        assert os.environ["URL"] == "1"
    assert os.environ["URL"] == "0"
