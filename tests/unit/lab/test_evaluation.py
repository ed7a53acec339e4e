"""Metrics and intervals of prediction files, against arithmetic by hand and published tables."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from maestro.lab.bootstrap import MOST_UNITS, of_labels, of_numbers, percentile_interval
from maestro.lab.evaluation import (
    LABEL_METRICS,
    METRICS,
    NUMBER_METRICS,
    evaluate_predictions,
    metric_fault,
    wilson_interval,
)
from maestro.lab.predictions import Unusable


def file_of(actual: list[object], predicted: list[object]) -> bytes:
    """A prediction file of two columns of cells."""
    lines = [f"{i},{a},{p}" for i, (a, p) in enumerate(zip(actual, predicted, strict=True))]
    return "\n".join(["row,actual,predicted", *lines, ""]).encode()


# Newcombe (1998), Statistics in Medicine 17, table I, method 3 (score), 95 %, four decimals.
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_the_published_table(
    successes: int, n: int, low: float, high: float
) -> None:
    """The interval of a share is the published one to the four decimals that are printed."""
    found = wilson_interval(successes, n, 0.95)
    assert found == pytest.approx((low, high), abs=0.00005)


def test_wilson_solves_its_equation() -> None:
    """At both ends the share lies exactly z standard errors away, which defines the interval."""
    low, high = wilson_interval(7, 10, 0.9)
    for end in (low, high):
        # 1.6448536269514722 is the 95 % quantile of the standard normal distribution.
        assert abs(0.7 - end) / math.sqrt(end * (1 - end) / 10) == pytest.approx(1.6448536269514722)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_its_centre_and_mirrors(trial: tuple[int, int]) -> None:
    """The interval contains the share, stays in 0 to 1, and mirrors with hits and misses."""
    successes, n = trial
    low, high = wilson_interval(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    assert wilson_interval(n - successes, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


LABELS = (["a"] * 6 + ["b"] * 3 + ["c"], ["a"] * 5 + ["b"] + ["b"] * 2 + ["a"] + ["d"])


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("accuracy", 7 / 10),
        # Recall of a 5/6, of b 2/3, of c 0; d is only ever predicted and no class of the data.
        ("balanced_accuracy", (5 / 6 + 2 / 3 + 0) / 3),
        # 2 hits / (actual + predicted): a 10/12, b 4/6, c 0/1, d 0/1.
        ("f1_macro", (10 / 12 + 4 / 6 + 0 + 0) / 4),
    ],
)
def test_label_metrics_by_hand(metric: str, value: float) -> None:
    """Ten labels, counted by hand."""
    found = evaluate_predictions(file_of(*LABELS), metric)
    assert found.value == pytest.approx(value, rel=1e-12)
    assert found.n == 10


NUMBERS = ([0.0, 1.0, 2.0, 3.0, 4.0] * 2, [1.0, 1.0, 2.0, 3.0, 1.0] * 2)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        # Errors 1, 0, 0, 0, -3: their mean size 4/5, mean square 10/5, variance of actual 2.
        ("mae", 0.8),
        ("rmse", math.sqrt(2.0)),
        ("r2", 1 - 2.0 / 2.0),
    ],
)
def test_number_metrics_by_hand(metric: str, value: float) -> None:
    """Ten numbers, summed by hand."""
    found = evaluate_predictions(file_of(*NUMBERS), metric)
    assert found.value == pytest.approx(value, rel=1e-12, abs=1e-12)


def noisy(rows: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Numbers with normal errors of standard deviation 2."""
    rng = np.random.default_rng(seed)
    actual = rng.normal(50, 10, rows)
    return actual, actual + rng.normal(0, 2, rows)


@pytest.mark.parametrize("metric", METRICS)
def test_same_file_and_seed_give_the_same_interval(metric: str) -> None:
    """Two evaluations of one file agree exactly, and the interval contains the value."""
    labels = (["a", "b", "a", "a"] * 10, ["a", "b", "b", "a"] * 10)
    data = file_of(*(labels if metric in LABEL_METRICS else noisy(40)))
    first = evaluate_predictions(data, metric, seed=5)
    assert first == evaluate_predictions(data, metric, seed=5)
    assert first.lo is not None and first.hi is not None
    assert first.lo < first.value < first.hi


@pytest.mark.parametrize("metric", METRICS)
def test_order_of_rows_does_not_change_the_value(metric: str) -> None:
    """Rows written in another order give the same value."""
    actual, predicted = LABELS if metric in LABEL_METRICS else NUMBERS
    turned = evaluate_predictions(file_of(actual[::-1], predicted[::-1]), metric)
    assert turned.value == pytest.approx(
        evaluate_predictions(file_of(actual, predicted), metric).value
    )


@pytest.mark.parametrize("metric", ["mae", "f1_macro"])
def test_surer_is_wider(metric: str) -> None:
    """A 99 % interval contains the 50 % one."""
    labels = (["a", "b"] * 50, (["a", "b"] * 4 + ["b", "b"]) * 10)
    data = file_of(*(labels if metric in LABEL_METRICS else noisy(100)))
    wide, narrow = (evaluate_predictions(data, metric, level) for level in (0.99, 0.5))
    assert wide.lo < narrow.lo < narrow.hi < wide.hi


def test_bootstrap_of_a_mean_agrees_with_theory() -> None:
    """The interval of a mean error is 1.645 standard errors each way, as for any large sample."""
    actual, predicted = noisy(2000)
    sizes = np.abs(predicted - actual)
    expected = 1.6448536269514722 * sizes.std() / math.sqrt(len(sizes))
    found = evaluate_predictions(file_of(actual, predicted), "mae")
    # The two agree to a few hundredths: 2,000 resamples and a slightly skewed mean.
    assert (found.hi - found.lo) / 2 == pytest.approx(expected, rel=0.08)


