"""Intervals of shares and quantiles."""

from __future__ import annotations

import pytest

from maestro.mining.intervals import quantile_interval, wilson


def test_wilson_of_a_published_example() -> None:
    """Newcombe (1998), table I, method 3: 81 of 263 at 95 % is 0.2553 to 0.3662; 0 of 20 and 1
    of 29 are 0 to 0.1611 and 0.0061 to 0.1718."""
    for hits, n, lo, hi in ((81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)):
        assert wilson(hits, n, 0.95) == pytest.approx((lo, hi), abs=5e-5)


def test_wilson_at_the_ends() -> None:
    """No hit starts at 0 and all hits end at 1, to the last digit; no case gives no interval."""
    low, high = wilson(0, 7) or (None, None)
    assert low == 0 and high is not None and 0 < high < 1
    low, high = wilson(7, 7) or (None, None)
    assert high == 1 and low is not None and 0 < low < 1
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("n", "expected"), [(4, None), (5, (1, 5)), (8, (2, 7)), (10, (2, 9)), (20, (6, 15))]
)
def test_ranks_of_a_median(n: int, expected: tuple[int, int] | None) -> None:
    """The ranks that tables of the sign test give at 90 % for small numbers of values."""
    assert quantile_interval(range(1, n + 1)) == expected


def test_many_values() -> None:
    """Of 1,000 values the median lies 0.5 * 1.645 * sqrt(1000) = 26 ranks around the 500th."""
    assert quantile_interval(range(1, 1001)) == (474, 527)


def test_the_tail_needs_more_values() -> None:
    """The 90th percentile has no upper end among 20 values, and has one among 100."""
    assert quantile_interval(range(20), 0.9) is None
    low, high = quantile_interval(range(100), 0.9) or (0, 0)
    assert low < 90 < high
