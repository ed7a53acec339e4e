"""Slopes and percentiles, against the libraries for statistics."""

from __future__ import annotations

import random

import numpy
import pytest
from scipy import stats

from maestro.mining.trend import percentile, theil_sen


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95])
def test_slopes_and_intervals_are_those_of_scipy(level: float) -> None:
    """Slope and both ends equal ``scipy.stats.theilslopes``, with ties and without, to 1e-12."""
    draw = random.Random(4)
    for number in range(300):
        count = draw.randint(3, 30)
        top = draw.choice([1, 3, 10, 10_000])
        values = [float(draw.randint(0, top)) for _ in range(count)]
        if number == 0:
            values = [2.0] * count
        found = theil_sen(values, level)
        assert found is not None
        expected = stats.theilslopes(values, numpy.arange(count), alpha=level)
        theirs = (expected.slope, expected.low_slope, expected.high_slope)
        assert (found.value, found.lo, found.hi) == pytest.approx(theirs, abs=1e-12)
        assert found.lo <= found.value <= found.hi


def test_too_short_a_series_has_no_slope() -> None:
    """Two points make a line and no evidence."""
    assert theil_sen([1.0, 5.0]) is None
    assert theil_sen([]) is None


def test_percentiles_are_those_of_numpy() -> None:
    """Percentiles equal numpy's default for any length."""
    draw = random.Random(5)
    for count in range(1, 40):
        values = [draw.random() * 100 for _ in range(count)]
        for share in (0.0, 0.5, 0.9, 1.0):
            theirs = float(numpy.percentile(values, share * 100))
            assert percentile(values, share) == pytest.approx(theirs)
