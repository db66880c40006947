"""A run for programs: seconds everywhere, null for what is not known, no formula for a spreadsheet."""

import csv
import json
from dataclasses import replace

from gateway.bench.forms import csv_lines, json_lines, run_json
from gateway.bench.load import Load
from gateway.bench.result import read_shots, result_of
from gateway.bench.run import Outcome
from gateway.bench.shot import Shot
from gateway.bench.target import target_of
from gateway.dialects import PROVIDERS
from gateway.metrics.statistics import Distribution
from tests.gateway.bench.targets import MS, REQUEST, answered


def run(*shots):
    outcome = Outcome(Load(rate=10.0, requests=2), (), tuple(shots), 500 * MS, Distribution.of([250, 750]))
    return outcome, result_of(outcome, list(read_shots(shots, lambda _: {})), [])


def failed():
    shot = Shot(1, REQUEST, 150 * MS, 160 * MS)
    shot.fail("refused", "nobody")
    return shot


async def test_the_run_as_one_value():
    outcome, result = run(answered(0, intended=100, started=101, sent=102), failed())
    value = json.loads(json.dumps(run_json(target_of("openai", None, PROVIDERS), outcome, result, None)))
    assert (value["tokentape"], value["version"]) == ("bench", 1)
    assert value["load"]["loop"] == "open"
    assert value["began_monotonic_ns"] == 100 * MS
    assert value["window"] == 0.5
    assert value["statuses"] == {"200": 1, "refused": 1}
    assert value["groups"][0]["quantities"]["ttft"]["values"] == [0.1]
    assert value["client"]["ttft_from_intended"]["max"] == 0.102
    assert value["client"]["sdk_per_event"] is None
    assert value["error"]["loop_lag"]["max"] == 0.00075
    assert value["goodput"]["share"] == 0.5


async def test_a_line_for_each_request():
    _, result = run(answered(0, intended=100, started=101, sent=102), failed())
    first, second = map(json.loads, json_lines(result))
    assert (first["intended"], first["started"], first["sent"], first["ttft"]) == (0.0, 0.001, 0.002, 0.1)
    assert (second["intended"], second["sent"], second["failure"], second["ttft"]) == (0.05, None, "refused", None)
    assert first.keys() == second.keys()


async def test_csv_has_the_same_and_no_formulas():
    shot = answered()
    shot.request = replace(REQUEST, body=b'{"model": "=cmd()", "stream": true}')
    _, result = run(shot, failed())
    rows = list(csv.DictReader(csv_lines(result)))
    assert [row["ttft"] for row in rows] == ["0.1", ""]
    assert rows[0]["model"] == "'=cmd()"
    _, nothing = run()
    assert list(csv_lines(nothing)) == []
