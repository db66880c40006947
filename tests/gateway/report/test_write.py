"""All of a report in one page: what goes in is what its data says."""

import json
import re

from gateway.metrics.summary import summarize
from gateway.report import Comparison, Report, html
from recorder import __version__
from tests.gateway.report.recorded_chats import chat, cut
from tests.gateway.report.test_streams import shelved


def reported(*interactions, **more):
    samples, load = shelved(*interactions)
    by = ("provider", "model")
    values = {"title": "T & <t>", "samples": samples, "groups": summarize(samples, by), "by": by, "load": load}
    return Report(**{**values, "made": "2026-11-21T10:00+00:00", **more})


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def test_the_data_has_every_part():
    report = reported(chat(), cut(), unread=["a.cassette: damaged"], transcripts=1)
    data = data_of(html(report))
    assert (data["title"], data["version"], data["made"]) == ("T & <t>", __version__, "2026-11-21T10:00+00:00")
    assert data["unread"] == ["a.cassette: damaged"]
    assert [group["n"] for group in data["groups"]] == [2]
    assert data["streams"]["status"] == ["ok", "incomplete"]
    assert len(data["slowest"]) == 1
    assert data["comparison"] is None


def test_a_comparison_carries_the_groups_of_its_base():
    report = reported(chat())
    told = {"base": "before", "found": []}
    data = data_of(html(reported(chat(), comparison=Comparison(told, 0.05, report.groups))))
    assert data["comparison"]["base"] == "before"
    assert data["comparison"]["threshold"] == 0.05
    assert [group["n"] for group in data["comparison"]["groups"]] == [1]


def test_the_same_streams_give_the_same_page():
    assert html(reported(chat(), cut())) == html(reported(chat(), cut()))
