"""The cassettes that come with the project: whole, free of keys, and each request finds its own answer."""

from pathlib import Path

import pytest

from gateway.dialects import outcome_of
from recorder.cassette import Cassette
from recorder.store import Store, list_cassettes

FOLDER = Path(__file__).parent.parent / "cassettes"
NAMES = list_cassettes(FOLDER)


def test_the_page_lists_them_all() -> None:
    rows = [line.split("|") for line in (FOLDER / "README.md").read_text().splitlines() if line.startswith("|")]
    assert len(NAMES) > 3
    assert sorted(row[1].strip() for row in rows[2:]) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_replays_and_is_what_it_seems(name: str) -> None:
    store = Store(FOLDER / f"{name}.cassette")
    cassette = Cassette(name, store)
    assert store.damage is None
    for entry in store.read():
        interaction = store.load(entry)
        assert cassette.find(interaction.request) == interaction
        assert interaction.end.kind == "complete"
        content_type = interaction.response.header("content-type") or ""
        expected = "not a stream" if interaction.response.status == 429 else "ok"
        assert outcome_of(interaction.request.upstream, content_type, interaction.body) == expected
