"""Plots: real files of the form that was asked for, the same each time, and text from outside is only text."""

import xml.etree.ElementTree as ET

import pytest

from tests.gateway.report.recorded_chats import HOSTILE, chat, cut
from tests.gateway.report.test_write import reported

plots = pytest.importorskip("gateway.report.plots", reason="needs matplotlib, the extra `plots`")


def test_a_file_for_each_picture():
    found = dict(plots.plotted(reported(chat(), chat(300_000), cut()), "png", whole=False))
    assert list(found) == ["ttft", "itl", "waterfall"]
    assert all(data.startswith(b"\x89PNG\r\n") for data in found.values())


def test_svg_is_the_same_each_time():
    first, second = (dict(plots.plotted(reported(chat(), cut()), "svg", whole=True)) for _ in range(2))
    assert list(first) == ["report"]
    assert first == second


def test_the_svg_says_n_and_the_variant_and_holds_hostile_names_as_text():
    hostile = HOSTILE.replace("\ud83d", "")
    _, data = next(
        plots.plotted(
            reported(chat(model=hostile), chat(model="m $\\frac{1}{2}$ _x"), title=hostile), "svg", whole=True
        )
    )
    root = ET.fromstring(data)
    texts = ["".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any("ttft (to the first token)" in text for text in texts)
    assert any("n = 1" in text for text in texts)
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert "alert" not in {name for element in root.iter() for name in element.attrib}


def test_streams_without_a_number_still_make_pictures():
    _, data = next(plots.plotted(reported(cut()), "svg", whole=True))
    assert ET.fromstring(data).tag.endswith("svg")


def test_a_waterfall_of_many_says_how_many_it_shows(monkeypatch):
    monkeypatch.setattr(plots, "_MOST_ROWS", 2)
    _, data = next(plots.plotted(reported(chat(), cut(), chat()), "svg", whole=True))
    assert b"the first 2 of 3 streams" in data
