"""Rows for spreadsheets."""

import csv

import pytest

from gateway.metrics.csv_row import csv_row


def test_a_row_is_read_as_it_was_written():
    assert next(csv.reader([csv_row(['a "b", c', 1.5, None, -2, True])])) == ['a "b", c', "1.5", "", "-2", "True"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@A1"])
def test_a_name_is_no_formula(name):
    assert csv_row([name]) == f"'{name}"


def test_a_name_has_no_lines_and_moves_no_cursor():
    assert csv_row(["a\nb\x1b[2J", "c"]) == r"a\nb\x1b[2J,c"
