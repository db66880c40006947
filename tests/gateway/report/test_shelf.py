"""A sample's interaction is found again on its cassette."""

import pytest

from gateway.measuring import measurement_of
from gateway.metrics.summary import Sample
from gateway.report import Shelf
from recorder.errors import CassetteError
from tests.gateway.report.recorded_chats import chat, put_on


def test_each_sample_gets_its_own_interaction(tmp_path):
    kept = {name: [chat(ttft, number=ttft) for ttft in (1000, 2000)] for name in ("a", "b")}
    shelf = Shelf([(name, put_on(tmp_path / f"{name}.cassette", *each)) for name, each in kept.items()])
    for name, interactions in kept.items():
        for index, interaction in enumerate(interactions):
            assert shelf.load(Sample(measurement_of(interaction), name, index)).chunks == interaction.chunks


def test_what_is_gone_meanwhile_is_a_cassette_error(tmp_path):
    with pytest.raises(CassetteError, match="interaction 0 is gone"):
        Shelf([("a", tmp_path / "a.cassette")]).load(Sample(measurement_of(chat()), "a", 0))
