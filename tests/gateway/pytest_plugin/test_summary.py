"""What is told at the end. As it is seen in a terminal: test_pytest_plugin."""

from pathlib import Path

from gateway.pytest_plugin.inventory import Inventory
from gateway.pytest_plugin.outcome import Outcome
from gateway.pytest_plugin.summary import findings, totals

BASE = Path("/project")


def outcome(name="a", **values):
    return Outcome(test=f"test_{name}", path=f"/project/{name}.cassette", **values)


def found(*outcomes, whole=False, max_age=0.0):
    return findings(outcomes, Inventory(whole=whole), max_age, BASE)


def test_totals_in_a_line():
    assert totals([outcome(replayed=2)]) == "2 replayed on 1 cassette"
    assert totals([outcome(recorded=1), outcome("b", missed=3)]) == "0 replayed, 1 recorded, 3 missed on 2 cassettes"
    assert totals([outcome(missed=1, expected=True)]) == "0 replayed on 1 cassette"


def test_nothing_to_be_looked_at():
    assert found(outcome(replayed=2, age=400.0)) == {}
    assert found(outcome(missed=1, expected=True)) == {}


def test_each_kind_of_finding():
    assert found(outcome(missed=1), outcome("b", missed=2)) == {"missed": ["test_a: 1 request", "test_b: 2 requests"]}
    assert found(outcome(unplayed=(0, 2))) == {"unplayed": ["a.cassette: interaction 0, 2"]}
    assert found(outcome(recorded=1, ttft=0.8123)) == {
        "recorded": ["a.cassette: 1 interaction, slowest first token after 0.81 s"]
    }
    assert found(outcome(recorded=2)) == {"recorded": ["a.cassette: 2 interactions"]}
    aside = "/project/a.failed.cassette"
    assert found(outcome(recorded=2, aside=aside)) == {
        "put aside": ["a.failed.cassette: the test failed while it was recorded"]
    }
    assert found(outcome(recorded=2, aside=aside), outcome(recorded=1)).keys() == {"recorded"}  # it was run again
    assert found(outcome(idle=True)) == {"idle": ["test_a: nothing was asked of its cassette"]}
    assert found(outcome(age=8.6), outcome("b", age=30.0), outcome("c", age=6.0), max_age=7.0) == {
        "stale": ["b.cassette: recorded 30 days ago", "a.cassette: recorded 9 days ago"]
    }


def test_of_a_shared_cassette_only_what_nobody_plays_is_unplayed():
    parts = [outcome(shared=True, unplayed=(0, 1)), outcome(shared=True, unplayed=(1, 2))]
    assert found(*parts) == {}
    assert found(*parts, whole=True) == {"unplayed": ["a.cassette: interaction 1"]}
    assert found(*parts, outcome(shared=True), whole=True) == {}
