"""Out-of-fold evaluation never lets a model see the row it is asked about."""

from __future__ import annotations

from typing import Self

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.preprocessing import FunctionTransformer

from components.datasets import Table, load
from components.feature_pipelines import standardise_columns
from components.model_templates import ridge_regression
from components.pipelines import out_of_fold


class Memory(ClassifierMixin, BaseEstimator):
    """Knows the answer of every row it has seen, by its number, and says so."""

    def fit(self, X: pd.DataFrame, y: pd.Series) -> Self:
        """Remember every row."""
        self.classes_ = np.unique(y)
        self.known_ = set(X["number"])
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """``seen`` for a row of the training, ``new`` for any other."""
        return np.array(["seen" if number in self.known_ else "new" for number in X["number"]])


class Size(RegressorMixin, BaseEstimator):
    """Predicts how many rows it was fitted on."""

    def fit(self, X: pd.DataFrame, y: pd.Series) -> Self:
        """Count the rows."""
        self.rows_ = float(len(X))
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """The count."""
        return np.full(len(X), self.rows_)


def numbered(labels: list[str]) -> Table:
    """A classification whose only column numbers the rows."""
    frame = pd.DataFrame({"number": np.arange(len(labels), dtype=float)})
    return Table("numbered", "classification", frame, pd.Series(labels))


@pytest.mark.parametrize("order", ["shuffled", "in-order"])
def test_no_row_is_seen_before_it_is_asked(order: out_of_fold.Order) -> None:
    """A model that recognises rows never meets one again."""
    table = numbered(["seen", "new"] * 15)
    found = out_of_fold.run(table, FunctionTransformer(), Memory(), order)
    assert set(found.predicted) == {"new"}


def test_naive_guess_is_the_most_frequent_class() -> None:
    """Beside every prediction stands the most frequent class of the training rows."""
    found = out_of_fold.run(numbered(["new"] * 20 + ["seen"] * 10), FunctionTransformer(), Memory())
    assert set(found.naive) == {"new"}


def test_naive_guess_of_numbers_is_the_median() -> None:
    """In a regression the naive guess is the median of the other folds."""
    target = pd.Series(np.arange(10.0))
    table = Table("ten", "regression", pd.DataFrame({"x": np.zeros(10)}), target)
    found = out_of_fold.run(table, FunctionTransformer(), Size(), "in-order")
    # The first fold asks for rows 0 and 1: the median of 2..9 is 5.5; the last one of 0..7 3.5.
    assert list(found.naive[:2]) == [5.5, 5.5]
    assert list(found.naive[8:]) == [3.5, 3.5]
    assert set(found.predicted) == {8.0}


def test_same_folds_every_time_and_inputs_unchanged() -> None:
    """Two runs agree exactly, and neither the pieces nor the table are changed by them."""
    table = load("linnerud-exercise")
    before = table.frame.copy()
    features, model = standardise_columns.build(), ridge_regression.build()
    first = out_of_fold.run(table, features, model)
    second = out_of_fold.run(table, features, model)
    pd.testing.assert_series_equal(first.predicted, second.predicted)
    pd.testing.assert_frame_equal(table.frame, before)
    assert first.actual is table.target
    assert not hasattr(model, "coef_")
