"""Predictions for every row by a model that has not seen it, and a naive one beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.model_selection import BaseCrossValidator, KFold, StratifiedKFold
from sklearn.pipeline import Pipeline

from components.datasets import Table, Task

FOLDS = 5
SEED = 0
Order = Literal["shuffled", "in-order"]


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFold:
    """Series with the table's index: what was so, what the model and the naive guess said."""

    actual: pd.Series
    predicted: pd.Series
    naive: pd.Series


def run(
    table: Table, features: BaseEstimator, model: BaseEstimator, order: Order = "shuffled"
) -> OutOfFold:
    """Cross-validated predictions of features and model, fitted anew on each fold's other rows.

    The naive guess is the most frequent class, or the median, of the very same training rows.
    Neither ``features`` nor ``model`` is changed.
    """
    predicted = table.target.copy()
    naive = table.target.copy()
    for train, test in _folds(table.task, order).split(table.frame, table.target):
        known, asked = table.frame.iloc[train], table.frame.iloc[test]
        answers = table.target.iloc[train]
        fitted = Pipeline([("features", clone(features)), ("model", clone(model))])
        predicted.iloc[test] = fitted.fit(known, answers).predict(asked)
        naive.iloc[test] = _guess(table.task).fit(known, answers).predict(asked)
    return OutOfFold(table.target, predicted, naive)


def _folds(task: Task, order: Order) -> BaseCrossValidator:
    """Five fixed folds: shuffled with a fixed seed (by class), or blocks of neighbouring rows.

    Blocks are for tables whose neighbouring rows belong together, such as the digits of one
    writer: shuffling would put the same hand into training and test.
    """
    if order == "in-order":
        return KFold(FOLDS)
    kind = StratifiedKFold if task == "classification" else KFold
    return kind(FOLDS, shuffle=True, random_state=SEED)


def _guess(task: Task) -> BaseEstimator:
    if task == "classification":
        return DummyClassifier(strategy="most_frequent")
    return DummyRegressor(strategy="median")
