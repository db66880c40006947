"""The one gateway of a process: when it starts, and in which mode cassettes are opened on it."""

import pytest

from gateway.pytest_plugin.lazy_gateway import LazyGateway, file_of
from gateway.pytest_plugin.options import Options
from gateway.pytest_plugin.use import User
from gateway.pytest_plugin.wanted import Wanted
from tests.gateway.embedded.asking import ask
from tests.integration.pytest_projects import provider

__all__ = ["provider"]

USER = User("test_it", "pytest test_it")


@pytest.fixture
def lazy(tmp_path, provider, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "tokentape.toml").write_text(f'[upstreams]\nanthropic = "{provider}"\n')
    made = []

    def make(**options):
        made.append(LazyGateway(Options(**options), tmp_path))
        return made[-1]

    yield make
    for each in made:
        each.close()


def used(gateway, folder, text=None, **wanted):
    """The mode in which a cassette was opened, and what became of it."""
    with gateway.use("one", folder, Wanted(**wanted), USER) as use:
        if text is not None:
            ask(use.cassette, text)
        return use.cassette.mode


def test_it_starts_with_the_first_cassette(lazy, tmp_path):
    gateway = lazy()
    assert gateway._running is None
    used(gateway, tmp_path)
    assert gateway.running() is gateway.running()


def test_a_run_that_only_replays_has_nothing_that_could_call_a_provider(lazy):
    assert lazy(forced_mode="replay").running().config.mode == "replay"
    assert lazy().running().config.mode == "once"


def test_what_the_run_has_begun_to_record_it_goes_on_with(lazy, tmp_path):
    gateway = lazy()
    assert [used(gateway, tmp_path, text) for text in ("one", "two", "one")] == ["once", "new_episodes", "new_episodes"]
    assert [(each.replayed, each.recorded) for each in gateway.outcomes] == [(0, 1), (0, 1), (1, 0)]
    again = lazy(forced_mode="all")
    assert [used(again, tmp_path, text) for text in ("one", "two")] == ["all", "new_episodes"]
    assert used(lazy(), tmp_path, "one") == "once"


def test_who_expects_misses_only_replays(lazy, tmp_path):
    assert used(lazy(forced_mode="all"), tmp_path, misses="any") == "replay"


def test_faults_are_left_out_where_nothing_is_replayed(lazy, tmp_path):
    assert used(lazy(forced_mode="all"), tmp_path, "hi", faults="status=429") == "all"


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        ({"match": {"ignored": []}}, "tokentape: .*ignored"),
        ({"faults": "explode"}, "tokentape: .*explode"),
    ],
    ids=["match", "faults"],
)
def test_what_cannot_be_done_fails_in_words(lazy, tmp_path, wanted, complaint):
    with pytest.raises(pytest.fail.Exception, match=complaint):
        used(lazy(), tmp_path, **wanted)


def test_two_at_once_on_one_cassette_are_told_what_to_do(lazy, tmp_path):
    gateway = lazy()
    with gateway.use("one", tmp_path, Wanted(), USER), pytest.raises(pytest.fail.Exception, match="xdist_group"):
        used(gateway, tmp_path)


def test_where_a_cassette_lies(tmp_path):
    assert file_of(tmp_path, "a/b") == tmp_path / "a" / "b.cassette"
