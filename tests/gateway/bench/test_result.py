"""A run's answers read: the same numbers as of a recording, the client's own delays apart."""

import json

import pytest

from gateway.bench.load import Load
from gateway.bench.result import read_shots, refusal_of, result_of
from gateway.bench.run import Outcome
from gateway.bench.shot import Shot
from gateway.metrics.statistics import Distribution
from recorder.interaction import COMPLETE, Response
from tests.gateway.bench.targets import MS, REQUEST, Reply, answered


def found(shots, objectives=None):
    outcome = Outcome(Load(), (), tuple(shots), 2_000 * MS, Distribution.of([]))
    return result_of(outcome, list(read_shots(shots, lambda _: {})), objectives)


def refused(status, body=b"", *headers):
    shot = Shot(0, REQUEST, 0, 0)
    shot.sent(Reply(), 0)
    shot.receive(Response(status, headers), 5, body, COMPLETE)
    return shot


async def failed(reason="refused", message="http://127.0.0.1:1 refused the connection"):
    shot = Shot(0, REQUEST, 0, 0)
    shot.fail(reason, message)
    return shot


async def test_what_a_late_start_costs_is_in_the_time_from_the_intended_one_alone():
    result = found([answered(intended=0, started=30, sent=32, ttft=100), answered(intended=50, started=50, sent=50)])
    assert list(result.groups[0].quantities["ttft"].ordered) == [100_000, 100_000]
    assert list(result.from_intended.ordered) == [100_000, 132_000]
    assert list(result.queued.ordered) == [0, 30_000]
    assert list(result.connecting.ordered) == [0, 2_000]


async def test_all_statuses_are_counted_and_what_they_said_of_coming_back():
    result = found([answered(), refused(429, b"", ("retry-after", "7")), refused(529), await failed()])
    assert result.statuses == {"200": 1, "429": 1, "529": 1, "refused": 1}
    assert result.retry_after == ["7"]
    assert result.goodput is None
    assert result.groups[0].n == 3  # the fourth has no numbers
    assert found([answered(), await failed()], []).goodput.share == 0.5


async def test_a_replay_is_known_by_its_header():
    shot = answered()
    shot.head = Response(200, (*shot.head.headers, ("X-Tokentape-Source", "replay")))
    result = found([shot, answered()])
    assert [group.source for group in result.groups] == ["live", "replay"]
    assert [reading.interaction.facts.get("source") for reading in result.readings] == ["replay", None]


async def test_a_refusal_of_all_is_one_sentence():
    body = json.dumps({"error": {"type": "auth", "message": "bad\nkey"}}).encode()
    assert refusal_of([refused(401, body)] * 2) == "all 2 requests got status 401: bad key"
    assert refusal_of([refused(404, b"<html>gone</html>")]) == "the request got status 404: <html>gone</html>"
    assert refusal_of([refused(400)]) == "the request got status 400"
    assert refusal_of([await failed()]) == "the request failed: http://127.0.0.1:1 refused the connection"


@pytest.mark.parametrize("status", [200, 429, 500, 529])
async def test_what_may_pass_is_no_refusal(status):
    assert refusal_of([refused(status)]) is None


async def test_what_differs_is_no_refusal_of_all():
    assert refusal_of([refused(401), refused(403)]) is None
    assert refusal_of([await failed("abandoned", "the run was ended")]) is None
