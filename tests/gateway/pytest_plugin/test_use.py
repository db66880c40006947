"""The verdict on a cassette in use."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from gateway.pytest_plugin.use import CassetteWarning, Use, User
from gateway.pytest_plugin.wanted import Wanted

ITEM = SimpleNamespace(path=Path("/project/test_it.py"), reportinfo=lambda: ("", 4, ""))


@dataclass
class Played:
    """As much of a cassette as a verdict needs, after the test."""

    misses: tuple[str, ...] = ()
    unplayed: tuple[int, ...] = ()
    recorded: int = 0
    replayed: int = 0
    degraded: str | None = None
    mode: str = "once"
    age: float | None = None
    aside: Path | None = None
    ttfts: tuple[float | None, ...] = ()
    closed: list[bool] = field(default_factory=list)
    offline: bool = False
    path: Path = field(default_factory=lambda: Path.cwd() / "cassettes" / "one.cassette")

    @property
    def missed(self):
        return len(self.misses)

    @property
    def interactions(self):
        return ("one",) * (self.recorded + self.replayed)

    def close(self, *, failed):
        self.closed.append(failed)


def use(played, *, unplayed="warn", shared=False, **wanted):
    return Use(played, Wanted(**wanted), User("test_it", "pytest test_it", shared), unplayed)


class TestComplaint:
    def test_none(self):
        assert use(Played()).complaint() is None
        assert use(Played(misses=("why",)), misses=1).complaint() is None

    def test_misses_each_in_full_and_once(self):
        complaint = use(Played(misses=("why", "why else", "why"))).complaint()
        assert complaint == "tokentape: 3 requests found no answer on cassettes/one.cassette\n\nwhy\n\nwhy else"
        many = use(Played(misses=tuple(map(str, range(50))))).complaint()
        assert many.endswith("\n\n4")

    def test_fewer_or_more_than_expected(self):
        none, two = (use(Played(misses=("why",) * count), misses=1).complaint() for count in (0, 2))
        assert none == "tokentape: 0 requests found no answer on cassettes/one.cassette; expected 1"
        assert two.startswith("tokentape: 2 requests found no answer on cassettes/one.cassette; expected 1\n\nwhy")

    def test_a_recording_that_failed(self):
        assert use(Played(degraded="no space"), misses="any").complaint() == "tokentape: the recording failed: no space"

    def test_only_what_came_late_is_complained_of_late(self):
        played = Played(misses=("why",))
        judged = use(played)
        judged.complaint()
        assert judged.late_complaint() is None
        played.misses = ("why", "late")
        assert "late" in judged.late_complaint()
        judged.failed = True
        assert judged.late_complaint() is None

    def test_who_is_to_fail_may_miss(self):
        expected = use(Played(misses=("why",), unplayed=(0,)))
        expected.excused = True
        assert expected.late_complaint() is None
        assert expected.close().unplayed == ()


def test_remarks_on_a_test_that_failed_by_itself():
    assert list(use(Played(replayed=1)).remarks()) == list(use(Played(mode="live")).remarks()) == []
    assert next(use(Played(misses=("why",))).remarks()).endswith("why")
    assert "run it again" in next(use(Played(recorded=1), faults="cut").remarks())


def test_where_nothing_was_asked_the_client_may_have_gone_elsewhere():
    first, again = (next(use(Played(offline=offline)).remarks()) for offline in (False, True))
    assert first == f"{again} The first run needs the provider's key."
    assert again.startswith("tokentape: nothing was played from cassettes/one.cassette, or recorded to it. A client")


@pytest.mark.parametrize(
    ("played", "asks", "idle"),
    [({}, True, True), ({}, False, False), ({"replayed": 1}, True, False), ({"offline": True}, True, False)],
    ids=["nothing", "not its own", "something", "on file"],
)
def test_a_test_with_a_cassette_of_its_own_is_to_ask_something(played, asks, idle):
    user = User("test_it", "pytest test_it", shared=False, asks=asks)
    assert Use(Played(**played), Wanted(), user, "warn").close().idle is idle


class TestUnplayed:
    LEFT = Played(unplayed=(0, 3))

    def test_it_warns_where_the_test_is_written(self):
        with pytest.warns(CassetteWarning) as warned:
            use(self.LEFT).check_unplayed(ITEM)
        assert (warned[0].filename, warned[0].lineno) == ("/project/test_it.py", 5)
        assert str(warned[0].message) == (
            "tokentape: cassettes/one.cassette: interaction 0, 3 was not played: the test no longer asks for it. "
            "To record what it does ask for: pytest test_it --cassette-mode all"
        )

    def test_it_fails_where_that_is_wanted_or_warnings_are_errors(self):
        for policy in ("fail", "warn"):
            with pytest.raises(pytest.fail.Exception, match="interaction 0, 3 was not played"):
                use(self.LEFT, unplayed=policy).check_unplayed(ITEM)

    @pytest.mark.parametrize("options", [{"unplayed": "ignore"}, {"shared": True}], ids=str)
    def test_it_may_be_nobodys_business(self, options):
        use(self.LEFT, **options).check_unplayed(ITEM)

    @pytest.mark.parametrize("mode", ["all", "live"])
    def test_where_nothing_is_played_nothing_is_left(self, mode):
        use(Played(unplayed=(0,), mode=mode), unplayed="fail").check_unplayed(ITEM)


def test_the_outcome():
    played = Played(misses=("why",), unplayed=(1,), recorded=1, replayed=2, age=3.0, ttfts=(0.1, None, 0.3))
    outcome = use(played, shared=True).close()
    assert (outcome.test, outcome.path, outcome.shared) == ("test_it", str(played.path), True)
    assert (outcome.missed, outcome.expected, outcome.unplayed, outcome.recorded) == (1, False, (1,), 1)
    assert (outcome.replayed, outcome.age, outcome.ttft) == (2, 3.0, 0.3)
    assert use(Played(ttfts=(0.1,))).close().ttft is None  # replayed: not worth reading the streams


@pytest.mark.parametrize(("faults", "aside"), [("", True), ("cut", False)])
def test_a_recording_of_a_test_that_failed_is_put_aside_unless_faults_were_meant(faults, aside):
    played = Played(unplayed=(1,))
    failed = use(played, faults=faults)
    failed.failed = True
    assert failed.close().unplayed == ()
    assert played.closed == [aside]