def test_grouped_rows_agree_with_theory() -> None:
    """Above 10,000 rows groups are drawn, and the interval has the same width as it should."""
    actual, predicted = noisy(3 * MOST_UNITS + 7)
    sizes = np.abs(predicted - actual)
    expected = 1.6448536269514722 * sizes.std() / math.sqrt(len(sizes))
    low, high = percentile_interval(of_numbers(actual, predicted, "mae", seed=0), 0.9, seed=0)
    assert (high - low) / 2 == pytest.approx(expected, rel=0.08)
    assert low < sizes.mean() < high


def test_bootstrap_of_a_share_agrees_with_wilson() -> None:
    """With two classes of equal size, balanced accuracy varies as plain accuracy does."""
    actual = ["a", "b"] * 500
    predicted = [("b" if i % 10 == 0 else a) for i, a in enumerate(actual)]
    predicted = [("a" if i % 10 == 5 else p) for i, p in enumerate(predicted)]
    found = evaluate_predictions(file_of(actual, predicted), "balanced_accuracy")
    low, high = wilson_interval(800, 1000)
    assert (found.lo, found.hi) == pytest.approx((low, high), abs=0.004)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=30),
    st.sampled_from(["balanced_accuracy", "f1_macro"]),
)
def test_resampled_labels_are_scored_as_scikit_learn_would(
    pairs: list[tuple[int, int]], metric: str
) -> None:
    """The fast score of a resample is the score of the rows that it stands for."""
    actual, predicted = (np.array(side) for side in zip(*pairs, strict=True))

    class Once:
        """Draws every row exactly as often as it stands in the file."""

        def multinomial(self, n: int, shares: np.ndarray, size: int) -> np.ndarray:
            """The counts themselves."""
            return np.rint(n * shares)[None, :].repeat(size, axis=0)

    found = of_labels(actual, predicted, metric).draw(Once(), 2)
    if metric == "f1_macro":
        expected = reference.f1_score(actual, predicted, average="macro", zero_division=0)
    else:
        present = np.unique(actual)
        expected = reference.recall_score(actual, predicted, labels=present, average="macro")
    assert found == pytest.approx([expected, expected], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("metric", ["balanced_accuracy", "f1_macro", "mae", "rmse", "r2"])
def test_few_rows_give_no_interval(metric: str) -> None:
    """Nine rows have a value and no interval, and the note says what is missing."""
    cells = ["1", "2", "3"] * 3
    found = evaluate_predictions(file_of(cells, [*cells[1:], "1"]), metric)
    assert (found.lo, found.hi) == (None, None)
    assert found.note == "no interval: 9 rows, at least 10 are needed"
    assert "bootstrap" not in found.method


def test_perfect_predictions_give_no_bootstrap_interval() -> None:
    """Predictions without any error do not prove that there never will be one."""
    data = file_of(["a", "b"] * 20, ["a", "b"] * 20)
    found = evaluate_predictions(data, "balanced_accuracy")
    assert (found.value, found.lo, found.hi) == (1.0, None, None)
    assert "same value" in found.note
    # Wilson's interval of 40 hits in 40 knows better: at 90 % down to 1 / (1 + z^2 / 40).
    accuracy = evaluate_predictions(data, "accuracy")
    assert (accuracy.lo, accuracy.hi) == pytest.approx((1 / (1 + 2.705543454 / 40), 1.0))


def test_unknown_metric_is_named_with_a_guess() -> None:
    """A metric that cannot be computed is refused with what was probably meant."""
    fault = metric_fault("f1-macro")
    assert (fault.code, fault.hint) == ("E009", "did you mean f1_macro?")
    assert metric_fault("perplexity").hint.startswith("use one of accuracy, balanced_accuracy,")
    with pytest.raises(Unusable, match="cannot be computed"):
        evaluate_predictions(file_of(*LABELS), "auc")
    assert [metric_fault(name) for name in METRICS] == [None] * 6


def test_r2_of_equal_values_is_refused() -> None:
    """Without any variation r2 is not defined, and no number is made up for it."""
    with pytest.raises(Unusable) as refused:
        evaluate_predictions(file_of([3] * 12, list(range(12))), "r2")
    assert [fault.code for fault in refused.value.faults] == ["E008"]


def test_numbers_are_no_labels() -> None:
    """A regression's file is refused for a label metric instead of scoring 0."""
    with pytest.raises(Unusable) as refused:
        evaluate_predictions(file_of(*noisy(30)), "f1_macro")
    assert refused.value.faults[0].hint == "use mae, rmse or r2 for numbers"


def test_labels_are_no_numbers() -> None:
    """A classification's file is refused for an error metric, with the first bad cell."""
    with pytest.raises(Unusable) as refused:
        evaluate_predictions(file_of(*LABELS), "mae")
    first = refused.value.faults[0]
    assert (first.line, first.column, first.code) == (2, 3, "E006")


@pytest.mark.parametrize("level", [0.0, 1.0, 90.0, float("nan")])
def test_level_must_be_a_share(level: float) -> None:
    """A level that is no share is the caller's mistake."""
    with pytest.raises(ValueError, match="level"):
        evaluate_predictions(file_of(*LABELS), "accuracy", level)


def test_importing_loads_nothing_heavy() -> None:
    """The module itself loads neither numpy nor scikit-learn; only an evaluation does."""
    code = (
        "import sys, maestro.lab.evaluation as e; e.metric_fault('mae');"
        "print([m for m in ('numpy', 'sklearn', 'pandas', 'scipy') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_every_metric_has_one_kind() -> None:
    """Metrics are for labels or for numbers, never both."""
    assert sorted(METRICS) == sorted({*LABEL_METRICS, *NUMBER_METRICS})
