"""Percentiles by hand, by the standard library, and by their properties."""

import statistics
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.metrics.statistics import PERCENTILES, Bin, Distribution, percentile

VALUES = st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=200)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([7], 0, 7),
        ([7], 50, 7),
        ([7], 100, 7),
        ([1, 2], 50, 1.5),
        ([1, 2], 90, 1.9),
        ([15, 20, 35, 40, 50], 40, 29),  # place 1.6 between 20 and 35
        ([10, 20, 30, 40], 25, 17.5),
        ([10, 20, 30, 40], 75, 32.5),
        (range(1, 101), 50, 50.5),
        (range(1, 101), 99, 99.01),
        (range(1, 1002), 99.9, 1000),
    ],
)
def test_a_percentile_lies_on_the_line_between_its_neighbours(values, percent, expected):
    assert percentile(values, percent) == pytest.approx(expected, abs=1e-12)


def test_of_nothing_there_is_none():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)
    nothing = Distribution.of([])
    assert (nothing.n, nothing.minimum, nothing.median, nothing.mean, nothing.maximum) == (0, None, None, None, None)
    assert (nothing.percentiles(), nothing.ecdf(), nothing.histogram()) == ({}, [], [])


@given(VALUES.filter(lambda values: len(values) > 1))
def test_the_standard_library_agrees(values):
    ours = [percentile(sorted(values), percent) for percent in range(1, 100)]
    assert ours == pytest.approx(statistics.quantiles(values, n=100, method="inclusive"), rel=1e-9, abs=1e-3)


@given(VALUES)
def test_percentiles_rise_between_the_least_and_the_greatest(values):
    told = [percentile(sorted(values), percent) for percent in (0, 1, 33.3, 50, 90, 99.9, 100)]
    assert told == sorted(told)
    assert (told[0], told[-1]) == (min(values), max(values))


@given(VALUES)
def test_a_mean_and_a_median_lie_within(values):
    told = Distribution.of(values)
    assert told.minimum <= told.mean <= told.maximum
    assert told.minimum <= told.median <= told.maximum


@pytest.mark.parametrize(
    ("n", "names"),
    [
        (1, ["p50", "p90"]),
        (19, ["p50", "p90"]),
        (20, ["p50", "p90", "p95"]),
        (99, ["p50", "p90", "p95"]),
        (100, ["p50", "p90", "p95", "p99"]),
        (999, ["p50", "p90", "p95", "p99"]),
        (1000, ["p50", "p90", "p95", "p99", "p99.9"]),
    ],
)
def test_only_percentiles_that_n_carries_are_told(n, names):
    told = Distribution.of(range(n))
    assert list(told.percentiles()) == names
    assert (told.n, told.maximum) == (n, n - 1)


def test_all_percentiles_are_told_of_many():
    assert list(Distribution.of(range(5000)).percentiles()) == [each.name for each in PERCENTILES]


def test_the_curve_has_each_value_once():
    assert Distribution.of([3, 1, 1, 2]).ecdf() == [(1, 0.5), (2, 0.75), (3, 1.0)]
    assert Distribution.of([5]).ecdf() == [(5, 1.0)]


@given(VALUES, st.integers(2, 20))
def test_the_curve_rises_to_one_in_few_points(values, most):
    curve = Distribution.of(values).ecdf(most)
    assert len(curve) <= most
    assert curve == sorted(curve)
    assert (curve[0][0], curve[-1]) == (min(values), (max(values), 1.0))
    for value, share in curve:
        assert share == sum(each <= value for each in values) / len(values)


def test_bins_are_equal_and_the_last_one_holds_the_greatest():
    assert Distribution.of([0, 1, 2, 3, 4]).histogram(2) == [Bin(0, 2, 2), Bin(2, 4, 3)]
    assert Distribution.of([7, 7]).histogram() == [Bin(7, 7, 2)]


@given(VALUES, st.integers(1, 30))
def test_every_value_is_in_one_bin(values, bins):
    found = Distribution.of(values).histogram(bins)
    assert sum(each.count for each in found) == len(values)
    assert (found[0].low, found[-1].high) == (min(values), max(values))
    assert all(before.high == after.low for before, after in pairwise(found))
