"""How good predictions are: a metric with an interval, computed from a prediction file."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

from maestro.errors import did_you_mean, shorten

from .predictions import Fault, Unusable, read_labels, read_numbers

if TYPE_CHECKING:
    from .bootstrap import Codes, Floats, Resampler

LABEL_METRICS = ("accuracy", "balanced_accuracy", "f1_macro")
NUMBER_METRICS = ("mae", "rmse", "r2")
METRICS = (*LABEL_METRICS, *NUMBER_METRICS)
"""The metrics that can be computed, by name."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One metric of one set of predictions.

    ``lo`` and ``hi`` enclose ``value``; both are None when no interval can be given, and then
    ``note`` says why. ``n`` is the number of rows; ``method`` names metric and interval.
    """

    value: float
    lo: float | None
    hi: float | None
    n: int
    method: str
    note: str = ""


def metric_fault(metric: str) -> Fault | None:
    """What is wrong with a metric's name, or None when it is one of ``METRICS``.

    Its place is line 1, column 1: only the caller knows where the name is written.
    """
    if metric in METRICS:
        return None
    hint = did_you_mean(metric, METRICS) or f"use one of {', '.join(METRICS)}"
    return Fault(1, 1, "E009", f'metric "{shorten(metric, 40)}" cannot be computed', hint)


def evaluate_predictions(data: bytes, metric: str, level: float = 0.9, seed: int = 0) -> Evaluation:
    """A metric of a prediction file with its interval at ``level`` (0.9: nine in ten).

    accuracy, balanced_accuracy and f1_macro compare labels and are shares from 0 to 1; mae and
    rmse are in the unit of the numbers, r2 has none. The interval of accuracy is Wilson's; the
    others are percentile bootstraps over rows, drawn with ``seed``. Both take rows to be
    independent of each other. Raises ``Unusable`` when the file has faults, or when ``metric``
    is unknown or not defined for it.
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level} is not between 0 and 1")
    if fault := metric_fault(metric):
        raise Unusable(fault)
    if metric in NUMBER_METRICS:
        return _of_numbers(data, metric, level, seed)
    return _of_labels(data, metric, level, seed)


def wilson_interval(successes: int, n: int, level: float = 0.9) -> tuple[float, float]:
    """The score interval of a share of ``successes`` in ``n`` independent trials, n >= 1.

    With p = successes / n and z the normal quantile of (1 + level) / 2 its ends are
    (p + z^2/2n -+ z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n).
    Source: E. B. Wilson (1927), Journal of the American Statistical Association 22, 209-212;
    compared with others by R. G. Newcombe (1998), Statistics in Medicine 17, 857-872.
    """
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    share = successes / n
    middle = share + z2 / (2 * n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n)))
    # At the edges the formula gives exactly 0 or 1; rounding would miss them by a hair.
    low = 0.0 if successes == 0 else (middle - half) / (1 + z2 / n)
    high = 1.0 if successes == n else (middle + half) / (1 + z2 / n)
    return low, high


def _of_labels(data: bytes, metric: str, level: float, seed: int) -> Evaluation:
    import numpy as np
    from sklearn.metrics import accuracy_score, f1_score, recall_score

    from .bootstrap import of_labels

    labels = read_labels(data)
    names = sorted({*labels.actual, *labels.predicted})
    n = len(labels.actual)
    if n > 20 and len(names) > n / 2:
        message = f"{len(names):,} different labels in {n:,} rows are no classes"
        raise Unusable(Fault(1, 1, "E008", message, "use mae, rmse or r2 for numbers"))
    codes = {name: code for code, name in enumerate(names)}
    actual: Codes = np.array([codes[name] for name in labels.actual], dtype=np.int64)
    predicted: Codes = np.array([codes[name] for name in labels.predicted], dtype=np.int64)
    if metric == "accuracy":
        hits = int(accuracy_score(actual, predicted, normalize=False))
        low, high = wilson_interval(hits, n, level)
        return Evaluation(hits / n, low, high, n, "accuracy; Wilson score interval")
    if metric == "balanced_accuracy":
        # The mean recall of the classes that occur; scikit-learn's own function of that name
        # warns when a class was only ever predicted.
        present = np.unique(actual)
        value = recall_score(actual, predicted, labels=present, average="macro")
    else:
        value = f1_score(actual, predicted, average="macro", zero_division=0.0)
    evaluation = Evaluation(float(value), None, None, n, metric)
    return _with_bootstrap(evaluation, of_labels(actual, predicted, metric), level, seed)


def _of_numbers(data: bytes, metric: str, level: float, seed: int) -> Evaluation:
    import numpy as np
    from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

    from .bootstrap import of_numbers

    numbers = read_numbers(data)
    actual: Floats = np.array(numbers.actual)
    predicted: Floats = np.array(numbers.predicted)
    if metric == "r2" and np.ptp(actual) == 0:
        message = "r2 is not defined: all actual values are equal"
        raise Unusable(Fault(1, 1, "E008", message, "use mae or rmse"))
    scores = {"mae": mean_absolute_error, "rmse": root_mean_squared_error, "r2": r2_score}
    value = float(scores[metric](actual, predicted))
    evaluation = Evaluation(value, None, None, len(actual), metric)
    return _with_bootstrap(evaluation, of_numbers(actual, predicted, metric, seed), level, seed)


def _with_bootstrap(bare: Evaluation, resampler: Resampler, level: float, seed: int) -> Evaluation:
    """``bare`` with a bootstrap interval, or with the reason why there is none."""
    from .bootstrap import MIN_ROWS, RESAMPLES, percentile_interval

    if bare.n < MIN_ROWS:
        note = f"no interval: {bare.n} rows, at least {MIN_ROWS} are needed"
        return replace(bare, note=note)
    ends = percentile_interval(resampler, level, seed)
    if ends is None:
        note = "no interval: all resamples give the same value, which says nothing about others"
        return replace(bare, note=note)
    return replace(
        bare,
        # The percentiles of a biased metric may pass its value by; a range holds its centre.
        lo=min(ends[0], bare.value),
        hi=max(ends[1], bare.value),
        method=f"{bare.method}; percentile bootstrap over rows, {RESAMPLES:,} resamples",
    )
