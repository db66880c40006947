"""Which cassettes are used, and what is left over. Whole runs are tried in test_pytest_plugin."""

import json
from pathlib import Path

import pytest

from gateway.pytest_plugin.inventory import Inventory, selects_all
from gateway.pytest_plugin.outcome import Outcome

pytest_plugins = ["pytester"]


@pytest.mark.parametrize(
    ("arguments", "whole"),
    [
        ([], True),
        (["."], True),
        (["-x", "-v"], True),
        (["test_one.py"], False),
        ([".", "test_one.py::test_a"], False),
        (["-k", "a"], False),
        (["-m", "slow"], False),
        (["--lf"], False),
        (["--sw"], False),
        (["--deselect", "test_one.py::test_a"], False),
        (["--ignore", "test_one.py"], False),
        (["--ignore-glob", "*one*"], False),
        (["--collect-only"], False),
    ],
    ids=str,
)
def test_which_command_lines_take_in_every_test(pytester, monkeypatch, arguments, whole):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(test_one="def test_a(): pass")
    assert selects_all(pytester.parseconfig(*arguments)) is whole


@pytest.fixture
def folder(tmp_path):
    for name in ("used", "sub/gone", "used.failed", ".used.cassette.new"):
        path = tmp_path / f"{name}.cassette"
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "vcr.yaml").touch()
    return tmp_path


def inventory(folder, *, whole=True):
    found = Inventory(whole=whole)
    found.folders.add(str(folder))
    found.add(folder / "used.cassette")
    return found


def test_what_no_test_uses_is_left_over(folder):
    assert inventory(folder).orphans() == [folder / "sub" / "gone.cassette"]


def test_what_was_used_unforeseen_is_none(folder):
    found = inventory(folder)
    found.used([Outcome(test="t", path=str(folder / "sub" / "gone.cassette"))])
    assert found.orphans() == []


def test_a_part_of_the_tests_cannot_tell(folder):
    assert inventory(folder, whole=False).orphans() == []
    other = inventory(folder)
    other.merge(inventory(folder, whole=False).as_json())
    assert other.orphans() == []


def test_workers_add_up(folder):
    first, second = inventory(folder), Inventory(whole=True)
    second.add(folder / "sub" / "gone.cassette")
    first.merge(json.loads(json.dumps(second.as_json())))
    assert first.orphans() == []


def test_a_cassette_of_one_test_alone():
    found = Inventory(whole=True)
    one, shared = Path("/one.cassette"), Path("/shared.cassette")
    for path in (one, shared, shared):
        found.add(path)
    same = Inventory(whole=True)
    same.merge(found.as_json())
    same.merge(found.as_json())  # each worker collects the same tests: they are not counted twice
    for each in (found, same):
        assert [each.knows_alone(path) for path in (one, shared, Path("/none.cassette"))] == [True, False, False]
