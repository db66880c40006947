"""What the gateway says of itself: sums over the cassettes, and no content."""

from types import SimpleNamespace

import pytest

import recorder
from gateway.faults import FaultTally
from gateway.health import Report, health, report
from recorder.cassette import Tally


def session(name, *, degraded=None, refused=(), recording=True, faults=(), **tally):
    misses = [f"{name} missed"] * tally.get("missed", 0)
    return SimpleNamespace(
        cassette=SimpleNamespace(name=name, tally=Tally(misses=misses, **tally)),
        recording=SimpleNamespace(degraded=degraded, refused=[*refused]) if recording else None,
        faults=FaultTally(count=len(faults), texts=list(faults)),
    )


class Opened(list):
    rules = SimpleNamespace(mode="once")


PROXY = SimpleNamespace(clients={1, 2}, aborted=3)


def test_a_report_adds_up_all_cassettes():
    sessions = Opened([session("a", recorded=2, replayed=1), session("b", recording=False, replayed=4, missed=1)])
    assert report(PROXY, sessions) == Report(2, 5, 1, 3, ("b missed",), None)


def test_the_first_trouble_is_told():
    sessions = Opened([session("a"), session("b", degraded="the disk is full"), session("c", degraded="later")])
    assert report(PROXY, sessions).degraded == "the disk is full"


def test_health_when_all_is_well():
    assert health(PROXY, Opened([session("a", recorded=2)])) == {
        "status": "ok",
        "degraded": None,
        "version": recorder.__version__,
        "mode": "once",
        "streams": 2,
        "aborted": 3,
        "observing": {"on": False},
        "cassettes": {"a": {"recorded": 2, "replayed": 0, "missed": 0, "faults": 0, "refused": 0}},
    }


def test_health_when_recording_has_stopped():
    said = health(PROXY, Opened([session("a", degraded="the disk is full")]))
    assert (said["status"], said["degraded"]) == ("degraded", "the disk is full")


def test_faults_are_told_by_their_number_and_in_the_report_by_name():
    sessions = Opened(
        [session("a", faults=["cut at frame 4", "end at byte 9"]), session("b", faults=["reset at start"])]
    )
    told = report(PROXY, sessions)
    assert (told.faults, told.fault_texts) == (3, ("cut at frame 4", "end at byte 9", "reset at start"))
    assert health(PROXY, sessions)["cassettes"]["a"]["faults"] == 2


def test_messages_of_misses_may_hold_content_and_are_not_in_it():
    assert "a missed" not in str(health(PROXY, Opened([session("a", missed=1)])))


def test_what_could_not_be_recorded_is_told():
    sessions = Opened([session("a", refused=["POST /v1/chat is too large"]), session("b", recording=False)])
    assert report(PROXY, sessions).refused == ("POST /v1/chat is too large",)
    assert health(PROXY, sessions)["cassettes"]["a"]["refused"] == 1


@pytest.mark.parametrize("trouble", [None, "the observer has ended"])
def test_health_says_how_observing_goes(trouble):
    link = SimpleNamespace(trouble=trouble, unobserved=2)
    said = health(PROXY, Opened(), link)
    assert (said["observing"], said["status"]) == ({"on": True, "trouble": trouble, "unobserved": 2}, "ok")
