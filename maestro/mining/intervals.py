"""How sure a share or a median is, without a library for statistics."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

_EXACT = 200
"""Up to so many values ranks come from the binomial distribution itself."""


def wilson(hits: int, n: int, level: float = 0.9) -> tuple[float, float] | None:
    """Interval of a share of ``hits`` among ``n`` independent cases; None without cases.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    J. Am. Stat. Assoc. 22 (1927); L. D. Brown, T. T. Cai and A. DasGupta, "Interval estimation
    for a binomial proportion", Statist. Sci. 16 (2001), formula 4, recommend it for small n.
    """
    if n <= 0:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    middle = (hits + z * z / 2) / (n + z * z)
    reach = z / (n + z * z) * math.sqrt(hits * (n - hits) / n + z * z / 4)
    low = 0.0 if hits == 0 else max(middle - reach, 0.0)
    high = 1.0 if hits == n else min(middle + reach, 1.0)
    return low, high


def quantile_interval(
    values: Sequence[float], share: float = 0.5, level: float = 0.9
) -> tuple[float, float] | None:
    """Two of the values between which the quantile lies; None when there are too few for that.

    No shape of the distribution is assumed: W. J. Conover, "Practical Nonparametric
    Statistics", 3rd edition (1999), section 3.2; for many values its normal approximation.
    """
    n = len(values)
    if n == 0:
        return None
    tail = (1 - level) / 2
    if n <= _EXACT:
        low, high = _exact_ranks(n, share, tail)
    else:
        reach = NormalDist().inv_cdf(1 - tail) * math.sqrt(n * share * (1 - share))
        low, high = math.ceil(n * share - reach), math.ceil(n * share + reach)
    if low < 1 or high > n:
        return None
    ordered = sorted(values)
    return ordered[low - 1], ordered[high - 1]


def _exact_ranks(n: int, share: float, tail: float) -> tuple[int, int]:
    # Below the quantile lie B(n, share) of the values: the ranks cut at most ``tail`` off each end.
    total, low, high = 0.0, 0, n + 1
    for k in range(n + 1):
        total += math.comb(n, k) * share**k * (1 - share) ** (n - k)
        if total <= tail:
            low = k + 1
        if total >= 1 - tail:
            high = k + 1
            break
    return low, high
