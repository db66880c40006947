"""Names of cassettes for tests that name none."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.pytest_plugin.naming import cassette_name
from recorder.naming import cassette_path


@pytest.mark.parametrize(
    ("classes", "test", "name"),
    [
        ([], "test_greets", "test_greets"),
        (["TestAgent", "TestTools"], "test_greets", "TestAgent.TestTools.test_greets"),
        ([], "test_greets[short-1.5]", "test_greets-short-1.5"),
        ([], "test_greets[]", "test_greets-6800bfe3"),
        ([], "test_greets[Größe 2/3]", "test_greets-Gr-e-2-3-6a4207ea"),
        ([], "test_greets[a]b]", "test_greets-a-b-41f5102e"),
        ([], "test_greets[Upper]", "test_greets-Upper-9f907deb"),
        ([], "test_ä", "test-40b8fe13"),
        (["Con"], "test_greets", "test-Con.test_greets-10b7f7a1"),
        ([], "_test", "test-f51b9c48"),
        ([], "test_greets[looks-1234abcd]", "test_greets-looks-1234abcd-60bd581a"),
    ],
)
def test_a_name(classes, test, name):
    assert cassette_name("test_agent", classes, test) == f"test_agent/{name}"


def test_a_long_name_is_cut_and_stays_one_of_its_own(tmp_path):
    one, two = (cassette_name("test_agent", [], f"test[{'x' * 1000}{end}]") for end in "ab")
    assert one != two
    assert len(one) < 120
    cassette_path(tmp_path, one)


# What pytest makes ids of: anything that can be printed.
ANY_ID = st.text(st.characters(exclude_categories=["C"]), max_size=40) | st.text("aA/-.[]", max_size=4)


@given(st.lists(ANY_ID, min_size=2, max_size=2, unique=True))
def test_no_two_ids_share_a_file_even_where_case_does_not_count(ids):
    one, two = (cassette_name("test_agent", [], f"test_it[{each}]") for each in ids)
    assert one.lower() != two.lower()


@given(st.text(min_size=1), st.lists(st.text(min_size=1), max_size=2), st.text(min_size=1, max_size=200))
def test_every_name_is_allowed(module, classes, test):
    cassette_path(Path("/nowhere"), cassette_name(module, classes, test))
