"""The slope of a short series, and how sure it is, without a library for statistics."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slope:
    """A slope per step with its interval."""

    value: float
    lo: float
    hi: float


def theil_sen(
    values: Sequence[float], level: float = 0.9, at: Sequence[float] | None = None
) -> Slope | None:
    """The median of the slopes between all pairs of points; None for fewer than three points.

    ``at`` gives the places of the ``values``, rising; one step apart when missing. The
    interval inverts Kendall's test with its normal approximation, ties in the values taken into
    account: P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", J. Am.
    Stat. Assoc. 63 (1968), section 4; the estimate is H. Theil's (1950).
    """
    count = len(values)
    if count < 3:
        return None
    at = range(count) if at is None else at
    slopes = sorted(
        (values[j] - values[i]) / (at[j] - at[i]) for j in range(1, count) for i in range(j)
    )
    ties = sum(_kendall(number) for number in Counter(values).values())
    spread = math.sqrt((_kendall(count) - ties) / 18)
    reach = statistics.NormalDist().inv_cdf((1 + level) / 2) * spread
    last = len(slopes) - 1
    low = max(round((len(slopes) - reach) / 2) - 1, 0)
    high = min(round((len(slopes) + reach) / 2), last)
    return Slope(statistics.median(slopes), slopes[low], slopes[high])


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which ``share`` of the values lie, straight lines between neighbours.

    R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages" (1996), definition 7.
    """
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def _kendall(number: int) -> int:
    return number * (number - 1) * (2 * number + 5)
